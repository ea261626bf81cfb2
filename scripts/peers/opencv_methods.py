"""One of OpenCV's methods over one clip; run by scripts/compare-peers in the environment that has OpenCV.

Reads {"clip", "method", "quiet", "roi"} from standard input and writes {"alerts": [[start, over], ...], "cpu": seconds}.
The recipes are the usual ones of tutorials, at the size and rate that such programs use; warm-up costs nothing here.
"""
import json
import os
import sys
import time

# Before OpenCV is loaded: one thread decodes, as neurond's does.
os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = "threads;1"

import cv2  # noqa: E402
import numpy as np  # noqa: E402

WIDTH = 320
RATE = 5.0
HOLD = 2.0
WARM_UP = 120.0
# Pixels of a blob at this size: a person of 60 pixels' height at 1280 has about 80.
LEAST_AREA = 30


class Mog2:
    """Background subtraction by a mixture of Gaussians; shadows do not count."""

    def __init__(self):
        self.model = cv2.createBackgroundSubtractorMOG2(history=500, varThreshold=16, detectShadows=True)

    def __call__(self, picture):
        return np.where(self.model.apply(picture) == 255, 255, 0).astype(np.uint8)


class Absdiff:
    """The difference to a running average of ten seconds."""

    def __init__(self):
        self.average = None

    def __call__(self, picture):
        picture = cv2.GaussianBlur(picture, (5, 5), 0)
        if self.average is None:
            self.average = picture.astype(np.float32)
        difference = cv2.absdiff(picture, cv2.convertScaleAbs(self.average))
        cv2.accumulateWeighted(picture, self.average, 0.02)
        return cv2.threshold(difference, 20, 255, cv2.THRESH_BINARY)[1]


def pictures(path):
    """Small gray pictures of a clip with their times, and the CPU seconds that reading and shrinking took."""
    start = time.process_time()
    capture = cv2.VideoCapture(path)
    if not capture.isOpened():
        sys.exit(f"OpenCV cannot open {path}")
    found, due, size = [], 0.0, None
    while capture.grab():
        moment = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        if moment + 1e-6 < due:
            continue
        due = max(due + 1 / RATE, moment + 0.5 / RATE)
        gray = cv2.cvtColor(capture.retrieve()[1], cv2.COLOR_BGR2GRAY)
        size = size or gray.shape
        height = max(1, round(gray.shape[0] * WIDTH / gray.shape[1]))
        found.append((moment, cv2.resize(gray, (WIDTH, height), interpolation=cv2.INTER_AREA)))
    return found, size, time.process_time() - start


def warm_up(detect, found, quiet):
    """Shows the clip's own quiet part, forwards and backwards, until two minutes are over."""
    idle = [picture for moment, picture in found if any(start <= moment <= end for start, end in quiet)]
    if not idle:
        return
    there_and_back = idle + idle[::-1]
    for index in range(int(WARM_UP * RATE)):
        detect(there_and_back[index % len(there_and_back)])


def region(roi, size, shape):
    """255 where alerts count."""
    if not roi:
        return None
    factor = shape[1] / size[1]
    left, top, right, bottom = [round(edge * factor) for edge in (roi[0], roi[1], roi[0] + roi[2], roi[1] + roi[3])]
    kept = np.zeros(shape, np.uint8)
    kept[top:bottom, left:right] = 255
    return kept


def has_blob(marks, kept):
    """Whether a connected patch is large enough, speckle removed."""
    marks = cv2.morphologyEx(marks, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    if kept is not None:
        marks = cv2.bitwise_and(marks, kept)
    count, _, facts, _ = cv2.connectedComponentsWithStats(marks)
    return count > 1 and facts[1:, cv2.CC_STAT_AREA].max() >= LEAST_AREA


def main():
    work = json.load(sys.stdin)
    cv2.setNumThreads(1)
    found, size, cpu = pictures(work["clip"])
    if not found:
        sys.exit(f"OpenCV decodes no picture of {work['clip']}")
    kept = region(work["roi"], size, found[0][1].shape)
    detect = Mog2() if work["method"] == "mog2" else Absdiff()
    warm_up(detect, found, work["quiet"])
    start = time.process_time()
    alerts, recent, last = [], [], None
    for moment, picture in found:
        recent = (recent + [has_blob(detect(picture), kept)])[-3:]
        is_alarm = sum(recent) >= 2
        if is_alarm and last is None:
            alerts.append([moment, moment])
        if is_alarm:
            last = moment
        if last is not None:
            alerts[-1][1] = min(moment, last + HOLD)
            if moment - last >= HOLD:
                last = None
    print(json.dumps({"alerts": alerts, "cpu": cpu + time.process_time() - start}))


if __name__ == "__main__":
    main()
