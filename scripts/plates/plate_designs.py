"""Plates of many countries, drawn flat in grey: the picture (0...255) and its coverage (rounded corners).

Sizes and layouts are those of the countries' public standards, loosened at random, so that the net learns what
plates have in common and not one country's layout. Units in this file are millimetres on the plate.
"""

import cv2
import numpy as np

from lettering import chinese_font, random_text, random_word
from sheet import Sheet
from textures import ellipse, gradient, line, noise


def light(rng):
    """Grey of a light ground and of its dark ink."""
    return rng.uniform(170, 250), rng.uniform(5, 80)


EUROPEAN = (
    "AA 999 AA",
    "AA-999-AA",
    "A 99 AAA",
    "AA 99 AAA",
    "AAA 9999",
    "9999 AAA",
    "A AA 9999",
    "AA AA 999",
    "AAA 999",
    "99 AA 99",
    "AA 99999",
    "9 AAA 999",
    "AA99 AAA",
    "99-AA-AA",
    "AA 999 A",
    "A 999 AA 99",
)


def european(rng, scale):
    """One line on 520 x 110 mm, mostly with the band of the European Union."""
    ground, ink = light(rng)
    if rng.random() < 0.08:
        ground, ink = rng.uniform(20, 90), rng.uniform(170, 245)
    sheet = Sheet(rng, rng.uniform(440, 530), rng.uniform(98, 122), ground, ink, scale)
    left, right = 12, sheet.width - 12
    band = rng.uniform(30, 110)
    if rng.random() < 0.72:
        sheet.box(0, 0, 42, sheet.height, band)
        sheet.small(random_text(rng, rng.choice(["A", "AA", "AAA"])), 21, sheet.height * 0.62, 20, 230)
        ellipse(sheet.picture, 21 * scale, sheet.height * 0.32 * scale, 11 * scale, 11 * scale, band + 45)
        left = 52
    if rng.random() < 0.18:
        sheet.box(sheet.width - 42, 0, 42, sheet.height, band)
        right = sheet.width - 52
    high = sheet.height * rng.uniform(0.6, 0.76)
    text = random_text(rng, EUROPEAN[rng.integers(len(EUROPEAN))])
    sheet.text(text, left, (sheet.height - high) / 2, right - left, high)
    if rng.random() < 0.3:
        x = rng.uniform(0.3, 0.5) * sheet.width
        sheet.dot(x, sheet.height * 0.3, 14, rng.uniform(80, 200))
        sheet.dot(x, sheet.height * 0.7, 16, rng.uniform(80, 200))
    if rng.random() < 0.5:
        sheet.border(3, 3, ink)
    return sheet


def two_line(rng, scale):
    """Two lines: motorcycles, lorries and cars with a square recess, of any country."""
    ground, ink = light(rng)
    if rng.random() < 0.2:
        ground, ink = rng.uniform(30, 110), rng.uniform(180, 245)
    width, height = [(280, 200), (340, 220), (300, 170), (200, 170), (180, 200), (440, 220), (187, 136)][
        rng.integers(7)
    ]
    sheet = Sheet(rng, width * rng.uniform(0.93, 1.07), height * rng.uniform(0.93, 1.07), ground, ink, scale)
    top, high = sheet.height * rng.uniform(0.08, 0.14), sheet.height * rng.uniform(0.34, 0.4)
    first = random_text(rng, ["AA", "AAA", "A 99", "AA 9", "PA", "AA 99"][rng.integers(6)])
    second = random_text(rng, ["9999", "999 AA", "99 AAA", "X9999", "99999", "9A99", "AA 99"][rng.integers(7)])
    inset = sheet.width * rng.uniform(0.06, 0.25)
    if rng.random() < 0.4 and width < 400:
        sheet.box(0, 0, 40, sheet.height * rng.choice([0.5, 1.0]), rng.uniform(40, 100))
        inset = max(inset, 46)
    if rng.random() < 0.25:
        sheet.box(0, 0, sheet.width, sheet.height * 0.12, rng.uniform(40, 100))
        top = sheet.height * 0.16
    sheet.text(first, inset, top, sheet.width - 2 * inset, high)
    margin = sheet.width * 0.05
    sheet.text(second, margin, sheet.height - high - sheet.height * 0.07, sheet.width - 2 * margin, high)
    if rng.random() < 0.5:
        sheet.border(3, 3, ink)
    return sheet


