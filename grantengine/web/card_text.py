"""Words on a picture, in the fonts of our papers: other scripts and emoji have fonts of their own."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from PIL import ImageDraw, ImageFont

from grantengine.web.assets import STATIC
from grantengine.web.documents import fallback_fonts

Place = tuple[float, float]

SANS: Final = "source-sans-3-400"
SERIF: Final = "source-serif-4-600"


@dataclass(frozen=True, slots=True)
class Type:
    """A font family of ours at a size in pixels."""

    family: str
    size: int

    def width_of(self, text: str) -> float:
        """Tell how many pixels a line is wide."""
        return sum(font.getlength(part) for font, part in self._parts(text))

    def write(self, canvas: ImageDraw.ImageDraw, at: Place, text: str, *, ink: str) -> None:
        """Write a line whose upper left corner is at a place."""
        x, y = at[0], at[1] + self._ascent()
        for font, part in self._parts(text):
            canvas.text((x, y), part, font=font, fill=ink, anchor="ls")
            x += font.getlength(part)

    def _ascent(self) -> int:
        return _font(self.family, self.size).getmetrics()[0]

    def _parts(self, text: str) -> list[tuple[ImageFont.FreeTypeFont, str]]:
        parts = fallback_fonts.parts_of(text)
        return [(_font(name or self.family, self.size), part) for name, part in parts]


@cache
def _font(name: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(STATIC / fallback_fonts.path_of(name), size)
