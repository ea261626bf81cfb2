"""What a camera does to a scene: light, shadow, glare, blur, noise, sharpening, compression."""

import cv2
import numpy as np

from textures import ellipse, noise, polygon


def shadows(rng, picture):
    """Multiplies by a soft-edged shadow of a polygon or of leaves."""
    height, width = picture.shape
    mask = np.zeros((height, width), np.float32)
    if rng.random() < 0.6:
        angles = np.sort(rng.uniform(0, 2 * np.pi, 5))
        radius = rng.uniform(0.2, 1.0, 5) * width
        polygon(
            mask,
            np.stack(
                [rng.uniform(0, width) + radius * np.cos(angles), rng.uniform(0, height) + radius * np.sin(angles)], 1
            ),
            1.0,
        )
    else:
        mask = (noise(rng, height, width, 0.2) > rng.uniform(-0.5, 0.8)).astype(np.float32)
    mask = cv2.GaussianBlur(mask, (0, 0), rng.uniform(0.7, 6))
    return picture * (1 - mask * rng.uniform(0.3, 0.75))


def glare(rng, picture):
    """Headlights and lamps with halos."""
    height, width = picture.shape
    layer = np.zeros((height, width), np.float32)
    for _ in range(rng.integers(1, 5)):
        size = rng.uniform(2, 16)
        ellipse(layer, rng.uniform(0, width), rng.uniform(0, height), size, size * rng.uniform(0.5, 1), 255)
    halo = cv2.GaussianBlur(layer, (0, 0), rng.uniform(4, 14))
    return picture + layer + halo * rng.uniform(0.3, 1.5)


def motion_blur(rng, picture):
    """A short straight blur."""
    length = int(rng.integers(3, 7))
    kernel = np.zeros((length, length), np.float32)
    angle = rng.choice([0.0, rng.uniform(0, np.pi)])
    for t in np.linspace(-0.5, 0.5, 2 * length):
        c = (length - 1) / 2
        kernel[int(round(c + t * (length - 1) * np.sin(angle))), int(round(c + t * (length - 1) * np.cos(angle)))] = 1
    return cv2.filter2D(picture, -1, kernel / kernel.sum())


def tone(rng, picture):
    """Exposure, contrast and gamma, from a washed-out day to a night scene."""
    picture = np.clip(picture, 0, 255)
    if rng.random() < 0.15:
        equal = cv2.createCLAHE(rng.uniform(1, 4), (4, 4)).apply(picture.astype(np.uint8)).astype(np.float32)
        picture = equal
    picture = 255 * (picture / 255) ** np.exp(rng.normal(0, 0.3))
    kind = rng.random()
    if kind < 0.08:
        return picture * rng.uniform(0.25, 0.6)
    if kind < 0.16:
        return rng.uniform(30, 110) + picture * rng.uniform(0.35, 0.6)  # haze
    if kind < 0.5:  # a camera that fills its range
        low, high = np.percentile(picture, rng.uniform(0, 3)), np.percentile(picture, rng.uniform(96, 100))
        return (picture - low) * (rng.uniform(210, 265) / max(high - low, 20.0)) + rng.uniform(0, 20)
    return picture * rng.uniform(0.75, 1.3) + rng.uniform(-20, 20)


def shoot(rng, picture):
    """Applies a random camera to a float picture and returns it as bytes."""
    if rng.random() < 0.2:
        picture = shadows(rng, picture)
    if rng.random() < 0.08:
        picture = glare(rng, picture)
    picture = tone(rng, picture)
    if rng.random() < 0.5:
        picture = cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.3, 1.1 if rng.random() < 0.8 else 1.8))
    if rng.random() < 0.1:
        picture = motion_blur(rng, picture)
    if rng.random() < 0.3:
        picture = picture + rng.uniform(0.3, 1.2) * (picture - cv2.GaussianBlur(picture, (0, 0), rng.uniform(0.7, 1.5)))
    if rng.random() < 0.7:
        picture = picture + rng.normal(0, np.exp(rng.uniform(np.log(0.4), np.log(8))), picture.shape)
    picture = np.clip(picture, 0, 255).astype(np.uint8)
    if rng.random() < 0.7:
        quality = int(rng.integers(25, 95))
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], 0)
    return picture
