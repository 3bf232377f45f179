"""Pictures that people send: looked at, drawn anew without anything but the picture, kept small.

Imported only where one is sent: Pillow takes a while.
"""

import warnings
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from grantengine.campaigns.content_plans import PicturePlan
from grantengine.errors import InvalidInputError

LARGE_WIDTH: Final = 1600
SMALL_WIDTH: Final = 800
SMALLEST_SIDE: Final = 200
# A file of a few kilobytes can say that it is a picture of gigabytes.
PIXELS_MAX: Final = 40_000_000
_QUALITY: Final = 82
# Recognised by what is in them, never by the name or type that the sender claims.
_FORMATS: Final = ("JPEG", "PNG", "WEBP")


def drawn_anew(content: bytes, *, alt: str, translations: dict[str, dict[str, str]]) -> PicturePlan:
    """Make a picture of ours out of a file: turned upright, no metadata, WebP in two sizes.

    Raises:
        InvalidInputError: it is no picture, broken, too small, or too large.
    """
    picture = _opened(content)
    large, small = _within(picture, LARGE_WIDTH), _within(picture, SMALL_WIDTH)
    return PicturePlan(
        alt=alt,
        width=large.width,
        height=large.height,
        large=_written(large),
        small=_written(small),
        translations=translations,
    )


def _opened(content: bytes) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(content), formats=_FORMATS)
            if picture.width * picture.height > PIXELS_MAX:
                raise InvalidInputError(field="picture", reason="too_many_pixels")
            if min(picture.size) < SMALLEST_SIDE:
                raise InvalidInputError(field="picture", reason="too_small")
            # A library that prints lets Pillow read half a file everywhere: this sees what is cut.
            picture.verify()
            picture = Image.open(BytesIO(content), formats=_FORMATS)
            return ImageOps.exif_transpose(picture).convert("RGB")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InvalidInputError(field="picture", reason="too_many_pixels") from error
    # What Pillow raises of broken files depends on where they break.
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise InvalidInputError(field="picture", reason="no_picture") from error


def _within(picture: Image.Image, width: int) -> Image.Image:
    if picture.width <= width:
        return picture
    height = max(1, round(picture.height * width / picture.width))
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _written(picture: Image.Image) -> bytes:
    written = BytesIO()
    picture.save(written, "WEBP", quality=_QUALITY, method=4)
    return written.getvalue()
