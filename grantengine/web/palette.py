"""The colours of the site as the stylesheet names them, and how well they can be told apart."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from grantengine.web.assets import STATIC

TOKENS: Final = STATIC / "css" / "tokens.css"
_TOKEN: Final = re.compile(
    r"--(?P<name>[a-z-]+): light-dark\((?P<light>#[0-9a-f]{6}), (?P<dark>#[0-9a-f]{6})\);"
)


@dataclass(frozen=True, slots=True)
class Colour:
    """A named colour by day and by night.

    Attributes:
        light, dark: the colour as `#rrggbb`.
        contrast_light, contrast_dark: contrast ratio with the paper of that scheme.
    """

    name: str
    light: str
    dark: str
    contrast_light: float
    contrast_dark: float


@cache
def colours() -> dict[str, Colour]:
    """Read the colours by name from the stylesheet, so that what is shown is what is used."""
    found = {match["name"]: match for match in _TOKEN.finditer(TOKENS.read_text(encoding="utf-8"))}
    paper = found["paper"]
    return {
        name: Colour(
            name=name,
            light=match["light"],
            dark=match["dark"],
            contrast_light=contrast(match["light"], paper["light"]),
            contrast_dark=contrast(match["dark"], paper["dark"]),
        )
        for name, match in found.items()
    }


def contrast(first: str, second: str) -> float:
    """Give the contrast ratio of two colours, 1 to 21.

    Source: WCAG 2.2, definition of contrast ratio.

    Args:
        first: a colour as `#rrggbb`.
        second: the other one, in any order.
    """
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
