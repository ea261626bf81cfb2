"""Composes training samples: a grey picture and the boxes of its plates."""

import cv2
import numpy as np

from camera import shoot
from lettering import draw_words, latin_fonts, random_text, random_word
from photos import erase
from placing import put_plate
from textures import ellipse, fence, polygon, rectangle, surface, wheel
from vehicles import draw_vehicle

WIDTH, HEIGHT = 352, 216  # a little more than what the net is trained on, so that the window can move
KINDS = (
    ("photo", 0.15),
    ("replaced", 0.30),
    ("drawn", 0.28),
    ("pasted", 0.08),
    ("street", 0.05),
    ("clutter", 0.10),
    ("bare", 0.04),
)
DRAWN, PHOTO = 0, 1  # whether unlabelled plates can occur


class Composer:
    """Makes samples from the photographs and from nothing."""

    def __init__(self, photos):
        self.photos = photos

    def sample(self, rng):
        """Returns picture (uint8), boxes x, y, w, h and DRAWN or PHOTO."""
        names, weights = zip(*KINDS)
        kind = names[rng.choice(len(names), p=weights)]
        if kind in ("photo", "replaced"):
            picture, boxes = self.photos.window(rng, WIDTH, HEIGHT, kind == "replaced")
        elif kind == "street":
            picture, boxes = self.photos.elsewhere(rng, WIDTH, HEIGHT)
        else:
            picture, boxes = getattr(self, "_" + kind)(rng)
        if rng.random() < 0.15:
            _overlay(rng, picture)
        real = kind in ("photo", "replaced", "street", "pasted", "bare")
        return shoot(rng, picture), np.asarray(boxes, np.float32).reshape(-1, 4), PHOTO if real else DRAWN

    def _ground(self, rng):
        """A background: a few textures beside and above each other, or a photograph without its meaning."""
        if rng.random() < 0.2:
            picture, boxes = self.photos.elsewhere(rng, WIDTH, HEIGHT)
            for box in boxes:
                erase(rng, picture, box)
            return 255 - picture[::-1] if rng.random() < 0.5 else picture[::-1].copy()
        picture = surface(rng, HEIGHT, WIDTH)
        horizon = int(rng.uniform(-0.2, 1.0) * HEIGHT)
        if horizon > 0:
            picture[:horizon] = surface(rng, HEIGHT, WIDTH)[:horizon]
        for _ in range(rng.integers(0, 3)):
            x, y = int(rng.uniform(0, WIDTH)), int(rng.uniform(0, HEIGHT))
            w, h = int(rng.uniform(20, WIDTH)), int(rng.uniform(20, HEIGHT))
            picture[y : y + h, x : x + w] = surface(rng, HEIGHT, WIDTH)[y : y + h, x : x + w]
        picture = np.ascontiguousarray(picture, np.float32)
        if rng.random() < 0.1:
            _side(rng, picture)
        if rng.random() < 0.08:
            _arrows(rng, picture)
        if rng.random() < 0.35:
            for _ in range(rng.integers(1, 4)):
                fence(rng, picture)
        return picture

    def _drawn(self, rng):
        picture = self._ground(rng)
        if rng.random() < 0.3:
            _signs(rng, picture)
        count = 1 if rng.random() < 0.75 else 2
        boxes = []
        for _ in range(count):
            wide = float(np.exp(rng.uniform(np.log(14), np.log(260))))
            x, y = rng.uniform(0.12, 0.88) * WIDTH, rng.uniform(0.15, 0.85) * HEIGHT
            if any(abs(x - b[0] - b[2] / 2) < 1.5 * (wide + b[2]) for b in boxes):
                continue
            if rng.random() < 0.93:
                draw_vehicle(rng, picture, x, y, wide / rng.uniform(300, 520))
            boxes.append(_lit_plate(rng, picture, x, y, wide))
        return picture, boxes

    def _pasted(self, rng):
        """The surroundings of a real plate, cut out softly and laid on a drawn background."""
        picture, boxes = self.photos.window(rng, WIDTH, HEIGHT, rng.random() < 0.6)
        chosen = max(boxes.tolist(), key=lambda b: -abs(b[0] + b[2] / 2 - WIDTH / 2))
        mask = np.zeros((HEIGHT, WIDTH), np.float32)
        x, y, w, h = chosen
        rectangle(
            mask,
            x - w * rng.uniform(0.4, 1.5),
            y - w * rng.uniform(0.3, 1),
            w * rng.uniform(2, 4),
            w * rng.uniform(0.8, 2),
            1.0,
        )
        rectangle(mask, x - 0.3 * w, y - 0.3 * w, 1.6 * w, h + 0.6 * w, 1.0)
        if rng.random() < 0.5:
            mask = cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.7, 5))
        ground = self._ground(rng)
        lifted = picture * rng.uniform(0.8, 2.0) + rng.uniform(-10, 40)
        visible = [b for b in boxes.tolist() if _shown(mask, b) > 0.9]
        return ground * (1 - mask) + lifted * mask, visible

    def _bare(self, rng):
        """A real vehicle whose plate was painted over."""
        picture, boxes = self.photos.window(rng, WIDTH, HEIGHT, False)
        for box in boxes:
            erase(rng, picture, box)
        return picture, []

    def _clutter(self, rng):
        """No plate: signs, and vehicles that show none."""
        picture = self._ground(rng)
        for _ in range(rng.integers(0, 3)):
            draw_vehicle(rng, picture, rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT), rng.uniform(0.03, 0.7))
        for _ in range(rng.integers(0, 4)):
            _signs(rng, picture)
        if rng.random() < 0.4:
            _side(rng, picture)
        return picture, []


