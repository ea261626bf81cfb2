"""A blank plate to draw on, with millimetres as its unit."""

import cv2
import numpy as np

from lettering import blend, chinese_font, draw_line, draw_words, latin_fonts, plate_fonts
from textures import ellipse, rectangle


class Sheet:
    """A plate under construction: a canvas with millimetres as its unit."""

    def __init__(self, rng, width, height, ground, ink, scale):
        self.rng, self.width, self.height, self.ink, self.scale = rng, width, height, ink, scale
        size = (max(8, int(round(height * scale))), max(8, int(round(width * scale))))
        self.picture = np.full(size, ground, np.float32)
        fonts = plate_fonts()
        self.font = fonts[rng.integers(len(fonts))]

    def text(self, text, x, y, width, height, ink=None, fill=None):
        """One line of large characters."""
        s = self.scale
        draw_line(
            self.picture,
            text,
            (x * s, y * s, width * s, height * s),
            self.ink if ink is None else ink,
            self.font,
            fill or self.rng.uniform(0.72, 0.9),
            chinese_font(),
        )

    def small(self, text, centre, y, height, ink=None):
        """A line of small words around a centre."""
        s, fonts = self.scale, latin_fonts()
        font = fonts[self.rng.integers(len(fonts))]
        strip = np.zeros((max(2, int(height * s)) + 2, self.picture.shape[1]), np.float32)
        wide = draw_words(strip, text, 0, 0, max(1, int(height * s)), 1.0, font, self.rng.uniform(0.7, 1.1))
        left = int(centre * s - wide / 2)
        ink = self.ink if ink is None else ink
        top = int(y * s)
        for_copy = strip[: max(0, self.picture.shape[0] - top), : max(1, wide)]
        blend(self.picture, for_copy, left, top, ink)

    def box(self, x, y, width, height, level):
        """A filled rectangle."""
        s = self.scale
        rectangle(self.picture, x * s, y * s, width * s, height * s, level)

    def border(self, inset, thickness, level):
        """A line around the plate."""
        s = self.scale
        a, b = (int(inset * s), int(inset * s)), (int((self.width - inset) * s), int((self.height - inset) * s))
        cv2.rectangle(self.picture, a, b, float(level), max(1, int(thickness * s)), cv2.LINE_AA)

    def dot(self, x, y, radius, level):
        """A bolt, a seal or a sticker."""
        ellipse(self.picture, x * self.scale, y * self.scale, radius * self.scale, radius * self.scale, level)

    def bolts(self):
        """Two or four bolts."""
        level = self.rng.uniform(20, 220)
        for x in (0.2, 0.8):
            self.dot(x * self.width, 0.09 * self.height, 5, level)
            if self.rng.random() < 0.5:
                self.dot(x * self.width, 0.91 * self.height, 5, level)
