"""The real photographs: windows around labelled plates, with the real plate or another one in its place."""

import csv
import os

import cv2
import numpy as np

from placing import put_plate

VALIDATION_PART = 0.2  # the last fifth of the file order is never trained on: neighbours in a video look alike


class Photos:
    """All training photographs in memory as three-channel pictures, with their plates."""

    def __init__(self, folder, training=True):
        names, self.boxes, self.pictures = [], [], []
        labels = {}
        with open(os.path.join(folder, "truth.csv")) as file:
            for row in csv.DictReader(file):
                labels.setdefault(row["file"], []).append([float(row[k]) for k in "xywh"])
        names = sorted(labels)
        cut = int(len(names) * (1 - VALIDATION_PART))
        self.names = names[:cut] if training else names[cut:]
        for name in self.names:
            self.pictures.append(cv2.imread(os.path.join(folder, name)))
            self.boxes.append(np.array(labels[name], np.float32))

    def grey(self, rng, index):
        """One photograph in grey: luma or another mix of the channels, which is another sensor."""
        weights = np.array([0.114, 0.587, 0.299]) if rng.random() < 0.5 else rng.dirichlet([1, 1, 1])
        return cv2.transform(self.pictures[index], weights[None].astype(np.float32)).astype(np.float32)

    def window(self, rng, width, height, replaced):
        """A window with at least one plate. Returns picture and boxes x, y, w, h in its pixels."""
        index = int(rng.integers(len(self.pictures)))
        picture, boxes = self.grey(rng, index), self.boxes[index]
        chosen = int(rng.integers(len(boxes)))
        if replaced:
            boxes = np.array([_replace(rng, picture, box) for box in boxes])
        x, y, w, h = boxes[chosen]
        target = float(np.exp(rng.uniform(np.log(14), np.log(min(230, 3.2 * w)))))
        if rng.random() < 0.3:
            target = w * rng.uniform(0.5, 0.9)  # as the product sees this very set
        scale = target / w
        left = x + w / 2 - rng.uniform(0.12, 0.88) * width / scale
        top = y + h / 2 - rng.uniform(0.12, 0.88) * height / scale
        return _cut(picture, scale, left, top, width, height), (boxes - (left, top, 0, 0)) * scale

    def elsewhere(self, rng, width, height):
        """A window of any place, with the labelled plates that happen to be in it."""
        index = int(rng.integers(len(self.pictures)))
        picture, boxes = self.grey(rng, index), self.boxes[index]
        scale = float(np.exp(rng.uniform(np.log(0.45), np.log(2.0))))
        left = rng.uniform(0, max(1, picture.shape[1] - width / scale))
        top = rng.uniform(0, max(1, picture.shape[0] - height / scale))
        return _cut(picture, scale, left, top, width, height), (boxes - (left, top, 0, 0)) * scale


def _cut(picture, scale, left, top, width, height):
    if scale < 0.7:  # smooth before sampling down
        picture = cv2.GaussianBlur(picture, (0, 0), 0.4 / scale)
    move = np.float32([[scale, 0, -left * scale], [0, scale, -top * scale]])
    return cv2.warpAffine(picture, move, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)


def erase(rng, picture, box):
    """Paints a labelled plate over with what is above and below it. Returns the 5 % and 95 % greys that were there."""
    x, y, w, h = box
    x0, y0 = max(0, int(x - 0.06 * w)), max(1, int(y - 0.25 * h))
    x1, y1 = min(picture.shape[1], int(x + 1.06 * w) + 1), min(picture.shape[0] - 2, int(y + 1.25 * h) + 1)
    if x1 <= x0 or y1 <= y0:
        return 0.0, 0.0
    old = picture[y0:y1, x0:x1]
    black, white = np.percentile(old, 5), np.percentile(old, 95)
    above, below = picture[y0 - 1 : y0, x0:x1].copy(), picture[y1 : y1 + 1, x0:x1].copy()
    ramp = np.linspace(0, 1, y1 - y0, dtype=np.float32)[:, None]
    old[:] = above * (1 - ramp) + below * ramp + rng.normal(0, 2, old.shape)
    return black, white


def _replace(rng, picture, box):
    """Puts a drawn plate of any country in the place of a real one, in the same light."""
    x, y, w, h = box
    black, white = erase(rng, picture, box)
    reach = max(20.0, (white - black) * rng.uniform(0.8, 1.6))
    return put_plate(
        rng,
        picture,
        x + w / 2,
        y + h / 2,
        w * rng.uniform(0.55, 1.05),
        max(0, black * rng.uniform(0.6, 1.0)),
        min(255, black + reach),
    )
