"""Where the story is told: a clock that moves, and everything told so far by a short name."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.clock import HELSINKI, FixedClock
from grantengine.db import Database
from grantengine.programme.models import Goal, Person
from grantengine.web.runtime import Runtime

_WORKDAYS = 5


@dataclass(slots=True)
class Stage:
    """What every act plays on.

    Attributes:
        runtime: the application's own database and adapters.
        present: the real now; every date of the story is counted from it.
        clock: what the services are told is now.
        people, organisations, experiments, campaigns, calls, applications: ids by the names
            that the facts use.
        envelopes: codes of the envelopes of other funders, by the names that the facts use.
    """

    runtime: Runtime
    present: datetime
    clock: FixedClock
    people: dict[str, str] = field(default_factory=dict)
    organisations: dict[str, str] = field(default_factory=dict)
    experiments: dict[str, str] = field(default_factory=dict)
    campaigns: dict[str, str] = field(default_factory=dict)
    envelopes: dict[str, str] = field(default_factory=dict)
    calls: dict[str, str] = field(default_factory=dict)
    applications: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        """The database that the demonstration is loaded into."""
        return self.runtime.database

    @property
    def gateway(self) -> Any:
        """The payment provider, the sandbox unless the settings say otherwise."""
        return self.runtime.ports["payments"]

    @property
    def year(self) -> int:
        """The programme's year: that of its first day."""
        return self.today.year

    @property
    def today(self) -> date:
        """The story's date in Finland."""
        return self.clock.now().astimezone(HELSINKI).date()

    def now(self) -> datetime:
        """Tell the story's instant."""
        return self.clock.now()

    def transaction(self) -> AbstractContextManager[Session]:
        """Open a transaction, as a route would."""
        return self.database.transaction()

    def day(self, days: int) -> date:
        """Count days from the real today, back when negative."""
        return self.present.astimezone(HELSINKI).date() + timedelta(days=days)

    def moment(self, days: int, hour: int = 10, minute: int = 0) -> datetime:
        """Name an instant by days from today and Finland's wall clock."""
        return datetime.combine(self.day(days), time(hour, minute), HELSINKI)

    def office_moment(self, days: int, hour: int = 10) -> datetime:
        """Name an instant when offices are open: a day of a weekend becomes its Friday."""
        day = self.day(days)
        day -= timedelta(days=max(0, day.weekday() - _WORKDAYS + 1))
        return datetime.combine(day, time(hour), HELSINKI)

    def person(self, session: Session, name: str) -> Person:
        """Load somebody by the short name of the facts."""
        return session.get_one(Person, self.people[name])

    def envelope(self, name: str) -> str:
        """Find the code of an envelope: another funder's by its short name, ours is its own."""
        return self.envelopes.get(name, name)

    def goal_ids(self, session: Session, codes: list[str]) -> list[str]:
        """Find the ids of goals by their codes."""
        return list(session.scalars(sa.select(Goal.id).where(Goal.code.in_(codes))))
