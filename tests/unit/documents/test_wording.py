"""Documents write numbers and lists in the reader's own way."""

import pytest

from grantengine.web.documents.wording import (
    EXCERPT_LETTERS,
    EXCERPT_LINES,
    excerpt,
    is_cut,
    listing,
    share,
    spaced_iban,
    tenths,
)
from grantengine.web.i18n import force_language


@pytest.mark.parametrize(
    ("language", "bps", "written"),
    [("fi", 8550, "85,5"), ("sv", 8000, "80"), ("en", 7025, "70.25"), ("fi", 10000, "100")],
)
def test_share_keeps_its_hundredths(language, bps, written):
    with force_language(language):
        assert share(bps) == written


def test_score_has_one_decimal():
    with force_language("sv"):
        assert [tenths(45), tenths(60)] == ["4,5", "6,0"]


@pytest.mark.parametrize(
    ("language", "written"),
    [("fi", "7, 12 ja 34"), ("sv", "7, 12 och 34"), ("en", "7, 12 and 34")],
)
def test_sections_are_listed_as_they_are_spoken(language, written):
    with force_language(language):
        assert listing(("7", "12", "34")) == written


def test_account_number_stands_in_fours():
    assert spaced_iban("FI2112345600000785").split("\N{NO-BREAK SPACE}") == [
        "FI21",
        "1234",
        "5600",
        "0007",
        "85",
    ]


def test_short_text_is_left_alone():
    assert excerpt("Kolme sanaa tässä.") == "Kolme sanaa tässä."
    assert not is_cut("Kolme sanaa tässä.")


@pytest.mark.parametrize("text", ["sana " * 10_000, "rivi\n" * 10_000, "x" * 10_000])
def test_long_text_is_cut_with_an_ellipsis(text):
    cut = excerpt(text)

    assert is_cut(text)
    assert cut.endswith("…")
    assert len(cut) <= EXCERPT_LETTERS + 2
    assert len(cut.splitlines()) <= EXCERPT_LINES
