"""Days as commands take them: a day in Finland, and the last instant of it."""

from datetime import date, datetime, time

import click

from grantengine.clock import HELSINKI
from grantengine.web.runtime import runtime

DATE = click.DateTime(["%Y-%m-%d"])
KNOWN_ON = click.option(
    "--known-on", "known_on", type=DATE, metavar="DATE", help="As it was known when this day ended."
)


def today() -> date:
    """Tell the day it is in Finland."""
    return runtime().clock.now().astimezone(HELSINKI).date()


def day_of(value: datetime | None) -> date | None:
    """Take the day of what `DATE` has read."""
    return value.date() if value else None


def end_of(day: date | None) -> datetime | None:
    """Give the last instant of a day in Finland."""
    return datetime.combine(day, time.max, HELSINKI) if day else None
