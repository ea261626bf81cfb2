"""Fronts and rears of vehicles drawn in grey around the place of a plate.

Nothing here is a real model: what matters is that a plate sits among the things that real ones sit among (lights,
grilles, badges, bumpers, panel gaps, lettering) and that those things also occur without a plate.
"""

import cv2
import numpy as np

from lettering import draw_words, latin_fonts, random_text, random_word
from textures import dead_leaves, ellipse, line, noise, polygon


class Body:
    """A vehicle whose plate is centred at (x, y); `mm` is pixels per millimetre."""

    def __init__(self, rng, picture, x, y, mm):
        self.rng, self.picture, self.x, self.y, self.mm = rng, picture, x, y, mm
        self.width = rng.uniform(1550, 2000)
        self.middle = x - rng.choice([0, 0, 0, rng.uniform(-500, 500)]) * mm  # some plates are off the centre
        self.paint = rng.uniform(8, 240)
        self.dark = min(self.paint, rng.uniform(5, 50))

    def at(self, x, y):
        """Pixels of a point given in mm from the middle of the vehicle at the plate's height."""
        return self.middle + x * self.mm, self.y + y * self.mm

    def polygon(self, points, level):
        polygon(self.picture, [self.at(*p) for p in points], level)

    def box(self, x, y, width, height, level):
        self.polygon([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], level)

    def ellipse(self, x, y, a, b, level):
        cx, cy = self.at(x, y)
        ellipse(self.picture, cx, cy, a * self.mm, b * self.mm, level)

    def line(self, x0, y0, x1, y1, level, thickness):
        a, b = self.at(x0, y0), self.at(x1, y1)
        line(self.picture, a[0], a[1], b[0], b[1], level, thickness * self.mm)

    def words(self, text, x, y, height, level):
        """Letters on the body: model names, dealers, telephone numbers."""
        high = int(height * self.mm)
        if 3 <= high <= 120:
            fonts, (px, py) = latin_fonts(), self.at(x, y)
            draw_words(
                self.picture,
                text,
                px,
                py,
                high,
                level,
                fonts[self.rng.integers(len(fonts))],
                self.rng.uniform(0.7, 1.4),
            )


def draw_vehicle(rng, picture, x, y, mm):
    """Draws one vehicle of a random kind into the picture, plate place included (without the plate)."""
    body = Body(rng, picture, x, y, mm)
    kind = rng.random()
    before = picture.copy()
    if kind < 0.72:
        _car(body)
    elif kind < 0.92:
        _van(body)
    else:
        _motorcycle(body)
    _shine(body, before)
    _recess(body)


def _car(b):
    rng, half = b.rng, b.width / 2
    top, bottom = -rng.uniform(150, 650), rng.uniform(150, 600)
    roof = top - rng.uniform(350, 700)
    b.box(-half * 1.02, bottom - 150, 2 * half * 1.02, 330, rng.uniform(0, 40))  # shadow below
    for side in (-1, 1):
        b.box(side * half * 0.8 - 110, bottom - 120, 220, 330, rng.uniform(5, 35))  # tyres
    b.polygon([(-half * 0.95, top), (-half * 0.7, roof), (half * 0.7, roof), (half * 0.95, top)], b.paint * 0.9)
    b.polygon(
        [(-half * 0.85, top - 30), (-half * 0.64, roof + 60), (half * 0.64, roof + 60), (half * 0.85, top - 30)],
        rng.choice([rng.uniform(5, 60), rng.uniform(60, 200)]),
    )  # window
    b.polygon(
        [
            (-half * 0.93, top),
            (half * 0.93, top),
            (half, top * 0.4),
            (half, bottom - 80),
            (half * 0.93, bottom),
            (-half * 0.93, bottom),
            (-half, bottom - 80),
            (-half, top * 0.4),
        ],
        b.paint,
    )
    _face(b, half, top, bottom)
    _lights(b, half, top, bottom)
    _trim(b, half, top, bottom)


