#!/usr/bin/env python3
"""Says how many labelled plates were found, and how many boxes are false: the tables of docs/plates.md.

    neurond plates DIR/*.jpg > found.jsonl
    score_plates.py DIR/truth.csv found.jsonl [--least 0.40]

truth.csv: file,x,y,w,h in pixels, a line for each plate. A plate is found with IoU 0.3 or 0.5 to a box, and covered where a box of at
most four times its area holds 80 % of it. A box that neither finds nor covers any plate with 0.3 is false. The first row takes the boxes
from --least on; the others take the threshold that finds most with no more than so many false boxes per picture. Only the standard
library is needed.
"""
import argparse
import collections
import csv
import json
import os

ALLOWED = [0.1, 0.5, 1.0]


def overlap(plate, box):
    """IoU, and the part of the plate that lies in the box."""
    (x, y, w, h), (a, b, c, d) = plate, box
    width, height = min(x + w, a + c) - max(x, a), min(y + h, b + d) - max(y, b)
    shared = max(0.0, width) * max(0.0, height)
    return shared / (w * h + c * d - shared), shared / (w * h)


def verdict(plate, box):
    """Whether the box finds the plate at 0.3, at 0.5, and covers it."""
    iou, part = overlap(plate, box)
    return iou >= 0.3, iou >= 0.5, part >= 0.8 and box[2] * box[3] <= 4 * plate[2] * plate[3]


def judged(plates, boxes):
    """Of each box: its score, the numbers of the plates that it meets in each of the three ways, whether it is false."""
    for *box, score in boxes:
        verdicts = [verdict(plate, box) for plate in plates]
        met = [{number for number, each in enumerate(verdicts) if each[way]} for way in range(3)]
        yield score, met, not met[0] and not met[2]


def figures(pictures, least):
    """Plates met in the three ways, and false boxes, of all boxes from a score on."""
    met, false = [0, 0, 0], 0
    for boxes in pictures:
        taken = [box for box in boxes if box[0] >= least]
        for way in range(3):
            met[way] += len(set().union(*(box[1][way] for box in taken)))
        false += sum(box[2] for box in taken)
    return met, false


def read(truth, found):
    """The plates and the boxes of each picture by its name without folders."""
    plates, boxes = collections.defaultdict(list), {}
    with open(truth, encoding="utf-8") as file:
        for row in csv.DictReader(file):
            plates[row["file"]].append([float(row[key]) for key in "xywh"])
    with open(found, encoding="utf-8") as file:
        for line in file:
            picture = json.loads(line)
            boxes[os.path.basename(picture["file"])] = picture["boxes"]
    return plates, boxes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("truth")
    parser.add_argument("found")
    parser.add_argument("--least", type=float, default=0.40, help="the threshold of the first row, 0.40 unless given")
    options = parser.parse_args()
    plates, boxes = read(options.truth, options.found)
    for name in sorted(set(plates) - set(boxes)):
        parser.error(f"{options.found} has no line for {name}")
    pictures = [list(judged(plates[name], boxes[name])) for name in sorted(plates)]
    total = sum(map(len, plates.values()))
    print(f"{len(pictures)} pictures, {total} plates\n{'threshold':24}IoU 0.3   0.5  covered  false boxes a picture")

    def row(name, least):
        met, false = figures(pictures, least)
        shares = [100 * count / total for count in met]
        print(f"{name:24}{shares[0]:6.1f}%{shares[1]:6.1f}%{shares[2]:7.1f}%  {false / len(pictures):.2f}")

    row(f"{options.least:.2f}", options.least)
    scores = sorted({box[0] for picture in pictures for box in picture})
    swept = [(least, *figures(pictures, least)) for least in scores]
    for allowed in ALLOWED:
        fitting = [each for each in swept if each[2] <= allowed * len(pictures)]
        if fitting:
            least = max(fitting, key=lambda each: (each[1][0], -each[2]))[0]
            row(f"{least:.2f} (at most {allowed:g} false)", least)


main()
