"""Names of all the world are printed: their letters come from fonts of ours, only when needed."""

import pytest

from grantengine.web.assets import STATIC
from grantengine.web.documents.decision import decision_html, render_decision
from grantengine.web.documents.fallback_fonts import FALLBACKS, faces, parts_of
from tests.support.documents import a_rejection, an_award
from tests.support.pdf import drawn_letters_of, fonts_of, text_of

NAMES = {
    "Chinese": "王小明 龘喆",
    "Japanese": "山田さくら",
    "Korean": "김민수",
    "Arabic": "محمد أحمد",
    "Persian": "پژمان گلی",
    "Hebrew": "דוד כהן",
    "Amharic": "አበበ በቀለ",
    "Armenian": "Արամ Պետրոսյան",
    "Bengali": "রহিমা",
    "Georgian": "გიორგი",
    "Hindi": "नेहा शर्मा",
    "Tamil": "தமிழ்",
    "Thai": "สมชาย",
    "emoji": "Juhla 🎉👍🏽🇫🇮",
    "signs": "☎ ✓ ★ 𝓐",
    "African Latin": "Ɓala Ŋoko Ɔsei",
}
CUNEIFORM = "𒀀"
CANADIAN = "ᐃᓄᒃ"  # Found in the fonts of many machines, but not among ours.


@pytest.fixture(scope="module")
def printed_names():
    """A decision for somebody of many names."""
    words = " · ".join([*NAMES.values(), CUNEIFORM, CANADIAN])
    return render_decision(a_rejection("sv", project_name=words))


@pytest.mark.parametrize("language", NAMES)
def test_letters_of_a_name_are_drawn(printed_names, language):
    assert set(NAMES[language]) - {" "} <= drawn_letters_of(printed_names)


def test_what_no_font_of_ours_has_is_not_taken_from_the_machine(printed_names):
    assert drawn_letters_of(printed_names).isdisjoint(CUNEIFORM + CANADIAN)


def test_every_font_is_ours_and_inside(printed_names):
    fonts = fonts_of(printed_names)

    assert {"noto-sans-cjk-han", "noto-sans-arabic", "noto-emoji"} <= set(fonts)
    assert all(family.startswith(("Source-S", "noto-")) for family in fonts)
    assert set(fonts.values()) == {True}


def test_letters_can_be_copied_from_the_page():
    pdf = render_decision(a_rejection("sv", project_name="王小明 김민수 🎉"))

    assert "王小明 김민수 🎉" in text_of(pdf)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_ordinary_decision_takes_no_further_font(language):
    assert faces(decision_html(an_award(language))) == ""


def test_a_text_takes_the_fonts_that_it_needs_and_no_others():
    assert faces("Aino ja 王小明").count("@font-face") == 1
    assert "noto-sans-cjk-han" in faces("Aino ja 王小明")
    assert faces("Aino\n\u200d\t") == ""


def test_every_font_is_in_its_folder_with_the_licence():
    files = {path.name for path in (STATIC / "fonts" / "fallback").iterdir()}

    assert files == {f"{name}.woff2" for name in FALLBACKS} | {"OFL-noto.txt"}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", []),
        ("Kyläkyyti 2026", [(None, "Kyläkyyti 2026")]),
        (
            "王小明 juhlii 🎉!",
            [
                ("noto-sans-cjk-han", "王小明"),
                (None, " "),
                (None, "juhlii "),
                ("noto-emoji", "🎉"),
                (None, "!"),
            ],
        ),
        ("דוד כהן", [("noto-sans-hebrew", "דוד כהן")]),
        (CUNEIFORM, [(None, CUNEIFORM)]),
    ],
)
def test_a_text_is_parted_by_the_fonts_of_its_letters(text, parts):
    assert parts_of(text) == parts
