"""A ledger for tests: accounts by code, entries in one line, and what lies behind its triggers."""

from contextlib import contextmanager
from datetime import UTC, date, datetime

import sqlalchemy as sa

from grantengine.ledger import audit, queries, service
from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.entries import Entry, Transfer
from grantengine.money import Money, eur

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)
TODAY = date(2026, 9, 16)

POT = AccountSpec("cash:pot", Kind.ASSET, Fund.PUBLIC)
JAR = AccountSpec("cash:jar", Kind.ASSET, Fund.PUBLIC)
SOURCE = AccountSpec("cash:source", Kind.EQUITY, Fund.PUBLIC)
# Between each of these and the pot no transfer may be.
OTHERS = (
    AccountSpec("pledges:other", Kind.ASSET, Fund.PUBLIC),
    AccountSpec("cash:private", Kind.ASSET, Fund.PRIVATE),
    AccountSpec("cash:kronor", Kind.ASSET, Fund.PUBLIC, currency="SEK"),
)

TABLES = ("ledger_accounts", "ledger_transfers", "ledger_holds", "ledger_hold_ends")


def an_entry(key, *lines, kind="moved", about="tst_01", on=TODAY, currency="EUR"):
    """Make an entry; each line is (debited account, credited account, euros as text)."""
    transfers = [
        Transfer(debit, credit, Money(eur(amount).cents, currency))
        for debit, credit, amount in lines
    ]
    return Entry(key=key, kind=kind, about=about, effective_on=on, transfers=transfers)


def open_accounts(database, *specs, now=NOON):
    """Open accounts and keep them."""
    with database.transaction() as session:
        service.open_accounts(session, specs, now=now)


def post(database, entry, *, now=NOON):
    """Post one entry in a transaction of its own."""
    with database.transaction() as session:
        return service.post(session, entry, now=now)


def reverse(database, entry_id, *, key="back", on=TODAY, now=NOON):
    """Take one entry back in a transaction of its own."""
    with database.transaction() as session:
        return service.reverse(session, entry_id, key=key, effective_on=on, now=now)


def a_filled_pot(database, euros="100.00"):
    """Open the pot, the jar and their source, and put euros into the pot; give the entry's id."""
    open_accounts(database, POT, JAR, SOURCE)
    return post(database, an_entry("filled", (POT.code, SOURCE.code, euros), kind="filled"))


def balance_of(database, code) -> Money:
    """Read one balance."""
    with database.reading() as session:
        return queries.balance(session, code)


def balances_of(database, *codes) -> dict[str, str]:
    """Read several balances as plain decimals, for tests that read like a book."""
    with database.reading() as session:
        found = queries.balances(session, codes)
    return {code: str(found[code]).removesuffix(" EUR") for code in codes}


def findings_of(database):
    """Verify the ledger; list each finding as (check, where)."""
    with database.reading() as session:
        report = audit.verify(session)
    return [(finding.check, finding.where) for finding in report.findings]


def assert_in_balance(database):
    """Fail unless debits equal credits and a full audit finds nothing."""
    with database.reading() as session:
        lines = queries.trial_balance(session)
        report = audit.verify(session)
    assert sum(line.debit_cents for line in lines) == sum(line.credit_cents for line in lines)
    assert report.findings == []


@contextmanager
def unguarded(database):
    """Work on the tables as somebody who may switch off triggers, checks and foreign keys."""
    with database.engine.connect() as connection:
        if database.is_postgresql:
            connection.execute(sa.text("SET session_replication_role = replica"))
            connection.execute(sa.text("ALTER DOMAIN ledger_room DROP CONSTRAINT ledger_room"))
            yield connection
        else:
            triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for name in connection.scalars(sa.text(triggers)).all():
                connection.execute(sa.text(f"DROP TRIGGER {name}"))
            connection.commit()
            # Past SQLAlchemy, since SQLite hears these only outside of a transaction.
            driver = connection.connection.driver_connection
            driver.execute("PRAGMA ignore_check_constraints = ON")
            driver.execute("PRAGMA foreign_keys = OFF")
            yield connection
        connection.commit()
        connection.invalidate()  # Nobody else may get an unguarded connection.
