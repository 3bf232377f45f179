"""Days on which offices are open in Finland."""

from datetime import date, timedelta
from functools import cache
from typing import Final

_SATURDAY: Final = 5
_FRIDAY: Final = 4
_FIXED: Final = ((1, 1), (1, 6), (5, 1), (12, 6), (12, 24), (12, 25), (12, 26))
# Good Friday, Easter Monday, Ascension Day; Easter and Whitsun are Sundays anyway.
_FROM_EASTER: Final = (-2, 1, 39)


def working_days_between(first: date, last: date) -> int:
    """Count the working days after one day and before another; neither counts itself."""
    days = (last - first).days
    return sum(is_working_day(first + timedelta(days=each)) for each in range(1, days))


def next_working_day(day: date) -> date:
    """Give the day itself, or the first day after it on which offices are open."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def is_working_day(day: date) -> bool:
    """Say whether offices are open: no weekend, holiday, Midsummer Eve or Christmas Eve."""
    return day.weekday() < _SATURDAY and day not in _closed_days(day.year)


def easter_sunday(year: int) -> date:
    """Give Easter Sunday of a Gregorian year.

    Source: the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, chapter 8).
    """
    golden = year % 19
    century, in_century = divmod(year, 100)
    solar = century - century // 4
    lunar = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + solar - lunar + 15) % 30
    to_sunday = (32 + 2 * (century % 4) + 2 * (in_century // 4) - epact - in_century % 4) % 7
    # In two rare cases the full moon is moved a week back.
    late = (golden + 11 * epact + 22 * to_sunday) // 451
    month, day = divmod(epact + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


@cache
def _closed_days(year: int) -> frozenset[date]:
    easter = easter_sunday(year)
    movable = {easter + timedelta(days=days) for days in _FROM_EASTER}
    fixed = {date(year, month, day) for month, day in _FIXED}
    return frozenset(movable | fixed | {_midsummer_eve(year)})


def _midsummer_eve(year: int) -> date:
    # The Friday from 19 to 25 June; Midsummer Day is the Saturday after it.
    first = date(year, 6, 19)
    return first + timedelta(days=(_FRIDAY - first.weekday()) % 7)
