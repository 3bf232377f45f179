"""What a client of the ledger's measurement does again and again, and bare SQL beside it.

Bare SQL does the least there is to do, with no rule at all: one entry row, two leg rows, two balance
updates; on PostgreSQL in one statement. What counts is the ratio of what runs in turn in the same
minute.
"""

import random
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from typing import Any

import psycopg
import sqlalchemy as sa

from grantengine.db import Database, driver_conninfo
from grantengine.ledger import posting, service
from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.entries import Entry, Transfer
from grantengine.money import Money
from grantengine.prepared import PreparedStatements, Values

ACCOUNTS = 10_000
BATCH = 50
BARE, CALL, SERVICE, MANY = "bare SQL", "ledger call", "service", f"{BATCH} in one call"
UNHASHED, SINGLE, HOT = "without hash", "one account", "one hot account"
POTS = {SINGLE: "cash:bench:single", HOT: "cash:bench:hot"}
NOW = datetime(2026, 1, 1, tzinfo=UTC)
_TODAY = date(2026, 1, 1)
_FLOOR_CENTS = -(10**12)
_CODES = [f"cash:bench:{number:05d}" for number in range(ACCOUNTS)]
# Two clients that post at the same instant have different keys.
_CLIENT = secrets.token_hex(4)
_BARE_TABLES = {
    "postgresql": """
CREATE TABLE bare_entries (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz);
CREATE TABLE bare_legs (entry_id bigint, account_id int, cents bigint);
CREATE INDEX bare_legs_of ON bare_legs (account_id, entry_id);
CREATE TABLE bare_balances (account_id int PRIMARY KEY, cents bigint) WITH (fillfactor = 50)
""",
    "sqlite": """
CREATE TABLE bare_entries (id INTEGER PRIMARY KEY, at TEXT);
CREATE TABLE bare_legs (entry_id INTEGER, account_id INTEGER, cents INTEGER);
CREATE INDEX bare_legs_of ON bare_legs (account_id, entry_id);
CREATE TABLE bare_balances (account_id INTEGER PRIMARY KEY, cents INTEGER)
""",
}
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
# What is done again and again, until the context ends.
_Case = Callable[[Database], AbstractContextManager[Callable[[], object]]]


def prepare(database: Database) -> None:
    """Open the accounts of the measurement and make the tables of bare SQL."""
    with database.transaction() as session:
        service.open_accounts(session, map(_spec, [*_CODES, *POTS.values()]), now=NOW)
        service.spread(session, POTS[HOT])
        for statement in _BARE_TABLES[database.engine.dialect.name].split(";"):
            session.execute(sa.text(statement))
        numbers = [{"number": number} for number in range(ACCOUNTS)]
        session.execute(sa.text("INSERT INTO bare_balances VALUES (:number, 0)"), numbers)


def cases_of(database: Database) -> dict[str, _Case]:
    """Give the cases of a database by their names."""
    return CASES if database.is_postgresql else SQLITE_CASES


def an_entry(credit: str | None = None) -> Entry:
    """Make an entry from one account of the measurement to another, both by chance."""
    one, other = random.sample(range(ACCOUNTS), 2)
    about = f"tst_{time.time_ns():026d}"
    transfer = Transfer(_CODES[one], credit or _CODES[other], Money(100))
    return Entry(f"moved:{about}:{_CLIENT}", "moved", about, _TODAY, [transfer])


@contextmanager
def _bare_sql(database: Database) -> Iterator[Callable[[], object]]:
    with _driver(database) as cursor:

        def post() -> None:
            low, high = sorted(random.sample(range(ACCOUNTS), 2))
            cursor.execute(_BARE, (low, 100, high, -100, 100, low, -100, high))
            cursor.fetchone()

        yield post


@contextmanager
def _call(database: Database, credit: str | None = None) -> Iterator[Callable[[], object]]:
    with _statements(database) as fetch_number:

        def post() -> None:
            entry = an_entry(credit)
            number = fetch_number(*posting.statement_of(entry, reverses=None, now=NOW))
            assert number is not None

        yield post


@contextmanager
def _unhashed(database: Database) -> Iterator[Callable[[], object]]:
    with _statements(database) as fetch_number:
        nothing = bytes(32)

        def post() -> None:
            # All that goes into the call but the hash: that is what sealing costs a posting.
            entry = an_entry()
            (transfer,) = entry.transfers
            values = (
                *(entry.key, nothing, entry.kind, entry.about),
                *(entry.effective_on.isoformat(), NOW.isoformat(), None),
                *(transfer.debit, transfer.credit),
                *(transfer.amount.cents, transfer.amount.currency),
            )
            fetch_number(posting.ONE_LINE, values)

        yield post


@contextmanager
def _service(database: Database) -> Iterator[Callable[[], object]]:
    def post() -> None:
        with database.transaction() as session:
            service.post(session, an_entry(), now=NOW)

    yield post


@contextmanager
def _many(database: Database) -> Iterator[Callable[[], object]]:
    def post() -> None:
        with database.transaction() as session:
            service.post_many(session, [an_entry() for _ in range(BATCH)], now=NOW)

    yield post


@contextmanager
def _bare_sqlite(database: Database) -> Iterator[Callable[[], object]]:
    with database.engine.connect() as connection:
        execute: Any = connection.connection.cursor().execute

        def post() -> None:
            low, high = random.sample(range(ACCOUNTS), 2)
            execute("BEGIN IMMEDIATE")
            number = execute("INSERT INTO bare_entries (at) VALUES (datetime())").lastrowid
            legs = (number, low, 100, number, high, -100)
            execute("INSERT INTO bare_legs VALUES (?, ?, ?), (?, ?, ?)", legs)
            for cents, account in ((100, low), (-100, high)):
                update = "UPDATE bare_balances SET cents = cents + ? WHERE account_id = ?"
                execute(update, (cents, account))
            execute("COMMIT")

        yield post


@contextmanager
def _sqlite_call(database: Database) -> Iterator[Callable[[], object]]:
    with database.engine.connect() as connection:
        execute: Any = connection.connection.cursor().execute

        def post() -> None:
            (row,) = posting.sqlite_rows(an_entry(), reverses=None, now=NOW)
            execute("BEGIN IMMEDIATE")
            execute(posting.SQLITE, row).fetchone()
            execute("COMMIT")

        yield post


CASES: dict[str, _Case] = {
    BARE: _bare_sql,
    CALL: _call,
    SERVICE: _service,
    MANY: _many,
    UNHASHED: _unhashed,
    SINGLE: lambda database: _call(database, POTS[SINGLE]),
    HOT: lambda database: _call(database, POTS[HOT]),
}
SQLITE_CASES: dict[str, _Case] = {
    BARE: _bare_sqlite,
    CALL: _sqlite_call,
    SERVICE: _service,
    MANY: _many,
}


@contextmanager
def _driver(database: Database) -> Iterator[psycopg.Cursor[Any]]:
    with psycopg.connect(driver_conninfo(database.engine), autocommit=True) as connection:
        yield connection.cursor()


@contextmanager
def _statements(database: Database) -> Iterator[Callable[[str, Values], int | None]]:
    # As the service sends them.
    with psycopg.connect(driver_conninfo(database.engine), autocommit=True) as connection:
        yield PreparedStatements(connection.pgconn).fetch_number


def code_of(number: int) -> str:
    """Name an account of the measurement."""
    return _CODES[number]


def _spec(code: str) -> AccountSpec:
    return AccountSpec(code, Kind.EXPENSE, Fund.PUBLIC, _FLOOR_CENTS)
