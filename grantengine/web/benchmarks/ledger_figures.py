"""The figures of the ledger, each beside what it is held against and with its target."""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from grantengine.db import Database
from grantengine.web.benchmarks import ledger, ledger_history
from grantengine.web.benchmarks.ledger import (
    BARE,
    BATCH,
    CALL,
    HOT,
    MANY,
    SERVICE,
    SINGLE,
    UNHASHED,
)
from grantengine.web.benchmarks.peers.racing import Racer, Result, race

PARTS = ("posting", "hot", "history")
_CLIENT = "grantengine.web.benchmarks.peers.own_client"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table.

    Attributes:
        what: what is measured, and against what.
        processes: how many did it at once.
        theirs: what it is held against, in the unit.
        ours: in the unit.
        value: what counts: a ratio of the two, or ours.
        target: what it has to be.
        at_most: whether the target is the most it may be, and not the least.
    """

    what: str
    processes: int
    unit: str
    theirs: float | None
    ours: float
    value: float
    target: float
    at_most: bool = False

    @property
    def is_met(self) -> bool:
        """Tell whether the target is met."""
        return self.value <= self.target if self.at_most else self.value >= self.target


# What is measured, held against what, from how many processes, and its least ratio.
_Race = tuple[str, str, int, float]
_POSTING: list[_Race] = [
    (CALL, BARE, 1, 0.80),
    (SERVICE, BARE, 1, 0.55),
    (CALL, UNHASHED, 1, 0.97),
    (CALL, BARE, 8, 0.65),
    (SERVICE, BARE, 8, 0.40),
    (MANY, BARE, 8, 1.5),
]
_HOT: list[_Race] = [(HOT, SINGLE, 8, 2.0), (HOT, CALL, 8, 0.8)]
_SQLITE: list[_Race] = [(CALL, BARE, 1, 0.7), (SERVICE, BARE, 1, 0.5)]


def figures(
    database: Database, parts: Sequence[str], *, seconds: float, repetitions: int, legs: int
) -> Iterator[Figure]:
    """Measure some parts on an empty database; each figure is there when it is measured."""
    ledger.prepare(database)
    url = database.engine.url.render_as_string(hide_password=False)
    if "posting" in parts:
        races = _POSTING if database.is_postgresql else _SQLITE
        yield from _raced(url, races, seconds=seconds, repetitions=repetitions)
    if "hot" in parts and database.is_postgresql:
        yield from _raced(url, _HOT, seconds=seconds, repetitions=repetitions)
    if "history" in parts:
        for what, unit, theirs, ours, value, target, at_most in ledger_history.measured(
            database, legs=legs, repetitions=repetitions
        ):
            yield Figure(what, 1, unit, theirs, ours, value, target, at_most)


def _raced(
    url: str, races: Sequence[_Race], *, seconds: float, repetitions: int
) -> Iterator[Figure]:
    for processes in sorted({each[2] for each in races}):
        held = [each for each in races if each[2] == processes]
        names = sorted({name for one, other, *_ in held for name in (one, other)})
        racers = [
            Racer(name, [sys.executable, "-m", _CLIENT, url, str(seconds), name]) for name in names
        ]
        result = race(racers, processes=processes, repetitions=repetitions)
        for one, other, _, target in held:
            yield _figure(result, one, other, target)


def _figure(result: Result, one: str, other: str, target: float) -> Figure:
    # A client counts its calls.
    each = BATCH if one == MANY else 1
    return Figure(
        what=f"{one}, to {other}",
        processes=result.processes,
        unit="postings/s",
        theirs=median(result.rates[other]),
        ours=median(result.rates[one]) * each,
        value=result.ratio(one, other) * each,
        target=target,
    )