def _lit_plate(rng, picture, x, y, wide):
    """A plate lit as its scene, or glowing under a lamp beside the lens."""
    if rng.random() < 0.12:
        picture *= rng.uniform(0.15, 0.5)
        return put_plate(rng, picture, x, y, wide, rng.uniform(0, 60), rng.uniform(220, 330))
    black = rng.uniform(0, 50)
    return put_plate(rng, picture, x, y, wide, black, black + rng.uniform(50, 240))


def _side(rng, picture):
    """A vehicle from the side: two wheels, the dark sill, the bright road between the tyres."""
    height, width = picture.shape
    radius = np.exp(rng.uniform(np.log(8), np.log(70)))
    x, y, apart = rng.uniform(-0.2, 1) * width, rng.uniform(0.2, 1) * height, radius * rng.uniform(3, 9)
    paint = rng.uniform(5, 250)
    rectangle(picture, x - 2 * radius, y - rng.uniform(2, 4) * radius, apart + 4 * radius, 3 * radius, paint)
    rectangle(picture, x - radius, y - 0.3 * radius, apart + 2 * radius, 0.6 * radius, rng.uniform(0, 40))
    for at in (x, x + apart):
        wheel(rng, picture, at, y, radius)


def _arrows(rng, picture):
    """A board of chevrons."""
    height, width = picture.shape
    high = np.exp(rng.uniform(np.log(8), np.log(60)))
    x, y, count, direction = (
        rng.uniform(0, 0.8) * width,
        rng.uniform(0, 0.8) * height,
        rng.integers(1, 5),
        rng.choice([-1, 1]),
    )
    ground, ink = rng.permutation([rng.uniform(0, 120), rng.uniform(140, 250)])
    rectangle(picture, x, y, high * count, high, ground)
    for index in range(count):
        middle, half = x + (index + 0.5) * high, 0.22 * high * direction
        points = [(-half, 0), (0, 0), (half, 0.5), (0, 1), (-half, 1), (0, 0.5)]
        polygon(picture, [(middle + dx, y + high * (0.08 + 0.84 * dy)) for dx, dy in points], ink)


def _signs(rng, picture):
    """Words that are no plate: shop names, posters of many lines, numbers on walls, round and blank shapes."""
    height, width = picture.shape
    fonts = latin_fonts()
    font, high = fonts[rng.integers(len(fonts))], int(np.exp(rng.uniform(np.log(4), np.log(60))))
    x, y, lines = rng.uniform(-0.1, 0.7) * width, rng.uniform(0, 0.8) * height, int(rng.choice([1, 1, 2, 3, 4, 5, 6]))
    ink = rng.uniform(0, 255)
    if lines > 1 and rng.random() < 0.8 or rng.random() < 0.2:
        span = lines if lines > 1 else rng.uniform(2.5, 5)
        rectangle(
            picture,
            x - high,
            y - high,
            high * rng.uniform(10, 16),
            high * (span * 1.5 + 1.5),
            (ink + rng.uniform(90, 165)) % 255,
        )
    for row in range(lines):
        words = [random_word(rng, 3, 10) for _ in range(rng.integers(1, 4))]
        text = " ".join(words)
        text = text.upper() if rng.random() < 0.5 else text.title()
        draw_words(picture, text, x, y + row * high * 1.5, high, ink, font, rng.uniform(0.6, 1.3))
    if rng.random() < 0.2:
        size = rng.uniform(5, 60)
        cx, cy = rng.uniform(0, width), rng.uniform(0, height)
        ellipse(picture, cx, cy, size, size, rng.uniform(0, 255))
        ellipse(picture, cx, cy, size * 0.8, size * 0.8, rng.uniform(0, 255))


def _overlay(rng, picture):
    """A burnt-in clock or camera name, which is no plate."""
    fonts = latin_fonts()
    text = random_text(
        rng, ["2099-99-99 99:99:99", "99/99/2099 99:99", "AAA99 99:99:99", "99:99:99", "AAAAAA 9"][rng.integers(5)]
    )
    high = int(rng.integers(6, 20))
    x, y = rng.choice([4, picture.shape[1] * 0.4]), rng.choice([4, picture.shape[0] - high - 5])
    font = fonts[rng.integers(len(fonts))]
    if rng.random() < 0.5:
        draw_words(picture, text, x + 1, y + 1, high, 0.0, font)
    draw_words(picture, text, x, y, high, rng.uniform(200, 255), font)


def _shown(mask, box):
    x, y, w, h = box
    part = mask[max(0, int(y)) : max(0, int(y + h) + 1), max(0, int(x)) : max(0, int(x + w) + 1)]
    return float(part.min()) if part.size and x >= 0 and y >= 0 and x + w < WIDTH and y + h < HEIGHT else 0.0
