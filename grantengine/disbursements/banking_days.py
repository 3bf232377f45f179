"""Days on which banks move euros."""

from datetime import date, timedelta

# TARGET is closed on these, whatever the weekday; Easter's two days move.
_CLOSED = frozenset({(1, 1), (5, 1), (12, 25), (12, 26)})


def is_banking_day(day: date) -> bool:
    """Say whether TARGET settles payments on a day; source: the ECB's calendar of TARGET."""
    easter = _easter(day.year)
    moving = {easter - timedelta(days=2), easter + timedelta(days=1)}
    return day.weekday() < 5 and (day.month, day.day) not in _CLOSED and day not in moving


def next_banking_day(after: date) -> date:
    """Find the first banking day after a day."""
    day = after + timedelta(days=1)
    while not is_banking_day(day):
        day += timedelta(days=1)
    return day


def _easter(year: int) -> date:
    # The anonymous Gregorian computus; source: Meeus, Astronomical Algorithms, chapter 8.
    century, rest = divmod(year, 100)
    leaps, leap_rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    golden = year % 19
    epact = (19 * golden + century - leaps - correction + 15) % 30
    weekday = (32 + 2 * leap_rest + 2 * (rest // 4) - epact - rest % 4) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
