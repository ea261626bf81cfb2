"""Samples on disk: many pictures in one file, made by the renderer and read by the trainer.

usage: shards.py --photos DIR --out DIR --count N [--first N] [--seed N]

Writes those of the shards first ... first+count-1 that are missing.
"""

import argparse
import os

import cv2
import numpy as np

from composer import Composer
from photos import Photos

SHARD = 256  # samples per file
MOST_BOXES = 6


def render(composer, seed, index):
    """The samples of one shard: depends on the seed and the index alone."""
    rng = np.random.default_rng([seed, index])
    pictures, boxes, kinds = [], np.full((SHARD, MOST_BOXES, 4), np.nan, np.float32), np.zeros(SHARD, np.uint8)
    for i in range(SHARD):
        picture, found, kinds[i] = composer.sample(rng)
        pictures.append(picture)
        inside = [b for b in found if _meets(b, picture.shape)][:MOST_BOXES]
        boxes[i, : len(inside)] = np.array(inside, np.float32).reshape(-1, 4)
    return np.stack(pictures), boxes, kinds


def _meets(box, shape):
    return box[0] < shape[1] and box[1] < shape[0] and box[0] + box[2] > 0 and box[1] + box[3] > 0


def load(path):
    """Pictures, boxes (NaN where there is none) and kinds of one file."""
    with np.load(path) as file:
        return file["pictures"], file["boxes"], file["kinds"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    composer = Composer(Photos(options.photos))
    os.makedirs(options.out, exist_ok=True)
    for index in range(options.first, options.first + options.count):
        path = os.path.join(options.out, "shard-%05d.npz" % index)
        if not os.path.exists(path):
            pictures, boxes, kinds = render(composer, options.seed, index)
            np.savez(path + ".part.npz", pictures=pictures, boxes=boxes, kinds=kinds)
            os.rename(path + ".part.npz", path)
        print(path, flush=True)


if __name__ == "__main__":
    main()
