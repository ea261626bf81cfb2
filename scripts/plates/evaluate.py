"""Runs a net over the pictures of a set as the product does, and writes the boxes, which score_plates.py judges.

usage: evaluate.py (--weights FILE | --checkpoint FILE.pt) --set DIR --out FILE.jsonl [--held-out]
"""

import argparse
import csv
import json
import os

import cv2
import numpy as np
import torch

from export import load_net
from integer_net import read
from net import INPUT_GAIN, INPUT_MEAN, UNIT
from photos import VALIDATION_PART

WORKING_WIDTH = 640
LEAST_SCORE, MOST_BOXES = 0.05, 50


def working_picture(luma):
    """Area mean to at most `WORKING_WIDTH` columns. Returns the picture and its scale in x and y."""
    height, width = luma.shape
    columns = min(WORKING_WIDTH, width)
    rows = max(1, (height * columns + width // 2) // width)
    return cv2.resize(luma, (columns, rows), interpolation=cv2.INTER_AREA), columns / width, rows / height


def padded_input(luma):
    """Input of the net, padded at the right and the bottom with 0 (the mean) to multiples of 32."""
    rows, columns = luma.shape
    out = np.zeros((-(-rows // 32) * 32, -(-columns // 32) * 32), np.int32)
    out[:rows, :columns] = (luma.astype(np.int32) - INPUT_MEAN) * INPUT_GAIN
    return out


class IntegerDetector:
    """The exported weights."""

    def __init__(self, path):
        self.net = read(path)
        self.heads = [(stride, w / 128, h / 128) for _, stride, w, h in self.net.heads]

    def outputs(self, picture):
        return [out.astype(np.float64) / UNIT for out in self.net.run_input(picture[:, :, None])]


class FloatDetector:
    """A checkpoint in floating point."""

    def __init__(self, path):
        self.net = load_net(path)
        self.heads = [(stride, w, h) for _, stride, w, h in self.net.heads]

    def outputs(self, picture):
        with torch.no_grad():
            found = self.net(torch.from_numpy(picture.astype(np.float32) / UNIT)[None, None])
        return [out[0].permute(1, 2, 0).double().numpy() for out in found]


def boxes_of(outputs, heads):
    """All boxes x, y, w, h, score above the least score, best first, overlapping ones removed."""
    found = []
    for out, (stride, prior_width, prior_height) in zip(outputs, heads):
        score = 1 / (1 + np.exp(-out[..., 0]))
        for row, column in zip(*np.nonzero(score > LEAST_SCORE)):
            _, dx, dy, w, h = out[row, column]
            w, h = prior_width * 2.0**w, prior_height * 2.0**h
            x, y = (column + 0.5 + dx) * stride, (row + 0.5 + dy) * stride
            found.append((x - w / 2, y - h / 2, w, h, score[row, column]))
    found.sort(key=lambda b: -b[4])
    return [merged(box, found) for box in suppress(found)]


def suppress(found):
    """Non-maximum suppression: IoU above 0.3, or intersection over the smaller one above 0.6."""
    kept = []
    for box in found:
        if all(not _same(box, other) for other in kept):
            kept.append(box)
        if len(kept) == MOST_BOXES:
            break
    return kept


def merged(kept, found):
    """The score-weighted mean of the boxes that agree with a kept one: steadier than the box of one cell."""
    total, weights = np.zeros(4), 0.0
    for box in found:
        if box[4] >= 0.5 * kept[4] and _ratio(box, kept) > 0.5:
            total += box[4] * np.array(box[:4])
            weights += box[4]
    return (*(total / weights), kept[4])


def _ratio(a, b):
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    both = max(width, 0) * max(height, 0)
    return both / (a[2] * a[3] + b[2] * b[3] - both)


def _same(a, b):
    width = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    height = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return False
    both, first, second = width * height, a[2] * a[3], b[2] * b[3]
    return both > 0.3 * (first + second - both) or both > 0.6 * min(first, second)


def detect(detector, luma):
    """Boxes of a picture in its own pixels, cut at its border."""
    working, sx, sy = working_picture(luma)
    height, width = luma.shape
    result = []
    for x, y, w, h, score in boxes_of(detector.outputs(padded_input(working)), detector.heads):
        x0, y0, x1, y1 = max(0, x / sx), max(0, y / sy), min(width, (x + w) / sx), min(height, (y + h) / sy)
        if x1 > x0 and y1 > y0:
            result.append([round(v, 1) for v in (x0, y0, x1 - x0, y1 - y0)] + [round(float(score), 4)])
    return result


def names_of(folder, held_out):
    """The pictures of a set in order; with `held_out` the last part, which training never saw."""
    with open(os.path.join(folder, "truth.csv")) as file:
        names = sorted({row["file"] for row in csv.DictReader(file)})
    return names[int(len(names) * (1 - VALIDATION_PART)) :] if held_out else names


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights")
    parser.add_argument("--checkpoint")
    parser.add_argument("--set", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--held-out", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    detector = IntegerDetector(options.weights) if options.weights else FloatDetector(options.checkpoint)
    names = names_of(options.set, options.held_out)
    with open(options.out, "w") as file:
        for name in names:
            luma = cv2.imread(os.path.join(options.set, name), cv2.IMREAD_GRAYSCALE)
            file.write(json.dumps({"file": name, "boxes": detect(detector, luma)}) + "\n")
    if options.held_out:
        with open(os.path.join(options.set, "truth.csv")) as source, open(options.out + ".truth.csv", "w") as target:
            lines = source.read().splitlines()
            target.write("\n".join(lines[:1] + [l for l in lines[1:] if l.split(",")[0] in set(names)]) + "\n")


if __name__ == "__main__":
    main()
