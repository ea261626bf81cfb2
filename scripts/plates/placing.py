"""Puts a flat plate into a picture as a camera sees it: turned, foreshortened, lit, in its frame."""

import cv2
import numpy as np

from lettering import draw_words, latin_fonts, random_word
from plate_designs import random_plate
from textures import rectangle


def corners(rng, x, y, width, height):
    """The four corners of a plate centred at (x, y): roll, shear and a little perspective."""
    spread = rng.choice([1.0, 3.5, 8.0], p=[0.45, 0.4, 0.15])  # most cameras see most plates nearly upright
    roll = np.radians(np.clip(rng.normal(0, spread), -18, 18))
    shear = np.radians(np.clip(roll * rng.choice([0, 57.3]) + rng.normal(0, spread), -25, 25))
    width = width * rng.choice([1.0, rng.uniform(0.6, 1.0)])
    along = np.array([np.cos(roll), np.sin(roll)]) * width / 2
    down = np.array([-np.sin(shear), np.cos(shear)]) * height / 2
    points = np.array([-along - down, along - down, along + down, -along + down]) + (x, y)
    taper = rng.normal(0, 0.03) * height
    points[[0, 1], 1] += (taper, -taper)
    points[[3, 2], 1] += (-taper, taper)
    return points.astype(np.float32)


def framed(rng, plate, coverage):
    """Adds a holder or a metal frame around the flat plate. Returns picture, coverage and the plate's box in them."""
    h, w = plate.shape
    if rng.random() < 0.45:
        return plate, coverage, (0, 0, w, h)
    side, top, bottom = (int(h * rng.uniform(0.01, 0.12)) + 1 for _ in range(3))
    if rng.random() < 0.3:
        bottom = int(h * rng.uniform(0.14, 0.25)) + 1
    level = rng.choice([rng.uniform(5, 50), rng.uniform(120, 255)])
    canvas = np.full((h + top + bottom, w + 2 * side), level, np.float32)
    canvas[top : top + h, side : side + w] = plate * coverage + level * (1 - coverage)
    fonts = latin_fonts()
    if bottom > 7 and rng.random() < 0.7:
        draw_words(
            canvas,
            random_word(rng, 4, 12).upper(),
            w * rng.uniform(0.1, 0.4),
            h + top + bottom * 0.2,
            max(2, int(bottom * 0.6)),
            235.0 if level < 100 else 20.0,
            fonts[rng.integers(len(fonts))],
        )
    if rng.random() < 0.3:  # a frame that covers the plate's margin, as in North America
        lip = max(1, int(h * rng.uniform(0.04, 0.14)))
        rectangle(canvas, 0, top, w + 2 * side, lip, level)
        rectangle(canvas, 0, top + h - lip, w + 2 * side, lip + bottom, level)
    return canvas, np.ones_like(canvas), (side, top, w, h)


def put_plate(rng, picture, x, y, pixels_wide, black=0.0, white=255.0):
    """Pastes one random plate, its greys mapped to black...white. Returns its upright box x, y, w, h."""
    plate, coverage, mm_wide, mm_high = random_plate(rng, pixels_wide)
    points = corners(rng, x, y, pixels_wide, pixels_wide * mm_high / mm_wide)
    sheet, mask, (px, py, pw, ph) = framed(rng, plate, coverage)
    source = np.float32([(px, py), (px + pw, py), (px + pw, py + ph), (px, py + ph)])
    low, high = np.floor(points.min(0) - 0.3 * pixels_wide), np.ceil(points.max(0) + 0.3 * pixels_wide)
    size = np.maximum(high - low, 1).astype(int)
    warp = cv2.getPerspectiveTransform(source, (points - low).astype(np.float32))
    shrink = pw / max(np.linalg.norm(points[1] - points[0]), 1)
    if shrink > 1.2:
        sheet, mask = (cv2.GaussianBlur(a, (0, 0), 0.45 * shrink) for a in (sheet * mask, mask))
        sheet = sheet / np.maximum(mask, 1e-3)
    levels = cv2.warpPerspective(
        sheet, warp, tuple(size.tolist()), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    cover = cv2.warpPerspective(mask, warp, tuple(size.tolist()), flags=cv2.INTER_LINEAR)
    _blend_at(picture, black + levels * (white - black) / 255, cover, int(low[0]), int(low[1]))
    return (*points.min(0).tolist(), *(points.max(0) - points.min(0)).tolist())


def _blend_at(picture, levels, cover, x, y):
    h, w = cover.shape
    x0, y0, x1, y1 = max(0, x), max(0, y), min(picture.shape[1], x + w), min(picture.shape[0], y + h)
    if x0 < x1 and y0 < y1:
        part = cover[y0 - y : y1 - y, x0 - x : x1 - x]
        target = picture[y0:y1, x0:x1]
        target += (levels[y0 - y : y1 - y, x0 - x : x1 - x] - target) * part
