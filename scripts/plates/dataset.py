"""Batches from shards on disk, with cheap variations: window, scale, mirror, light, noise."""

import glob
import os
import time

import cv2
import numpy as np
import torch

from composer import PHOTO
from losses import assign
from net import INPUT_MEAN
from shards import load

WINDOW = (192, 320)  # rows, columns of a training picture


class Shards:
    """Keeps some shards in memory and exchanges one of them now and then."""

    def __init__(self, folder, seed, held=60, least=4, exchange=12):
        self.folder, self.rng, self.held, self.exchange = folder, np.random.default_rng(seed), held, exchange
        self.memory, self.drawn, self.seen = [], 0, set()
        while len(self._paths()) < least:
            time.sleep(2)

    def _paths(self):
        return sorted(p for p in glob.glob(os.path.join(self.folder, "shard-*.npz")) if ".part." not in p)

    def _refresh(self):
        paths = self._paths()
        fresh = [p for p in paths if p not in self.seen]
        while fresh and len(self.memory) < self.held:
            self.seen.add(fresh[0])
            self.memory.append(load(fresh.pop(0)))
        if len(self.memory) >= self.held:
            path = fresh[0] if fresh else paths[self.rng.integers(len(paths))]
            self.seen.add(path)
            self.memory[self.rng.integers(len(self.memory))] = load(path)

    def batch(self, size, heads):
        """Pictures N x 1 x H x W, targets per head, and which samples may hold unlabelled plates."""
        if self.drawn % self.exchange == 0:
            self._refresh()
        self.drawn += 1
        pictures, doubtful, targets = [], [], [([], []) for _ in heads]
        for _ in range(size):
            shard = self.memory[self.rng.integers(len(self.memory))]
            index = self.rng.integers(len(shard[0]))
            picture, boxes, cut = vary(self.rng, shard[0][index], shard[1][index])
            pictures.append(picture)
            doubtful.append(shard[2][index] == PHOTO)
            for store, made in zip(targets, assign(boxes, cut, heads, WINDOW)):
                store[0].append(made[0])
                store[1].append(made[1])
        stacked = torch.from_numpy(np.stack(pictures)[:, None])
        return (
            (stacked - INPUT_MEAN) / 64,
            [(torch.from_numpy(np.stack(s)), torch.from_numpy(np.stack(b))) for s, b in targets],
            torch.tensor(doubtful),
        )


def vary(rng, picture, boxes):
    """One variation of a sample: float picture of `WINDOW`, boxes in it, and whether each leaves the window."""
    rows, columns = WINDOW
    boxes = boxes[~np.isnan(boxes[:, 0])].copy()
    scale = float(np.exp(rng.normal(0, 0.15)))
    stretch = float(np.exp(rng.normal(0, 0.04)))
    sx, sy = scale * stretch, scale / stretch
    left = rng.random() * (picture.shape[1] - columns / sx)
    top = rng.random() * (picture.shape[0] - rows / sy)
    mirror = rng.random() < 0.4
    move = np.float32(
        [[-sx if mirror else sx, 0, columns - 1 + left * sx if mirror else -left * sx], [0, sy, -top * sy]]
    )
    picture = cv2.warpAffine(
        picture, move, (columns, rows), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
    ).astype(np.float32)
    boxes = (boxes - (left, top, 0, 0)) * (sx, sy, sx, sy)
    if mirror:
        boxes[:, 0] = columns - boxes[:, 0] - boxes[:, 2]
    if rng.random() < 0.6:
        picture = picture * rng.uniform(0.7, 1.35) + rng.uniform(-25, 25)
    if rng.random() < 0.3:
        picture += rng.standard_normal(picture.shape, dtype=np.float32) * rng.uniform(1, 8)
    return np.clip(np.rint(picture), 0, 255), *_clip(boxes, rows, columns)


def _clip(boxes, rows, columns):
    """Boxes cut at the window; those of which less than 85 % (or less than 9 pixels) remain are marked."""
    x0, y0 = np.clip(boxes[:, 0], 0, columns), np.clip(boxes[:, 1], 0, rows)
    x1, y1 = np.clip(boxes[:, 0] + boxes[:, 2], 0, columns), np.clip(boxes[:, 1] + boxes[:, 3], 0, rows)
    area = (x1 - x0) * (y1 - y0)
    keep = area > 0
    cut = (area < 0.85 * boxes[:, 2] * boxes[:, 3]) | (x1 - x0 < 9)
    return np.stack([x0, y0, x1 - x0, y1 - y0], 1)[keep], cut[keep]
