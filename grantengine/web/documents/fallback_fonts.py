"""Fonts for the letters that our two families lack: other scripts, signs and emoji.

A document takes only those that its text needs, so that an ordinary one is set as fast as ever.
"""

from collections.abc import Iterator
from functools import cache
from typing import Final
from unicodedata import category

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from grantengine.web.assets import STATIC

FAMILY: Final = "source-sans-3-400"
# In this order: a sign that several fonts hold looks as the first of them draws it.
FALLBACKS: Final = (
    "noto-sans",
    "noto-sans-arabic",
    "noto-sans-hebrew",
    "noto-sans-cjk-han",
    "noto-sans-cjk-hangul",
    "noto-sans-armenian",
    "noto-sans-bengali",
    "noto-sans-devanagari",
    "noto-sans-ethiopic",
    "noto-sans-georgian",
    "noto-sans-gujarati",
    "noto-sans-gurmukhi",
    "noto-sans-kannada",
    "noto-sans-khmer",
    "noto-sans-lao",
    "noto-sans-malayalam",
    "noto-sans-myanmar",
    "noto-sans-oriya",
    "noto-sans-sinhala",
    "noto-sans-tamil",
    "noto-sans-telugu",
    "noto-sans-thai",
    "noto-emoji",
    "noto-sans-symbols2",
    "noto-sans-symbols",
    "noto-sans-math",
)
# Ends of lines, joiners and marks of direction need no font.
_UNSEEN: Final = ("Cc", "Cf")


def faces(text: str) -> str:
    """Give the rules of CSS for the fonts that a text needs beside our own families.

    Args:
        text: all that will be printed; what else it holds, like markup, does no harm.

    Returns:
        One `@font-face` for each font, none for a text in Latin, Greek and Cyrillic letters.
    """
    return "\n".join(
        f'@font-face {{ font-family: "{name}"; src: url("static:{path_of(name)}") }}'
        for name in _needed(text)
    )


def parts_of(text: str) -> list[tuple[str | None, str]]:
    """Part a text by the font that has its letters: a name of `FALLBACKS`, None for our own.

    Marks stay with the letters before them, and spaces where the same font goes on after them.
    """
    parts: list[tuple[str | None, str]] = []
    for sign in text:
        before, written = parts[-1] if parts else (None, "")
        name = _font_of(sign, before=before)
        if name == before and parts:
            parts[-1] = (name, written + sign)
            continue
        if before is not None and (spaces := written[len(written.rstrip()) :]):
            parts[-1:] = [(before, written.rstrip()), (None, spaces)]
        parts.append((name, sign))
    return parts


def _font_of(sign: str, *, before: str | None) -> str | None:
    letter = ord(sign)
    is_neutral = not sign.isalpha() and before is not None
    if is_neutral and (category(sign) in _UNSEEN or letter in _letters_of(before or FAMILY)):
        return before
    if letter in _letters_of(FAMILY):
        return None
    return next((name for name in FALLBACKS if letter in _letters_of(name)), before)


def _needed(text: str) -> Iterator[str]:
    lacking = {ord(sign) for sign in set(text) if category(sign) not in _UNSEEN}
    lacking -= _letters_of(FAMILY)
    for name in FALLBACKS:
        if not lacking:
            return
        if lacking & _letters_of(name):
            yield name
        lacking -= _letters_of(name)


@cache
def _letters_of(name: str) -> frozenset[int]:
    with TTFont(STATIC / path_of(name)) as font:
        return frozenset(font.getBestCmap())


def path_of(name: str) -> str:
    """Tell where a font lies below the static files."""
    folder = "fonts/fallback" if name in FALLBACKS else "fonts"
    return f"{folder}/{name}.woff2"
