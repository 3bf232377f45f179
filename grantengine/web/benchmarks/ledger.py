"""How many postings a second the ledger takes, beside bare SQL that does the least there is to do.

Bare SQL is one statement: one entry row, two leg rows, two balance updates, no rule at all. Both
run in turn on the same server in the same minute; what counts is the ratio.
"""

import multiprocessing
import random
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from statistics import median

import psycopg
import sqlalchemy as sa

from grantengine.db import Database, driver_conninfo
from grantengine.ledger import posting, service
from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.entries import Entry, Transfer
from grantengine.money import Money

ACCOUNTS = 10_000
BATCH = 50
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_TODAY = date(2026, 1, 1)
_BARE_TABLES = """
DROP TABLE IF EXISTS bare_entries, bare_legs, bare_balances;
CREATE TABLE bare_entries (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz);
CREATE TABLE bare_legs (entry_id bigint, account_id int, cents bigint);
CREATE INDEX ON bare_legs (account_id, entry_id);
CREATE TABLE bare_balances (account_id int PRIMARY KEY, cents bigint) WITH (fillfactor = 50);
INSERT INTO bare_balances SELECT number, 0 FROM generate_series(0, 9999) AS number;
"""
_BARE = """
WITH entry AS (INSERT INTO bare_entries (at) VALUES (now()) RETURNING id),
legs AS (
    INSERT INTO bare_legs SELECT entry.id, leg.account_id, leg.cents
    FROM entry, (VALUES (%s::int, %s::bigint), (%s::int, %s::bigint)) AS leg (account_id, cents)
),
one AS (UPDATE bare_balances SET cents = cents + %s WHERE account_id = %s),
two AS (UPDATE bare_balances SET cents = cents + %s WHERE account_id = %s)
SELECT id FROM entry
"""


@dataclass(frozen=True, slots=True)
class Rates:
    """Postings a second of a case and of bare SQL, measured in turn, by number of processes."""

    case: str
    processes: int
    bare: list[float]
    ours: list[float]

    @property
    def ratio(self) -> float:
        """The median of the ratios of each pair."""
        pairs = zip(self.ours, self.bare, strict=True)
        return median(ours / bare for ours, bare in pairs)


def prepare(database: Database) -> None:
    """Open the accounts of the measurement and make the tables of bare SQL."""
    specs = [_spec(number) for number in range(ACCOUNTS)]
    with database.transaction() as session:
        service.open_accounts(session, specs, now=_NOW)
    with database.engine.connect() as connection, connection.begin():
        for statement in _BARE_TABLES.strip().split(";\n"):
            connection.execute(sa.text(statement))


def measure(url: str, case: str, *, processes: int, seconds: float, repetitions: int) -> Rates:
    """Run bare SQL and a case of `CASES` in turn, each from as many processes."""
    bare, ours = [], []
    for _ in range(repetitions):
        bare.append(_rate(url, "bare SQL", processes, seconds))
        ours.append(_rate(url, case, processes, seconds))
    return Rates(case, processes, bare, ours)


@contextmanager
def _bare_sql(database: Database) -> Iterator[Callable[[], int]]:
    with psycopg.connect(driver_conninfo(database.engine), autocommit=True) as connection:
        cursor = connection.cursor()

        def post() -> int:
            low, high = sorted(random.sample(range(ACCOUNTS), 2))
            cursor.execute(_BARE, (low, 100, high, -100, 100, low, -100, high))
            cursor.fetchone()
            return 1

        yield post


@contextmanager
def _ledger_call(database: Database) -> Iterator[Callable[[], int]]:
    with psycopg.connect(driver_conninfo(database.engine), autocommit=True) as connection:
        cursor = connection.cursor()

        def post() -> int:
            cursor.execute(posting.POSTGRESQL, posting.values(_entry(), reverses=None, now=_NOW))
            row = cursor.fetchone()
            assert row is not None
            assert row[0] is not None
            return 1

        yield post


@contextmanager
def _service(database: Database) -> Iterator[Callable[[], int]]:
    def post() -> int:
        with database.transaction() as session:
            service.post(session, _entry(), now=_NOW)
        return 1

    yield post


@contextmanager
def _batch(database: Database) -> Iterator[Callable[[], int]]:
    def post() -> int:
        with database.transaction() as session:
            service.post_many(session, [_entry() for _ in range(BATCH)], now=_NOW)
        return BATCH

    yield post


CASES = {
    "bare SQL": _bare_sql,
    "ledger call": _ledger_call,
    "service": _service,
    f"{BATCH} in one call": _batch,
}


def _rate(url: str, case: str, processes: int, seconds: float) -> float:
    # A fresh interpreter each: nothing of a connection may be shared.
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes) as pool:
        jobs = [pool.apply_async(_run, (url, case, seconds)) for _ in range(processes)]
        return sum(job.get() for job in jobs)


def _run(url: str, case: str, seconds: float) -> float:
    database = Database(url)
    with CASES[case](database) as post:
        for _ in range(20):
            post()  # The driver prepares a statement after a few runs.
        count, begun = 0, time.perf_counter()
        while time.perf_counter() < begun + seconds:
            count += post()
        rate = count / (time.perf_counter() - begun)
    database.dispose()
    return rate


def _spec(number: int) -> AccountSpec:
    return AccountSpec(f"cash:bench:{number:05d}", Kind.EXPENSE, Fund.PUBLIC, -(10**12))


def _entry() -> Entry:
    debit, credit = random.sample(range(ACCOUNTS), 2)
    about = f"tst_{time.time_ns():026d}"
    transfer = Transfer(f"cash:bench:{debit:05d}", f"cash:bench:{credit:05d}", Money(100))
    key = f"moved:{about}:{secrets.token_hex(4)}"
    return Entry(key, "moved", about, _TODAY, [transfer])
