#!/usr/bin/env python3
"""Says what share of labelled plates stays visible under what `neurond plates --covered` gives, and what else is covered.

    neurond plates --covered [--minimum-score S] DIR/*.jpg > covered.jsonl
    score_cover.py covered.jsonl [DIR/truth.csv]

truth.csv: file,x,y,w,h in pixels. Without it all pictures count as free of plates. Only the standard library is needed.
"""

import collections
import csv
import json
import os
import sys


def covered_share(plate, boxes):
    """The part of a plate that lies in the union of boxes, measured on a grid of a quarter of a pixel or coarser."""
    x, y, w, h = plate
    steps = 40
    inside = 0
    for row in range(steps):
        for column in range(steps):
            px, py = x + (column + 0.5) * w / steps, y + (row + 0.5) * h / steps
            inside += any(a <= px < a + c and b <= py < b + d for a, b, c, d in boxes)
    return inside / steps / steps


def union_area(boxes):
    """The area of a union of boxes, by the strips between their edges."""
    xs = sorted({edge for x, _, w, _ in boxes for edge in (x, x + w)})
    area = 0.0
    for left, right in zip(xs, xs[1:]):
        spans = sorted((y, y + h) for x, y, w, h in boxes if x <= left and x + w >= right)
        end = float("-inf")
        for top, bottom in spans:
            area += max(0.0, bottom - max(top, end)) * (right - left)
            end = max(end, bottom)
    return area


def main():
    truth = collections.defaultdict(list)
    if len(sys.argv) > 2:
        with open(sys.argv[2], encoding="utf-8") as file:
            for row in csv.DictReader(file):
                truth[row["file"]].append(tuple(float(row[key]) for key in "xywh"))
    shares, widths, areas, boxes_count, milliseconds = [], [], [], 0, []
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            found = json.loads(line)
            boxes = [tuple(box[:4]) for box in found["boxes"]]
            boxes_count += len(boxes)
            milliseconds.append(found["ms"])
            plates = truth[os.path.basename(found["file"])]
            for plate in plates:
                shares.append(covered_share(plate, boxes))
                widths.append(plate[2])
            own = sum(w * h for _, _, w, h in plates)
            areas.append(max(0.0, union_area(boxes) - own) / (found["width"] * found["height"]))
    pictures = len(areas)
    print(f"{pictures} pictures, {boxes_count / pictures:.2f} boxes each, median {sorted(milliseconds)[pictures // 2]:.1f} ms")
    print(f"covered beside plates: {100 * sum(areas) / pictures:.2f} % of the area; "
          f"{100 * sum(a > 0.0005 for a in areas) / pictures:.0f} % of the pictures have some")
    if shares:
        for least in (0.99, 0.9, 0.75, 0.5):
            left = [width for share, width in zip(shares, widths) if share < least]
            print(f"less than {least:.0%} covered: {len(left)} of {len(shares)} plates ({100 * len(left) / len(shares):.1f} %)")
        print(f"not touched: {sum(share == 0 for share in shares)} of {len(shares)}")
        print("widths of those less than half covered:", sorted(round(w) for s, w in zip(shares, widths) if s < 0.5))


if __name__ == "__main__":
    main()
