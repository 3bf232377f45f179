"""The figures of pledges, each beside what it is held against and with its target."""

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median

import sqlalchemy as sa

from grantengine.campaigns.models import Campaign
from grantengine.db import Database
from grantengine.web.benchmarks.ledger_figures import Figure
from grantengine.web.benchmarks.peers.racing import Racer, race
from grantengine.web.benchmarks.pledges import cases, http, settling, world
from grantengine.web.benchmarks.pledges.cases import BARE, ONE, SERVICE, SPREAD
from grantengine.web.benchmarks.smoke import settings_in

PARTS = ("service", "http", "settling")
_CLIENT = "grantengine.web.benchmarks.pledges.client"
_SHARE_OF_BARE = 0.5
# What pretix made on such a machine with two workers, in orders a second.
_PRETIX = 10.4
_TIMES_PRETIX = 10.0
_SETTLED_PER_S = 500.0
# Settling ten thousand may not hold more than a few groups of fifty.
_GROWTH_MIB = 16.0


def figures(
    url: str,
    parts: Sequence[str],
    *,
    folder: Path,
    seconds: float,
    repetitions: int,
    pledges: int,
    tell: Callable[[int], None],
) -> Iterator[Figure]:
    """Measure some parts on an empty PostgreSQL database; each is there when it is measured.

    Args:
        url: of the database.
        parts: of PARTS.
        folder: where a served application may write.
        seconds: how long each run takes.
        repetitions: how many runs of each; medians count.
        pledges: how many are settled at once.
        tell: told how many were settled since it was told before.

    Raises:
        ValueError: the database is not empty.
    """
    database = cases.database_of(url)
    world.prepare(database)
    cases.prepare(database)
    if "service" in parts:
        yield from _raced(url, seconds=seconds, repetitions=repetitions)
    if "http" in parts:
        yield from _served(database, folder, seconds=seconds, repetitions=repetitions)
    if "settling" in parts:
        yield from _settled(database, pledges, tell)
    database.dispose()


def _raced(url: str, *, seconds: float, repetitions: int) -> Iterator[Figure]:
    for place in (SPREAD, ONE):
        for processes in (1, http.CLIENTS):
            racers = [
                Racer(how, [sys.executable, "-m", _CLIENT, url, str(seconds), how, place])
                for how in (BARE, SERVICE)
            ]
            result = race(racers, processes=processes, repetitions=repetitions)
            yield Figure(
                what=f"{SERVICE} to {BARE}, {place}",
                processes=processes,
                unit="pledges/s",
                theirs=median(result.rates[BARE]),
                ours=median(result.rates[SERVICE]),
                value=result.ratio(SERVICE, BARE),
                target=_SHARE_OF_BARE,
            )


def _served(
    database: Database, folder: Path, *, seconds: float, repetitions: int
) -> Iterator[Figure]:
    url = database.engine.url.render_as_string(hide_password=False)
    with database.reading() as session:
        slugs = list(session.scalars(sa.select(Campaign.slug).order_by(Campaign.id)))
    measured = http.rates(settings_in(folder, url), slugs, seconds=seconds, repetitions=repetitions)
    rate = median(measured)
    yield Figure(
        what="over HTTP, to pretix",
        processes=http.CLIENTS,
        unit="pledges/s",
        theirs=_PRETIX,
        ours=rate,
        value=rate / _PRETIX,
        target=_TIMES_PRETIX,
    )


def _settled(database: Database, pledges: int, tell: Callable[[int], None]) -> Iterator[Figure]:
    done = settling.settle(database, pledges=pledges, tell=tell)
    rate = done.pledges / done.seconds
    yield Figure(f"settling {pledges}", 1, "pledges/s", None, rate, rate, _SETTLED_PER_S)
    yield Figure(
        "its memory after the first tenth",
        1,
        "MiB more",
        None,
        done.growth_mib,
        done.growth_mib,
        _GROWTH_MIB,
        at_most=True,
    )
