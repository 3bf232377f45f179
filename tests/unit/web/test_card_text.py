"""Words on the picture of a campaign are drawn in whatever script they are."""

import pytest
from PIL import Image, ImageDraw, ImageFont

from grantengine.web.assets import STATIC
from grantengine.web.card_text import SANS, SERIF, Type
from grantengine.web.documents.fallback_fonts import path_of

WORDS = ["王", "小", "김", "דוד", "محمد", "🎉", "Ɓala"]
NOWHERE = "𒀀"


def drawn(text, kind):
    image = Image.new("L", (400, 100))
    kind.write(ImageDraw.Draw(image), (0, 0), text, ink="white")
    return image


@pytest.mark.parametrize("family", [SANS, SERIF])
@pytest.mark.parametrize("text", WORDS)
def test_no_letter_is_a_box(family, text):
    kind = Type(family, 40)

    assert drawn(text, kind).tobytes() != drawn(NOWHERE, kind).tobytes()
    assert drawn(text, kind).getbbox() is not None


@pytest.mark.parametrize("text", ["Kyläkyyti", "王小明 juhlii 🎉", "דוד כהן 2026"])
def test_a_line_is_as_wide_as_it_is_said_to_be(text):
    kind = Type(SERIF, 40)

    _left, _top, right, _bottom = drawn(text, kind).getbbox()

    assert kind.width_of(text) == pytest.approx(right, abs=6)


def test_latin_letters_stand_where_one_font_alone_would_set_them():
    kind, image = Type(SERIF, 40), Image.new("L", (400, 100))
    font = ImageFont.truetype(STATIC / path_of(SERIF), 40)
    ImageDraw.Draw(image).text((0, 0), "Kyläkyyti", font=font, fill="white")

    assert drawn("Kyläkyyti", kind).tobytes() == image.tobytes()
