"""Characters and words drawn into grey pictures from the fonts of the system."""

import functools
import glob
import os

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
DIGITS = "0123456789"
PROVINCES = "京沪津渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新"
FOLDERS = ("/usr/share/fonts/truetype", "/usr/share/fonts/opentype")
# Faces that no plate and few signs use: ornaments, symbols, mathematics, scripts without Latin letters.
UNFIT = ("Dingbats", "D050000L", "StandardSymbols", "Math", "MTExtra", "Oblique", "Italic", "wqy", "Z003")
CELL_HEIGHT = 64


@functools.lru_cache(maxsize=None)
def latin_fonts():
    """Paths of the usable Latin fonts, sorted, so that a seed means the same on one machine."""
    found = []
    for folder in FOLDERS:
        for ending in ("ttf", "otf"):
            found += glob.glob(os.path.join(folder, "**", "*." + ending), recursive=True)
    fonts = sorted(path for path in found if not any(word in path for word in UNFIT))
    if not fonts:
        raise SystemExit("no fonts under %s: install those listed in scripts/train-plates" % (FOLDERS,))
    return fonts


@functools.lru_cache(maxsize=None)
def plate_fonts():
    """The fonts that resemble those of plates: bold, condensed, monospaced or technical sans-serif."""
    wanted = ("Bold", "Cond", "Mono", "osifont", "Sans", "Narrow", "Medium")
    unwanted = ("Serif", "Roman", "Bookman", "Schola", "Thin", "Light", "Hairline", "C059", "P052")
    fonts = [
        path
        for path in latin_fonts()
        if any(w in path for w in wanted) and not any(u in os.path.basename(path) for u in unwanted)
    ]
    return fonts or latin_fonts()


@functools.lru_cache(maxsize=None)
def chinese_font():
    """A font that has the provinces' characters, or None."""
    found = [p for folder in FOLDERS for p in glob.glob(os.path.join(folder, "**", "*wqy*.ttc"), recursive=True)]
    return sorted(found)[0] if found else None


@functools.lru_cache(maxsize=20000)
def glyph(path, character):
    """Coverage 0...1 of one character, cropped to its ink; about `CELL_HEIGHT` pixels high for a capital."""
    font = ImageFont.truetype(path, int(CELL_HEIGHT * 1.4))
    left, top, right, bottom = font.getbbox(character)
    if right <= left or bottom <= top:
        return None
    image = Image.new("L", (right - left, bottom - top), 0)
    ImageDraw.Draw(image).text((-left, -top), character, fill=255, font=font)
    return np.asarray(image, np.float32) / 255


def blend(picture, coverage, x, y, level):
    """Blends `level` (a number or an array of the same size) into `picture` where `coverage` is, cut at the border."""
    height, width = coverage.shape
    x0, y0, x1, y1 = max(0, x), max(0, y), min(picture.shape[1], x + width), min(picture.shape[0], y + height)
    if x0 >= x1 or y0 >= y1:
        return
    part = coverage[y0 - y : y1 - y, x0 - x : x1 - x]
    if not np.isscalar(level):
        level = level[y0 - y : y1 - y, x0 - x : x1 - x]
    target = picture[y0:y1, x0:x1]
    target += (level - target) * part


def draw_line(picture, text, box, level, font, fill=0.84, province=None):
    """Draws `text` as a plate does: every character in a cell of the same width, as high as the box.

    A blank takes half a cell. `box` is x, y, width, height in pixels; `fill` is the part of a cell that ink may take.
    """
    x, y, width, height = box
    cells = [0.5 if c == " " else 0.45 if c in "-·." else 1.0 for c in text]
    cell = width / max(sum(cells), 1)
    for character, size in zip(text, cells):
        path = province if province and character in PROVINCES else font
        ink = None if character == " " else glyph(path, character)
        if ink is not None:
            _draw_cell(picture, ink, character, (x, y, cell * size, height), level, fill)
        x += cell * size


def _draw_cell(picture, ink, character, box, level, fill):
    x, y, width, height = box
    high = max(1, int(round(height * (0.18 if character in "-·." else 1.0))))
    natural = ink.shape[1] / ink.shape[0] * high
    wide = max(1, int(round(min(natural, width * fill) if character in "I1-·." else width * fill)))
    scaled = cv2.resize(ink, (wide, high), interpolation=cv2.INTER_AREA)
    blend(picture, scaled, int(round(x + (width - wide) / 2)), int(round(y + (height - high) / 2)), level)


def draw_words(picture, text, x, y, height, level, font, squeeze=1.0):
    """Draws running text (signs, slogans, model names) and returns its width in pixels."""
    start = x
    for character in text:
        ink = None if character == " " else glyph(font, character)
        if ink is None:
            x += int(height * 0.4 * squeeze) + 1
            continue
        low = character.islower() and character not in "bdfhklt"
        high = max(1, int(round(height * (0.75 if low else 1.0))))
        if character in ".,-":
            high = max(1, int(height * 0.18))
        wide = max(1, int(round(ink.shape[1] / ink.shape[0] * high * squeeze)))
        blend(
            picture, cv2.resize(ink, (wide, high), interpolation=cv2.INTER_AREA), int(x), int(y + height - high), level
        )
        x += wide + max(1, int(height * 0.12))
    return x - start


def random_text(rng, pattern):
    """A text for a pattern: `A` is a letter, `9` a digit, `X` either, `P` a province, the rest stands for itself."""
    sets = {"A": LETTERS, "9": DIGITS, "X": LETTERS + DIGITS, "P": PROVINCES}
    return "".join(sets[c][rng.integers(len(sets[c]))] if c in sets else c for c in pattern)


def random_word(rng, shortest=3, longest=12):
    """A pronounceable word of lower-case letters."""
    consonants, vowels = "bcdfghklmnprstvwz", "aeiou"
    length = int(rng.integers(shortest, longest + 1))
    return "".join((consonants if i % 2 == 0 else vowels)[rng.integers(17 if i % 2 == 0 else 5)] for i in range(length))
