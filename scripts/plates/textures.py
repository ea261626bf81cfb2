"""Grey textures and shapes of which backgrounds and vehicles are made. Pictures are float32, 0...255."""

import cv2
import numpy as np


def noise(rng, height, width, coarse=0.25):
    """Smooth noise of several octaves with mean 0 and a standard deviation of about 1."""
    total = np.zeros((height, width), np.float32)
    size, weight = max(2, int(height * coarse)), 1.0
    while size >= 2:
        grid = rng.standard_normal((max(2, height // size + 2), max(2, width // size + 2))).astype(np.float32)
        total += weight * cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC)
        size, weight = size // 3, weight * 0.6
    return total / (total.std() + 1e-3)


def gradient(rng, height, width):
    """A linear ramp from -1 to 1 in a random direction."""
    angle = rng.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    ramp = np.cos(angle) * (x / width - 0.5) + np.sin(angle) * (y / height - 0.5)
    return 2 * ramp / (np.abs(ramp).max() * 2 + 1e-6)


def polygon(picture, points, level):
    """Fills a polygon with smooth edges; points in pixels with fractions."""
    fixed = np.round(np.asarray(points, np.float64) * 16).astype(np.int32)
    cv2.fillPoly(picture, [fixed], float(level), cv2.LINE_AA, 4)


def rectangle(picture, x, y, width, height, level):
    """Fills an upright rectangle with fractions of pixels."""
    polygon(picture, [(x, y), (x + width, y), (x + width, y + height), (x, y + height)], level)


def ellipse(picture, x, y, a, b, level, angle=0):
    """Fills an ellipse with half axes a and b."""
    centre, axes = (int(x * 16), int(y * 16)), (max(1, int(a * 16)), max(1, int(b * 16)))
    cv2.ellipse(picture, centre, axes, angle, 0, 360, float(level), -1, cv2.LINE_AA, 4)


def line(picture, x0, y0, x1, y1, level, thickness):
    """Draws a line; one thinner than a pixel is drawn one pixel wide."""
    cv2.line(
        picture,
        (int(x0 * 16), int(y0 * 16)),
        (int(x1 * 16), int(y1 * 16)),
        float(level),
        max(1, int(round(thickness))),
        cv2.LINE_AA,
        4,
    )


def dead_leaves(rng, height, width, count):
    """Overlapping shapes of all sizes: the statistics of natural scenes (occlusion, edges at every scale)."""
    picture = np.full((height, width), rng.uniform(20, 220), np.float32)
    for _ in range(count):
        size = min(height, width) * 0.8 * rng.random() ** 2.2 + 2
        x, y, level = rng.uniform(0, width), rng.uniform(0, height), rng.uniform(5, 250)
        kind = rng.integers(4)
        if kind == 0:
            ellipse(picture, x, y, size, size * rng.uniform(0.2, 1), level, rng.uniform(0, 180))
        elif kind == 1:
            rectangle(picture, x, y, size * rng.uniform(0.2, 3), size * rng.uniform(0.2, 1.5), level)
        elif kind == 2:
            angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 7)))
            polygon(picture, np.stack([x + size * np.cos(angles), y + size * np.sin(angles)], 1), level)
        else:
            angle = rng.choice([0, np.pi / 2, rng.uniform(0, np.pi)])
            line(picture, x, y, x + 3 * size * np.cos(angle), y + 3 * size * np.sin(angle), level, rng.uniform(0.5, 5))
    return picture


def foliage(rng, height, width):
    """Leaves: noise with hard edges at a fine scale."""
    fine = noise(rng, height, width, rng.uniform(0.02, 0.08))
    return rng.uniform(40, 110) + rng.uniform(20, 45) * np.tanh(2 * fine) + 15 * noise(rng, height, width)


def bars(rng, height, width, vertical=None):
    """Parallel bars over a plain ground: fences, grilles, shutters, tiles when they cross."""
    picture = np.full((height, width), rng.uniform(10, 230), np.float32)
    level, pitch = rng.uniform(0, 255), rng.uniform(3, 24)
    thick = pitch * rng.uniform(0.15, 0.6)
    vertical = rng.random() < 0.5 if vertical is None else vertical
    if vertical or rng.random() < 0.2:
        for x in np.arange(rng.uniform(0, pitch), width, pitch):
            rectangle(picture, x, 0, thick, height, level)
    if not vertical or rng.random() < 0.2:
        for y in np.arange(rng.uniform(0, pitch), height, pitch):
            rectangle(picture, 0, y, width, thick, level)
    return picture


