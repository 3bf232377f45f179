"""What becomes of a text on its way to a bank."""

import pytest

from grantengine.disbursements import bank_text


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("Åbo Äppelträd Öhman ry", "Åbo Äppelträd Öhman ry"),
        ("Mäntsa\u0308la\u0308", "Mäntsälä"),
        ("Käpylän kylätalo\x00\x1b[31m", "Käpylän kylätalo 31m"),
        ("Kaksi\r\nriviä\tja  välit ", "Kaksi riviä ja välit"),
        ("Müller & Søn, Łódź", "Muller + Son, Lodz"),
        ("Straße “Süd” – 12", "Strasse Sud - 12"),
        ("Anna_Liisa", "Anna-Liisa"),
        ("Иван Петров", "Ivan Petrov"),
        ("\u202eoikealta vasemmalle", "oikealta vasemmalle"),
        ("Kokeilu 🚀🚀", "Kokeilu"),
        ("🚀", ""),
        ("", ""),
    ],
)
def test_text_is_rewritten_in_letters_that_banks_accept(written, sent):
    assert bank_text.clean(written, limit=70) == sent


def test_text_is_cut_after_it_was_rewritten():
    assert bank_text.clean("ß" * 40, limit=70) == "s" * 70
    assert bank_text.clean("a" * 69 + " b", limit=70) == "a" * 69


@pytest.mark.parametrize("text", ["A", "KS-12-2026-1", "pay_01".replace("_", "-"), "a b", "x" * 35])
def test_an_id_of_the_banks_alphabet_is_accepted(text):
    assert bank_text.is_identifier(text)


@pytest.mark.parametrize(
    "text", ["", " ", " a", "a ", "/a", "a/", "a//b", "ä", "a_b", "a\n", "x" * 36, "<a>"]
)
def test_an_id_outside_the_banks_alphabet_is_refused(text):
    assert not bank_text.is_identifier(text)