def _face(b, half, top, bottom):
    rng = b.rng
    if rng.random() < 0.45:  # front: a grille
        wide, y, high = half * rng.uniform(0.4, 0.9), top * rng.uniform(0.5, 1), rng.uniform(80, 260)
        _grille(b, -wide, y, 2 * wide, high)
        if rng.random() < 0.7:
            _grille(b, -half * 0.7, rng.uniform(60, 140), half * 1.4, rng.uniform(60, 200))
    else:  # rear: a lid and gaps
        y = rng.uniform(90, 260)
        b.line(-half * 0.9, y, half * 0.9, y, b.paint * 0.5, rng.uniform(5, 20))
        if rng.random() < 0.5:
            b.box(
                -half * 0.55, -rng.uniform(95, 150), half * 1.1, rng.uniform(15, 45), rng.uniform(10, 255)
            )  # chrome strip
        if rng.random() < 0.4:
            b.box(-half, rng.uniform(110, 200), 2 * half, rng.uniform(60, 300), b.dark)  # black bumper
        for side in (-1, 1):
            if rng.random() < 0.3:
                b.ellipse(side * half * 0.6, bottom - 30, 50, 35, rng.uniform(0, 150))  # exhaust
    if rng.random() < 0.6:
        b.ellipse(0, -rng.uniform(120, 260), rng.uniform(35, 80), rng.uniform(30, 60), rng.uniform(0, 255))  # badge


def _grille(b, x, y, width, height):
    rng = b.rng
    ground, bar = rng.uniform(0, 60), rng.uniform(20, 255)
    b.box(x, y, width, height, ground)
    pitch = rng.uniform(25, 80)
    if rng.random() < 0.7:
        for at in np.arange(y, y + height, pitch):
            b.box(x, at, width, pitch * rng.uniform(0.2, 0.5), bar)
    if rng.random() < 0.4:
        for at in np.arange(x, x + width, pitch):
            b.box(at, y, pitch * rng.uniform(0.15, 0.5), height, bar)


def _lights(b, half, top, bottom):
    rng = b.rng
    wide, high, y = rng.uniform(120, 420), rng.uniform(90, 330), top * rng.uniform(0.3, 0.95)
    level, glowing = rng.uniform(40, 235), rng.random() < 0.3
    for side in (-1, 1):
        inner, outer = side * (half - wide), side * half * 0.97
        b.polygon([(inner, y), (outer, y - 30), (outer, y + high), (inner, y + high * 0.7)], level)
        if rng.random() < 0.6:
            b.ellipse(
                (inner + outer) / 2, y + high * 0.4, wide * 0.25, high * 0.3, 255 if glowing else rng.uniform(20, 255)
            )
        if rng.random() < 0.5:
            b.box(min(inner, outer), y + high * 0.3, wide, high * 0.15, rng.uniform(30, 255))
        if rng.random() < 0.3:
            b.box(
                side * half * 0.75 - 80, bottom - rng.uniform(100, 200), 160, rng.uniform(30, 60), rng.uniform(60, 255)
            )


def _trim(b, half, top, bottom):
    rng = b.rng
    for _ in range(rng.integers(0, 4)):
        y = rng.uniform(top, bottom)
        b.line(-half * 0.97, y, half * 0.97, y + rng.uniform(-20, 20), rng.uniform(0, 255), rng.uniform(4, 20))
    contrast = 255 if b.paint < 110 else 20
    if rng.random() < 0.6:
        b.words(
            random_word(rng, 3, 8).upper(),
            rng.uniform(-half * 0.9, half * 0.3),
            -rng.uniform(120, 220),
            rng.uniform(28, 60),
            contrast,
        )
    if rng.random() < 0.4:
        b.words(
            random_text(rng, "XX9"), half * rng.uniform(0.3, 0.7), -rng.uniform(90, 220), rng.uniform(28, 60), contrast
        )
    if rng.random() < 0.15:
        b.words(
            " ".join(random_word(rng, 3, 8).upper()),
            -half * rng.uniform(0.2, 0.8),
            rng.choice([-1, 1]) * rng.uniform(110, 240),
            rng.uniform(40, 110),
            rng.uniform(0, 255),
        )  # wide lettering
    if rng.random() < 0.15:
        x, y = rng.uniform(-half * 0.9, half * 0.5), rng.uniform(130, 260)
        b.box(x, y, rng.uniform(150, 350), rng.uniform(60, 110), rng.uniform(30, 250))  # bumper sticker
        b.words(random_word(rng, 4, 12), x + 10, y + 15, 35, rng.uniform(0, 255))


