"""The review period ends on a day on which somebody can receive the request."""

from datetime import date, timedelta

import pytest

from grantengine.reviews.review_period import review_period
from grantengine.workdays import easter_sunday, is_working_day, next_working_day

THIRTY_SEVEN_DAYS = timedelta(days=37)

ROLLED = {
    "an ordinary Tuesday stays": (date(2026, 9, 15), date(2026, 9, 15)),
    "Saturday to Monday": (date(2026, 9, 12), date(2026, 9, 14)),
    "Sunday to Monday": (date(2026, 9, 13), date(2026, 9, 14)),
    "Christmas Eve on a Thursday past the weekend": (date(2026, 12, 24), date(2026, 12, 28)),
    "Christmas Eve on a Wednesday past Boxing Day": (date(2025, 12, 24), date(2025, 12, 29)),
    "Boxing Day on a Tuesday": (date(2023, 12, 26), date(2023, 12, 27)),
    "New Year's Day on a Friday": (date(2027, 1, 1), date(2027, 1, 4)),
    "New Year's Eve is a working day": (date(2026, 12, 31), date(2026, 12, 31)),
    "Epiphany on a Wednesday": (date(2027, 1, 6), date(2027, 1, 7)),
    "Good Friday past Easter Monday": (date(2026, 4, 3), date(2026, 4, 7)),
    "Maundy Thursday is a working day": (date(2026, 4, 2), date(2026, 4, 2)),
    "Easter Monday": (date(2027, 3, 29), date(2027, 3, 30)),
    "the First of May on a Friday": (date(2026, 5, 1), date(2026, 5, 4)),
    "Ascension Day": (date(2026, 5, 14), date(2026, 5, 15)),
    "Whit Monday is a working day": (date(2026, 5, 25), date(2026, 5, 25)),
    "Midsummer Eve past the weekend, earliest": (date(2026, 6, 19), date(2026, 6, 22)),
    "Midsummer Eve past the weekend, latest": (date(2027, 6, 25), date(2027, 6, 28)),
    "a Friday in June that is not Midsummer Eve": (date(2026, 6, 26), date(2026, 6, 26)),
    "All Saints' Day, a Saturday": (date(2026, 10, 31), date(2026, 11, 2)),
    "Independence Day on a Monday": (date(2027, 12, 6), date(2027, 12, 7)),
    "Independence Day on a Sunday is not made up for": (date(2026, 12, 6), date(2026, 12, 7)),
}


@pytest.mark.parametrize(("thirtieth_day", "last_day"), ROLLED.values(), ids=ROLLED)
def test_thirtieth_day_rolls_to_the_next_working_day(thirtieth_day, last_day):
    period = review_period(thirtieth_day - THIRTY_SEVEN_DAYS)

    assert period.last_on == last_day


def test_notice_is_on_the_seventh_day_and_is_not_counted():
    period = review_period(date(2026, 9, 16))

    assert period.noticed_on == date(2026, 9, 23)
    assert period.last_on == date(2026, 10, 23)
    assert (period.last_on - period.noticed_on).days == 30


def test_notice_day_itself_does_not_move():
    on_a_sunday = review_period(date(2026, 9, 13) - timedelta(days=7))

    assert on_a_sunday.noticed_on == date(2026, 9, 13)


@pytest.mark.parametrize(
    "easter",
    [
        date(1954, 4, 18),
        date(1981, 4, 19),
        date(2000, 4, 23),
        date(2024, 3, 31),
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2028, 4, 16),
        date(2038, 4, 25),
        date(2285, 3, 22),
    ],
    ids=str,
)
def test_easter_is_on_its_day(easter):
    assert easter_sunday(easter.year) == easter


def test_last_day_is_always_a_working_day_at_most_five_days_later():
    days = [date(2020, 1, 1) + timedelta(days=number) for number in range(20 * 366)]

    waits = {(next_working_day(day) - day).days for day in days}

    assert all(is_working_day(next_working_day(day)) for day in days)
    assert waits == {0, 1, 2, 3, 4, 5}