AMERICAN = "AAA 999,AAA-9999,999 AAA,9AAA999,AAA 9999,999-AAA,AA9 A99,AAAX99,XXX XXX,AA 99999,XXXXX".split(",")


def american(rng, scale):
    """305 x 152 mm: words above and below, gradients, pictures, stickers; dark on light or light on dark."""
    ground, ink = rng.uniform(110, 245), rng.uniform(10, 90)
    if rng.random() < 0.2:
        ground, ink = rng.uniform(20, 110), rng.uniform(170, 250)
    sheet = Sheet(rng, rng.uniform(290, 315), rng.uniform(146, 160), ground, ink, scale)
    _picture_ground(rng, sheet)
    _state_and_slogan(rng, sheet, rng.uniform(20, 200) if rng.random() < 0.4 else ink)
    high, inset = rng.uniform(60, 80), rng.uniform(10, 30)
    text, top = random_text(rng, AMERICAN[rng.integers(len(AMERICAN))]), (sheet.height - high) / 2 + rng.uniform(-4, 8)
    sheet.text(text, inset, top, sheet.width - 2 * inset, high, fill=rng.uniform(0.68, 0.86))
    if rng.random() < 0.35:  # an emblem in the middle
        sheet.dot(sheet.width / 2 + rng.uniform(-20, 20), sheet.height / 2, rng.uniform(8, 26), rng.uniform(30, 220))
    for x in (18, sheet.width - 46):
        if rng.random() < 0.3:
            sheet.box(x, rng.choice([8, sheet.height - 30]), 28, 20, rng.uniform(60, 240))
    sheet.bolts()
    if rng.random() < 0.25:
        sheet.border(3, 3, ink)
    return sheet


def _picture_ground(rng, sheet):
    """A ramp, a landscape, bands: what lies under the characters of a North American plate."""
    h, w = sheet.picture.shape
    if rng.random() < 0.5:
        sheet.picture += rng.uniform(-45, 45) * np.linspace(-1, 1, h, dtype=np.float32)[:, None]
    if rng.random() < 0.35:
        sheet.picture += rng.uniform(5, 25) * noise(rng, h, w, 0.4)
    if rng.random() < 0.3:
        sheet.box(0, 0, sheet.width, rng.uniform(28, 42), rng.uniform(30, 230))
    if rng.random() < 0.2:
        sheet.box(0, sheet.height - 28, sheet.width, 28, rng.uniform(30, 230))


def _state_and_slogan(rng, sheet, ink):
    state = random_word(rng, 4, 13)
    state = state.upper() if rng.random() < 0.6 else state.title()
    sheet.small(state, sheet.width / 2, rng.uniform(6, 14), rng.uniform(14, 24), ink)
    if rng.random() < 0.75:
        slogan = " ".join(random_word(rng, 2, 8) for _ in range(rng.integers(1, 4)))
        slogan = slogan.upper() if rng.random() < 0.5 else slogan
        sheet.small(slogan, sheet.width / 2, sheet.height - rng.uniform(20, 26), rng.uniform(9, 15), ink)


def brazilian(rng, scale):
    """400 x 130 mm: grey or red with the town above, or Mercosur with a band at the top."""
    mercosur = rng.random() < 0.4
    ground, ink = (
        (rng.uniform(190, 250), rng.uniform(5, 60)) if mercosur else (rng.uniform(120, 200), rng.uniform(5, 60))
    )
    if not mercosur and rng.random() < 0.25:
        ground, ink = rng.uniform(45, 100), rng.uniform(170, 245)
    sheet = Sheet(rng, rng.uniform(390, 410), rng.uniform(125, 135), ground, ink, scale)
    high = rng.uniform(60, 72)
    if mercosur:
        sheet.box(0, 0, sheet.width, 30, rng.uniform(40, 100))
        sheet.small(random_word(rng, 5, 9).upper(), sheet.width / 2, 7, 15, 235)
        sheet.text(
            random_text(rng, rng.choice(["AAA9A99", "AA 999 AA", "AAA 9999", "AA 9999"])),
            15,
            42,
            sheet.width - 30,
            high + 8,
        )
    else:
        town = random_text(rng, "AA") + " - " + random_word(rng, 5, 14).upper()
        sheet.small(town, sheet.width / 2, 8, 15)
        sheet.text(random_text(rng, "AAA-9999"), 20, sheet.height - high - rng.uniform(16, 26), sheet.width - 40, high)
    if rng.random() < 0.6:
        sheet.border(3, 3, ink)
    return sheet


