"""Money, dates and shares read as people of each language write them."""

from datetime import UTC, date, datetime

import pytest

from grantengine.money import Money, eur
from grantengine.web import formatting
from grantengine.web.languages import force_language

NBSP = "\N{NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


@pytest.fixture(autouse=True)
def finnish():
    """Speak Finnish unless a test says otherwise."""
    with force_language("fi"):
        yield


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fi", f"1{NBSP}234{NBSP}567,50{NBSP}€"),
        ("sv", f"1{NBSP}234{NBSP}567,50{NBSP}€"),
        ("en", "€1,234,567.50"),
    ],
)
def test_money_is_written_in_the_language_of_the_page(language, expected):
    with force_language(language):
        assert formatting.money(eur("1234567.50")) == expected


def test_money_below_zero_has_a_minus_and_never_breaks():
    assert formatting.money(eur("-1234.50")) == f"{MINUS}1{NBSP}234,50{NBSP}€"


def test_money_keeps_its_own_currency():
    assert formatting.money(Money(1250, "SEK")) == f"12,50{NBSP}SEK"


def test_largest_money_loses_no_cent():
    assert formatting.money(Money(10**15 - 1)) == f"9{NBSP}999{NBSP}999{NBSP}999{NBSP}999,99{NBSP}€"


@pytest.mark.parametrize(
    ("language", "amount", "expected"),
    [
        ("fi", "2000000", f"2{NBSP}000{NBSP}000{NBSP}€"),
        ("fi", "0", f"0{NBSP}€"),
        ("fi", "-8000", f"{MINUS}8{NBSP}000{NBSP}€"),
        ("fi", "8000.10", f"8{NBSP}000,10{NBSP}€"),
        ("sv", "8000", f"8{NBSP}000{NBSP}€"),
        ("en", "8000", "€8,000"),
    ],
)
def test_short_money_drops_only_empty_cents(language, amount, expected):
    with force_language(language):
        assert formatting.money_short(eur(amount)) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fi", f"500–6{NBSP}000{NBSP}€"),
        ("sv", f"500–6{NBSP}000{NBSP}€"),
        ("en", "€500–€6,000"),
    ],
)
def test_range_of_money_names_a_unit_that_ends_both_once(language, expected):
    with force_language(language):
        assert formatting.money_range(eur("500"), eur("6000")) == expected


def test_range_of_money_keeps_the_currencies_of_others():
    assert formatting.money_range(Money(1250, "SEK"), Money(1300, "SEK")) == (
        f"12,50{NBSP}SEK–13{NBSP}SEK"
    )


def test_share_is_rounded_down_so_that_a_cent_short_is_not_all():
    assert formatting.percent(eur("499.99"), eur("500")) == f"99{NBSP}%"


def test_share_of_a_fraction_is_exact():
    assert formatting.percent(0.29) == f"29{NBSP}%"


def test_share_of_nothing_is_none():
    assert formatting.percent(eur("5"), eur("0")) == f"0{NBSP}%"


def test_share_below_zero_draws_no_bar():
    assert formatting.percent_of(eur("-5"), eur("10")) == 0


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fi", "6.10.2026"), ("sv", "6.10.2026"), ("en", f"6{NBSP}Oct 2026")],
)
def test_date_puts_the_day_first_in_every_language(language, expected):
    with force_language(language):
        assert formatting.day(date(2026, 10, 6)) == expected
        assert formatting.day(date(2026, 10, 6), "short") == expected


@pytest.mark.parametrize(
    ("language", "month", "year", "years"),
    [
        ("fi", "6.–13.10.2026", "6.10.–1.12.2026", "6.10.2026–9.1.2027"),
        ("sv", "6–13.10.2026", "6.10–1.12.2026", "6.10.2026–9.1.2027"),
        ("en", "6–13 Oct 2026", "6 Oct – 1 Dec 2026", "6 Oct 2026 – 9 Jan 2027"),
    ],
)
def test_period_says_once_what_its_ends_share(language, month, year, years):
    begins = date(2026, 10, 6)
    ends = (date(2026, 10, 13), date(2026, 12, 1), date(2027, 1, 9))
    with force_language(language):
        found = [formatting.period(begins, each).replace(NBSP, " ") for each in ends]

    assert found == [month, year, years]


def test_period_of_one_day_is_that_day():
    assert formatting.period(date(2026, 10, 6), date(2026, 10, 6)) == "6.10.2026"


def test_instant_is_shown_in_finland():
    assert formatting.instant(datetime(2026, 7, 1, 21, 30, tzinfo=UTC)) == f"2.7.2026 klo{NBSP}0.30"


def test_date_of_an_instant_is_the_day_in_finland():
    assert formatting.day(datetime(2026, 12, 31, 22, 30, tzinfo=UTC)) == "1.1.2027"


def test_missing_date_is_a_dash():
    assert formatting.day(None) == "–"
    assert formatting.instant(None) == "–"


@pytest.mark.parametrize(
    ("deadline", "expected"),
    [
        (datetime(2026, 10, 13, 13, 15, tzinfo=UTC), "12 päivää jäljellä"),
        (datetime(2026, 10, 2, 0, 0, tzinfo=UTC), "1 päivä jäljellä"),
        (datetime(2026, 10, 1, 13, 15, tzinfo=UTC), "Päättyy tänään klo 16.15"),
        (datetime(2026, 10, 1, 12, 0, tzinfo=UTC), "Päättynyt"),
    ],
)
def test_time_left_counts_days_of_the_calendar_in_finland(deadline, expected):
    now = datetime(2026, 10, 1, 12, 0, tzinfo=UTC)

    assert formatting.days_left(deadline, now) == expected