def _van(b):
    """A van, a lorry or a bus: tall doors, hinges, lettering, a hazard bar."""
    rng, half = b.rng, b.width / 2 * b.rng.uniform(1, 1.3)
    roof, bottom = -rng.uniform(900, 2200), rng.uniform(130, 500)
    b.box(-half, bottom - 20, 2 * half, 250, rng.uniform(0, 40))
    b.box(-half, roof, 2 * half, bottom - roof, b.paint)
    b.line(rng.choice([0, half * 0.2]), roof, 0, -90, b.paint * 0.5, 15)
    contrast = rng.uniform(150, 255) if b.paint < 110 else rng.uniform(5, 80)
    for row in range(rng.integers(0, 5)):
        text = [
            random_word(rng, 4, 10).upper(),
            random_text(rng, "9999 999 999"),
            "www." + random_word(rng, 5, 9) + ".com",
            random_word(rng, 4, 9).title() + " " + random_word(rng, 4, 9).title(),
        ][rng.integers(4)]
        b.words(text, -half * rng.uniform(0.5, 0.9), -rng.uniform(160, 900), rng.uniform(50, 190), contrast)
    for side in (-1, 1):
        b.box(side * half * 0.88 - 70, -rng.uniform(100, 500), 140, rng.uniform(150, 400), rng.uniform(40, 230))
        if rng.random() < 0.5:
            b.box(side * half * 0.45 - half * 0.3, roof + 200, half * 0.6, rng.uniform(300, 500), rng.uniform(5, 120))
    if rng.random() < 0.5:
        b.box(-half, rng.uniform(100, 200), 2 * half, rng.uniform(60, 160), rng.uniform(10, 120))
    if rng.random() < 0.25:
        for x in np.arange(-half, half, 200):
            b.polygon([(x, 140), (x + 100, 140), (x + 200, 260), (x + 100, 260)], rng.uniform(180, 255))


def _motorcycle(b):
    """The rear of a motorcycle: a tyre, a guard, a seat and lamps."""
    rng = b.rng
    b.box(-rng.uniform(60, 110), 0, rng.uniform(120, 200), rng.uniform(300, 600), rng.uniform(5, 40))
    b.polygon([(-120, -80), (120, -80), (160, -400), (0, -600), (-160, -400)], b.paint)
    b.ellipse(0, -rng.uniform(130, 220), rng.uniform(50, 110), rng.uniform(30, 60), rng.uniform(60, 255))
    for side in (-1, 1):
        b.line(0, -200, side * 300, -rng.uniform(150, 300), b.dark, 25)
        b.ellipse(side * 300, -rng.uniform(150, 300), 45, 35, rng.uniform(80, 255))
    b.box(-130, -110, 260, 230, b.dark)


def _shine(b, before):
    """Reflections, shading and roughness on what was drawn, so that no surface stays flat."""
    rng, picture = b.rng, b.picture
    drawn = np.abs(picture - before) > 0.5
    height, width = picture.shape
    layer = np.exp(rng.uniform(0, 2.3)) * noise(rng, height, width, rng.uniform(0.4, 1.0))
    layer += (
        rng.uniform(0, 30)
        * np.sin(np.arange(height, dtype=np.float32) / height * rng.uniform(2, 12) + rng.uniform(0, 6))[:, None]
    )
    if rng.random() < 0.5:
        reflected = cv2.GaussianBlur(dead_leaves(rng, height, width, 25), (0, 0), rng.uniform(0.5, 6))
        layer += rng.uniform(0.05, 0.3) * (reflected - 110)
    picture += np.where(drawn, layer, 0)


def _recess(b):
    """What surrounds the plate itself: a hollow, a holder, a lamp above it."""
    rng = b.rng
    if rng.random() < 0.5:
        wide, high, offset = rng.uniform(300, 420), rng.uniform(70, 160), b.x - b.middle
        dx = offset / b.mm
        b.box(dx - wide, -high, 2 * wide, 2 * high * rng.uniform(0.9, 1.1), b.paint * rng.uniform(0.3, 1.1))
        if rng.random() < 0.4:
            b.line(dx - wide * 0.7, -high * 0.85, dx + wide * 0.7, -high * 0.85, rng.uniform(0, 255), 15)
