"""What a long history costs: writing it down at once, sealing it, verifying it, reading from it."""

import gc
import random
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from resource import RUSAGE_SELF, getrusage
from statistics import median
from typing import IO

import psycopg
import sqlalchemy as sa

from grantengine.db import Database, driver_conninfo
from grantengine.ledger import audit, past, queries, seals, service
from grantengine.ledger.audit import Report
from grantengine.ledger.entries import Entry, Transfer
from grantengine.ledger.recount import Finding
from grantengine.money import Money
from grantengine.web.benchmarks.ledger import ACCOUNTS, NOW, POTS, SINGLE, code_of

FEW = 1_000
_DAYS = 365
_FIRST = date(2026, 1, 1)
_READINGS = 1_000
_EMPTY = sa.text("SELECT 1")
# What, unit, theirs, ours, value, target, whether the target is the most.
Measured = tuple[str, str, float | None, float, float, float, bool]


def measured(database: Database, *, legs: int, repetitions: int) -> Iterator[Measured]:
    """Write few entries and then many, and see what everything costs; a transfer has two legs."""
    # What was posted without a hash, to see what hashing costs.
    known = _report(database).findings
    _post(database, _history(FEW))
    _seal_all(database)
    past.add_up_all(database, now=NOW)
    few = _readings(database, repetitions)
    # Making them is their client's work, not the ledger's.
    entries = list(_history(legs // 2))
    # Nor is looking through them for what nobody needs any more.
    gc.collect()
    gc.freeze()
    before_kib, begun = getrusage(RUSAGE_SELF).ru_maxrss, time.perf_counter()
    _post(database, entries)
    posted = legs / (time.perf_counter() - begun)
    grown_mib = (getrusage(RUSAGE_SELF).ru_maxrss - before_kib) / 1024
    if database.is_postgresql:
        copied = legs / _copied_in(database, len(entries), repetitions)
        yield "batch, to COPY", "legs/s", copied, posted, posted / copied, 0.5, False
    yield "batch, memory", "MiB", None, grown_mib, grown_mib, 64.0, True
    begun = time.perf_counter()
    rows = _seal_all(database)
    sealed = rows / (time.perf_counter() - begun)
    yield "seal", "rows/s", None, sealed, sealed, 150_000.0, False
    past.add_up_all(database, now=NOW)
    many = _readings(database, repetitions)
    for name, (ms, to_empty) in many.items():
        before_ms, before_to_empty = few[name]
        if name == "trial balance":
            yield name, "ms", before_ms, ms, ms, 100.0, True
        else:
            ratio = to_empty / before_to_empty
            yield f"{name}, to {FEW:,} entries", "ms", before_ms, ms, ratio, 1.3, True
    verified = median(_verified(database, known) for _ in range(repetitions))
    yield "verify", "entries/s", None, verified, verified, 100_000.0, False


def _verified(database: Database, known: list[Finding]) -> float:
    begun = time.perf_counter()
    report = _report(database)
    taken = time.perf_counter() - begun
    assert report.findings == known
    return report.entries / taken


def _report(database: Database) -> Report:
    with database.reading() as session:
        return audit.verify(session)


def _post(database: Database, entries: Iterable[Entry]) -> None:
    with database.transaction() as session:
        service.post_stream(session, entries, now=NOW)


def _history(count: int) -> Iterator[Entry]:
    """Make entries over a year, every second one from the same account."""
    days = [_FIRST + timedelta(days=number) for number in range(_DAYS)]
    some = time.time_ns()
    for number in range(count):
        one, other = random.sample(range(ACCOUNTS), 2)
        credit = POTS[SINGLE] if number % 2 else code_of(other)
        about = f"tst_{some + number:026d}"
        transfer = Transfer(code_of(one), credit, Money(100))
        yield Entry(f"moved:{about}", "moved", about, days[number * _DAYS // count], [transfer])


def _seal_all(database: Database) -> int:
    rows = 0
    while made := database.run(lambda session: seals.seal(session, now=NOW)):
        rows += made.rows
    return rows


def _readings(database: Database, repetitions: int) -> dict[str, tuple[float, float]]:
    """Tell how many milliseconds it takes to read, and how many empty statements that is.

    The machine is not as fast now as it was then, but an empty statement in turn with the reading
    suffers alike; medians of many times.
    """
    day = _FIRST + timedelta(days=_DAYS // 2)
    with database.reading() as session:
        return {
            name: _in_turn(read, lambda: session.scalar(_EMPTY), times)
            for name, read, times in (
                ("balance now", lambda: queries.balance(session, POTS[SINGLE]), _READINGS),
                (
                    "balance on a day",
                    lambda: queries.balance_at(session, POTS[SINGLE], on=day),
                    _READINGS,
                ),
                ("trial balance", lambda: queries.trial_balance(session), repetitions),
            )
        }


def _in_turn(
    read: Callable[[], object], empty: Callable[[], object], times: int
) -> tuple[float, float]:
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(times):
        for each, ms in zip((read, empty), taken, strict=True):
            begun = time.perf_counter()
            each()
            ms.append((time.perf_counter() - begun) * 1000)
    read_ms, empty_ms = map(median, taken)
    return read_ms, read_ms / empty_ms


def _copied_in(database: Database, entries: int, repetitions: int) -> float:
    """Tell how many seconds COPY takes for the last rows into the same table without triggers."""
    like = "CREATE TABLE bare_transfers (LIKE ledger_transfers INCLUDING ALL)"
    with (
        psycopg.connect(driver_conninfo(database.engine), autocommit=True) as connection,
        _last_rows(connection, entries) as rows,
    ):
        taken = []
        for _ in range(repetitions):
            connection.execute(like)
            rows.seek(0)
            begun = time.perf_counter()
            with connection.cursor().copy("COPY bare_transfers FROM STDIN") as copy:
                while block := rows.read(1 << 16):
                    copy.write(block)
            taken.append(time.perf_counter() - begun)
            connection.execute("DROP TABLE bare_transfers")
        return median(taken)


@contextmanager
def _last_rows(connection: psycopg.Connection, entries: int) -> Iterator[IO[bytes]]:
    last = f"SELECT * FROM ledger_transfers ORDER BY number DESC LIMIT {entries}"  # noqa: S608  # a number of ours
    query = f"COPY (SELECT * FROM ({last}) AS last ORDER BY number) TO STDOUT"  # noqa: S608  # likewise
    with tempfile.TemporaryFile() as file:
        with connection.cursor().copy(query) as copy:
            for block in copy:
                file.write(block)
        yield file
