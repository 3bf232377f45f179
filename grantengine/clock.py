"""Where the time comes from: one object, handed in, so that tests and replays own it."""

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")


class Clock(Protocol):
    """Anything that tells the present instant in UTC."""

    def now(self) -> datetime:
        """Tell the present instant, aware, in UTC."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Tell the present instant, aware, in UTC."""
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved; for tests, replays and simulations."""

    def __init__(self, instant: datetime) -> None:
        """Start at an aware instant."""
        self._instant = instant.astimezone(UTC)

    def now(self) -> datetime:
        """Tell the instant that was set."""
        return self._instant

    def advance(self, step: timedelta) -> datetime:
        """Move forward by `step` and tell the new instant."""
        self._instant += step
        return self._instant

    def set_to(self, instant: datetime) -> None:
        """Jump to an aware instant."""
        self._instant = instant.astimezone(UTC)