def bricks(rng, height, width):
    """A wall of bricks or slabs with joints."""
    picture = rng.uniform(70, 180) + 8 * noise(rng, height, width, 0.05)
    joint, row = rng.uniform(40, 220), rng.uniform(5, 20)
    for index, y in enumerate(np.arange(0, height, row)):
        line(picture, 0, y, width, y, joint, row * 0.1)
        for x in np.arange((index % 2) * row, width, row * 2.2):
            line(picture, x, y, x, y + row, joint, row * 0.1)
    return picture


def building(rng, height, width):
    """A facade with rows of windows, some with curtains or frames."""
    picture = np.full((height, width), rng.uniform(60, 220), np.float32)
    wide, high = rng.uniform(8, 50), rng.uniform(8, 50)
    ground = rng.uniform(10, 250)
    for y in np.arange(rng.uniform(0, high), height, high * rng.uniform(1.3, 2)):
        for x in np.arange(rng.uniform(0, wide), width, wide * rng.uniform(1.3, 2)):
            rectangle(picture, x, y, wide, high, ground + rng.uniform(-25, 25))
            if rng.random() < 0.5:
                line(picture, x + wide / 2, y, x + wide / 2, y + high, ground + 60, 1)
            rectangle(picture, x, y + high, wide, 1.5, ground * 0.5)
    return picture


def road(rng, height, width):
    """Asphalt with markings, kerb and joints."""
    picture = rng.uniform(40, 190) + rng.uniform(2, 12) * noise(rng, height, width, 0.3)
    picture += rng.uniform(1, 9) * rng.standard_normal((height, width)).astype(np.float32)
    for _ in range(rng.integers(0, 4)):
        x, y, slope, thick = rng.uniform(0, width), rng.uniform(0, height), rng.normal(0, 1), rng.uniform(1, 10)
        line(picture, x - 400, y - 400 * slope, x + 400, y + 400 * slope, rng.uniform(20, 250), thick)
    return picture


def plain(rng, height, width):
    """Sky, wall or water: a ramp with a little noise."""
    return rng.uniform(20, 240) + 30 * gradient(rng, height, width) + rng.uniform(0, 6) * noise(rng, height, width)


def surface(rng, height, width):
    """One texture of any kind."""
    makers = (foliage, bars, bricks, building, road, plain, road, plain)
    if rng.random() < 0.3:
        return dead_leaves(rng, height, width, int(rng.integers(10, 150)))
    return makers[rng.integers(len(makers))](rng, height, width).astype(np.float32)


def fence(rng, picture):
    """Draws a fence, a gate or a drain over a picture in perspective: bars through which the ground shows."""
    height, width = picture.shape
    x, y = rng.uniform(-0.3, 0.8) * width, rng.uniform(-0.2, 0.9) * height
    length, slope = rng.uniform(0.1, 1.2) * width, rng.normal(0, 0.12)
    first, last = np.exp(rng.uniform(np.log(6), np.log(150), 2))
    pitch, level = np.exp(rng.uniform(np.log(2.2), np.log(16))), rng.choice([rng.uniform(0, 60), rng.uniform(0, 255)])
    thick, lean = pitch * rng.uniform(0.15, 0.45), rng.normal(0, 0.05)
    place = 0.0
    while place < length:
        part = place / length
        high, at, top = first + (last - first) * part, x + place, y + slope * place
        polygon(
            picture,
            [(at, top), (at + thick, top), (at + thick + lean * high, top + high), (at + lean * high, top + high)],
            level,
        )
        place += pitch * (1 + (last / first - 1) * part * 0.5)
    for share in (0.03, rng.uniform(0.1, 0.9), 0.97):
        line(picture, x, y + first * share, x + length, y + slope * length + last * share, level, max(1.0, thick))


def wheel(rng, picture, x, y, radius):
    """Draws a wheel seen from the side: tyre, rim, spokes, hub."""
    squeeze, rim = rng.uniform(0.4, 1), rng.uniform(60, 240)
    dark, inner = rng.uniform(5, 50), radius * rng.uniform(0.6, 0.75)
    ellipse(picture, x, y, radius * squeeze, radius, dark)
    ellipse(picture, x, y, inner * squeeze, inner, rim)
    ellipse(picture, x, y, 0.85 * inner * squeeze, 0.85 * inner, dark + rng.uniform(0, 60))
    count, turn = rng.integers(4, 13), rng.uniform(0, 2 * np.pi)
    for angle in turn + np.arange(count) * 2 * np.pi / count:
        tip = (x + 0.9 * inner * squeeze * np.cos(angle), y + 0.9 * inner * np.sin(angle))
        line(picture, x, y, *tip, rim, inner * rng.uniform(0.1, 0.3))
    ellipse(picture, x, y, 0.2 * inner * squeeze, 0.2 * inner, rim * rng.uniform(0.5, 1))
