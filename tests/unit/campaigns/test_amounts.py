"""Amounts as people in Finland type them."""

import pytest

from grantengine.money import eur
from grantengine.web.forms.money import parse_amount


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12", "12"),
        ("12,5", "12.5"),
        ("12,50", "12.50"),
        ("12.50", "12.50"),
        ("1 250,00", "1250"),
        ("1\N{NO-BREAK SPACE}250", "1250"),
        ("1\N{NARROW NO-BREAK SPACE}250,5", "1250.50"),
        ("1250", "1250"),
        (" 20 € ", "20"),
        ("0", "0"),
        ("007", "7"),
        ("999999999,99", "999999999.99"),
    ],
)
def test_amount_is_read(text, expected):
    assert parse_amount(text) == eur(expected)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-1",
        "+1",
        "0,001",
        "1.234",
        "1,234",
        "1e12",
        "1E2",
        "NaN",
        "inf",
        "∞",
        "0x10",
        "1,",
        ",5",
        "1,5,5",
        "1 2",
        "12 50",
        "1  250",
        "1'250",
        "1.250,00",
        "½",
        "٣",
        "１２",
        "12 EUR",
        "1_000",
        "9999999999",
        "1\t2",
        "€",
        "€12",
        "twelve",
        "12,5\x00",
    ],
)
def test_text_that_is_no_amount_or_could_mean_two_is_refused(text):
    with pytest.raises(ValueError, match="not an amount"):
        parse_amount(text)
