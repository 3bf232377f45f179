"""How money, dates and prose are written for people, in the present language."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

from babel import Locale
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent
from flask import Flask

from grantengine.clock import HELSINKI
from grantengine.money import Money
from grantengine.web.i18n import _, ngettext
from grantengine.web.languages import current_language
from grantengine.web.names import name_in_language
from grantengine.web.prose import markdown, plain_text

_AMOUNTS_KEPT: Final = 4096
_NBSP: Final = "\N{NO-BREAK SPACE}"

# European forms throughout: English here is read in Finland, so the day comes first.
LOCALES: Final = {
    "fi": Locale.parse("fi_FI"),
    "sv": Locale.parse("sv_FI"),
    "en": Locale.parse("en_GB"),
}


def locale() -> Locale:
    """Give the Babel locale of the present language."""
    return LOCALES[current_language()]


def money(amount: Money) -> str:
    """Write an amount with cents: `1 234,50 €`; spaces never break."""
    return _money(amount, current_language())


def money_short(amount: Money) -> str:
    """Write an amount without cents when they are zero: `1 234 €`."""
    language = current_language()
    return _money(amount, language) if amount.cents % 100 else _whole_money(amount, language)


def money_range(least: Money, most: Money) -> str:
    """Write two amounts as a range; the unit that ends both is written once: `500–6 000 €`."""
    first, last = money_short(least), money_short(most)
    unit = last[last.rfind(_NBSP) :] if _NBSP in last and last.endswith("€") else ""
    return f"{first.removesuffix(unit)}–{last}"


def number(value: int | Decimal) -> str:
    """Write a number with its thousands set apart."""
    return str(format_decimal(value, locale=locale()))


def percent(part: Money | float, whole: Money | None = None) -> str:
    """Write a share: of two amounts, or a fraction of 1; rounded down to the whole percent.

    Rounded down, since a campaign at 99.9 % has not reached its goal.
    """
    fraction = _fraction(part, whole) if isinstance(part, Money) else Decimal(str(part))
    return str(format_percent(Decimal(int(fraction * 100)).scaleb(-2), locale=locale()))


def percent_of(part: Money, whole: Money) -> int:
    """Give a share as whole percents, rounded down, never below 0; for bars and numbers."""
    return max(0, int(_fraction(part, whole) * 100))


def rate(bps: int) -> str:
    """Write a rate that is kept in basis points, with the decimals that it has: `25,5 %`."""
    part = Decimal(bps).scaleb(-4)
    return str(format_percent(part, locale=locale(), decimal_quantization=False))


def day(value: date | datetime | None, style: str = "medium") -> str:
    """Write a date; an instant is first brought to Finland's time. None is a dash.

    Args:
        value: a date, or an aware instant.
        style: `short` or `medium` 21.11.2026, `long` 21. marraskuuta 2026, or `full`.
    """
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = value.astimezone(HELSINKI).date()
    return _date(value, style, current_language())


def period(first: date, last: date) -> str:
    """Write the days from the first to the last, what they share once: `6.–13.10.2026`."""
    if first == last:
        return day(first)
    language = current_language()
    begun = _date(first, _begun_as(first, last, language), language)
    # A dash stands close between single words and apart between groups of them.
    dash = " – " if len(begun.split()) > 1 else "–"
    return f"{begun}{dash}{day(last)}"


def instant(value: datetime | None, style: str = "short") -> str:
    """Write an aware instant in Finland's time: `21.11.2026 klo 16.15`. None is a dash."""
    if value is None:
        return "–"
    local = value.astimezone(HELSINKI)
    return _("%(day)s at %(time)s", day=day(local, _DAY_OF[style]), time=_time_of(local))


def days_left(deadline_at: datetime, now: datetime) -> str:
    """Say how long there is until a deadline, in words: days, the last day, or over.

    Args:
        deadline_at: aware instant at which it closes.
        now: aware present instant.
    """
    if now >= deadline_at:
        return _("Ended")
    local = deadline_at.astimezone(HELSINKI)
    days = (local.date() - now.astimezone(HELSINKI).date()).days
    if days == 0:
        return _("Ends today at %(time)s", time=_time_of(local))
    return ngettext("%(num)s day left", "%(num)s days left", days)


def iso(value: date | datetime | None) -> str:
    """Write a date or an instant for the `datetime` attribute of `<time>`."""
    return value.isoformat() if value is not None else ""


def init_app(app: Flask) -> None:
    """Give the filters to the templates."""
    app.jinja_env.filters.update(FILTERS)


# Babel reads its patterns anew for each amount; a page shows the same few amounts often.
@lru_cache(maxsize=_AMOUNTS_KEPT)
def _money(amount: Money, language: str) -> str:
    value = Decimal(amount.cents).scaleb(-2)
    return _unbroken(str(format_currency(value, amount.currency, locale=LOCALES[language])))


@lru_cache(maxsize=_AMOUNTS_KEPT)
def _whole_money(amount: Money, language: str) -> str:
    local = LOCALES[language]
    pattern = re.sub(r"0([.,])00", "0", local.currency_formats["standard"].pattern)
    value = Decimal(amount.cents // 100)
    text = format_currency(value, amount.currency, pattern, locale=local, currency_digits=False)
    return _unbroken(str(text))


@lru_cache(maxsize=_AMOUNTS_KEPT)
def _date(value: date, style: str, language: str) -> str:
    pattern = _DATES.get((language, style), style)
    text = str(format_date(value, format=pattern, locale=LOCALES[language]))
    # A day is not torn from its month at the end of a line.
    return text.replace(" ", _NBSP, 1)


def _begun_as(first: date, last: date, language: str) -> str:
    if first.year != last.year:
        return "medium"
    of_month, of_year = _BEGUN[language]
    return of_month if first.month == last.month else of_year


def _time_of(local: datetime) -> str:
    # Kotus: the hour has no leading zero and a point before the minutes.
    return f"{local:%H:%M}" if current_language() == "en" else f"{local.hour}.{local:%M}"


def _fraction(part: Money, whole: Money | None) -> Decimal:
    if whole is None or whole.cents <= 0:
        return Decimal(0)
    return Decimal(part.cents) / Decimal(whole.cents)


def _unbroken(text: str) -> str:
    return text.replace(" ", _NBSP).replace("-", "\N{MINUS SIGN}")


# In Finland Swedish writes dates in numbers as Finnish does; Babel knows only Sweden's form. English
# names the month, since 6/10 is read both ways.
_DATES: Final = {("sv", "short"): "d.M.y", ("sv", "medium"): "d.M.y", ("en", "short"): "d MMM y"}
# How a period begins whose end tells the month and the year, or the year alone.
_BEGUN: Final = {"fi": ("d.", "d.M."), "sv": ("d", "d.M"), "en": ("d", "d MMM")}
_DAY_OF: Final = {"short": "medium", "medium": "medium", "long": "long", "full": "full"}

FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "in_language": name_in_language,
    "money": money,
    "money_short": money_short,
    "money_range": money_range,
    "number": number,
    "percent": percent,
    "percent_of": percent_of,
    "rate": rate,
    "date": day,
    "period": period,
    "datetime": instant,
    "days_left": days_left,
    "iso": iso,
    "markdown": markdown,
    "plain_text": plain_text,
}