def chinese(rng, scale):
    """440 x 140 mm: light on blue, dark on green with a ramp, dark on yellow, light on black."""
    kind = rng.integers(4)
    ground, ink = [
        (rng.uniform(50, 120), rng.uniform(190, 250)),
        (rng.uniform(150, 225), rng.uniform(10, 60)),
        (rng.uniform(150, 210), rng.uniform(10, 60)),
        (rng.uniform(15, 50), rng.uniform(180, 240)),
    ][kind]
    sheet = Sheet(rng, 480 if kind == 1 else 440, 140, ground, ink, scale)
    if kind == 1:
        sheet.picture -= rng.uniform(10, 40) * np.linspace(-1, 1, sheet.picture.shape[0], dtype=np.float32)[:, None]
    first = "P" if chinese_font() else "A"
    sheet.text(random_text(rng, first + ("A·XXXXXX" if kind == 1 else "A·XXXXX")), 14, 24, sheet.width - 28, 92)
    if rng.random() < 0.8:
        sheet.border(5, 4, ink)
    return sheet


def anywhere(rng, scale):
    """A plate of no known country: any shape, any grey, one line."""
    ground, ink = light(rng)
    if rng.random() < 0.35:
        ground, ink = rng.uniform(15, 120), rng.uniform(170, 250)
    height = rng.uniform(100, 170)
    sheet = Sheet(rng, height * rng.uniform(1.8, 4.9), height, ground, ink, scale)
    high = height * rng.uniform(0.45, 0.75)
    count = int(np.clip(sheet.width / high * rng.uniform(1.2, 2.2), 4, 9))
    inset = rng.uniform(8, 30)
    sheet.text(random_text(rng, "X" * count), inset, (height - high) / 2, sheet.width - 2 * inset, high)
    if rng.random() < 0.5:
        sheet.border(3, 3, ink)
    return sheet


DESIGNS = ((european, 0.30), (two_line, 0.12), (american, 0.26), (brazilian, 0.14), (chinese, 0.10), (anywhere, 0.08))


def random_plate(rng, pixels_wide):
    """Returns picture, coverage, width in mm and height in mm of a plate about `pixels_wide` wide.

    Drawn at twice the size it will have (bounded), so that sampling it down gives the camera's smoothness."""
    makers, weights = zip(*DESIGNS)
    maker = makers[rng.choice(len(makers), p=weights)]
    nominal = {european: 500, two_line: 280, american: 305, brazilian: 400, chinese: 440, anywhere: 400}[maker]
    sheet = maker(rng, float(np.clip(2.0 * pixels_wide, 80, 420)) / nominal)
    picture = sheet.picture
    h, w = picture.shape
    if rng.random() < 0.3:
        picture += rng.uniform(3, 14) * noise(rng, h, w, 0.3)  # dirt
    if rng.random() < 0.3:
        picture += rng.uniform(5, 30) * gradient(rng, h, w)  # uneven light
    if rng.random() < 0.1:
        line(
            picture, rng.uniform(0, w), 0, rng.uniform(0, w), h, rng.uniform(0, 255), rng.uniform(1, 0.06 * w)
        )  # tow bar, cable
    coverage = np.zeros((h, w), np.float32)
    radius = int(h * rng.uniform(0, 0.1))
    cv2.rectangle(coverage, (radius, 0), (w - 1 - radius, h - 1), 1.0, -1)
    cv2.rectangle(coverage, (0, radius), (w - 1, h - 1 - radius), 1.0, -1)
    for x in (radius, w - 1 - radius):
        for y in (radius, h - 1 - radius):
            cv2.circle(coverage, (x, y), radius, 1.0, -1)
    return np.clip(picture, 0, 255), coverage, sheet.width, sheet.height
