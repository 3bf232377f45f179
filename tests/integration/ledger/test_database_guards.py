"""What the service refuses, the database refuses too, whoever writes in it."""

from datetime import date

import pytest
import sqlalchemy as sa

from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.models import Account, Balance, EntryRow, TransferRow
from tests.support.ledger import (
    JAR,
    NOON,
    POT,
    SOURCE,
    TABLES,
    a_filled_pot,
    an_entry,
    assert_in_balance,
    open_accounts,
    post,
    reverse,
)

OTHERS = (
    AccountSpec("pledges:other", Kind.ASSET, Fund.PUBLIC),
    AccountSpec("cash:private", Kind.ASSET, Fund.PRIVATE),
    AccountSpec("cash:kronor", Kind.ASSET, Fund.PUBLIC, currency="SEK"),
)
CHANGES = {
    "ledger_accounts": "UPDATE ledger_accounts SET kind = 'income'",
    "ledger_entries": "UPDATE ledger_entries SET about = 'tst_02'",
    "ledger_transfers": "UPDATE ledger_transfers SET amount_cents = 1",
}


@pytest.fixture
def filled(database):
    """A ledger with one entry of each sort and an account on each other side."""
    entry_id = a_filled_pot(database, "100.00")
    reverse(database, post(database, an_entry("moved", (JAR.code, POT.code, "1.00"))))
    open_accounts(database, *OTHERS)
    return entry_id


def refused(database, statement, values=None):
    """Run a statement as a client of the database would; give what it was refused with."""
    with pytest.raises(sa.exc.DBAPIError) as refusal, database.transaction() as session:
        session.execute(statement, values or {})
    return str(refusal.value.orig)


def a_head(**wishes):
    fields = {
        "id": "ent_forged",
        "key": "forged",
        "request_hash": "0" * 64,
        "kind": "forged",
        "about": "tst_01",
        "effective_on": date(2026, 9, 16),
        "booked_at": NOON,
        "reverses": None,
    }
    return sa.insert(EntryRow).values(fields | wishes)


def a_line(database, debit, credit, **wishes):
    """Insert a transfer into the first entry, beside the service."""
    with database.reading() as session:
        number = session.scalar(sa.select(sa.func.min(EntryRow.number)))
        ids = dict(session.execute(sa.select(Account.code, Account.id)).all())
    fields = {
        "entry_number": number,
        "line": 9,
        "book": "cash",
        "fund": "public",
        "currency": "EUR",
        "debit_account_id": ids[debit],
        "credit_account_id": ids[credit],
        "amount_cents": 1,
    }
    return sa.insert(TransferRow).values(fields | wishes)


@pytest.mark.parametrize("table", CHANGES)
def test_a_row_of_the_ledger_is_not_changed(database, filled, table):
    assert "append-only" in refused(database, sa.text(CHANGES[table]))
    assert_in_balance(database)


@pytest.mark.parametrize("table", TABLES)
def test_a_row_of_the_ledger_is_not_deleted(database, filled, table):
    assert "append-only" in refused(database, sa.text(f"DELETE FROM {table}"))
    assert_in_balance(database)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_the_ledger_is_not_emptied_on_postgresql(postgresql_database, table):
    a_filled_pot(postgresql_database)

    assert "append-only" in refused(postgresql_database, sa.text(f"TRUNCATE {table} CASCADE"))
    assert_in_balance(postgresql_database)


def test_a_row_of_the_ledger_is_not_replaced_on_sqlite(sqlite_database):
    a_filled_pot(sqlite_database)
    columns = "number, id, key, request_hash, kind, about, effective_on, booked_at"
    replace = f"REPLACE INTO ledger_entries ({columns}) SELECT number, id, key, 'x', 'y', about, "
    replace += "effective_on, booked_at FROM ledger_entries"

    assert "append-only" in refused(sqlite_database, sa.text(replace))


@pytest.mark.parametrize("other", [spec.code for spec in OTHERS])
@pytest.mark.parametrize("fields_of", ["the debited account", "the credited account"])
def test_a_transfer_across_is_refused(database, filled, other, fields_of):
    spec = next(each for each in OTHERS if each.code == other)
    own = {"book": spec.book, "fund": spec.fund, "currency": spec.currency}
    wishes = own if fields_of == "the debited account" else {}

    message = refused(database, a_line(database, other, POT.code, **wishes))

    assert "foreign key" in message.lower()


@pytest.mark.parametrize("amount_cents", [0, -1])
def test_an_amount_that_is_not_positive_is_refused(database, filled, amount_cents):
    line = a_line(database, POT.code, SOURCE.code, amount_cents=amount_cents)

    assert "amount_positive" in refused(database, line)


def test_a_transfer_from_an_account_to_itself_is_refused(database, filled):
    assert "two_accounts" in refused(database, a_line(database, POT.code, POT.code))


def test_a_transfer_of_no_entry_is_refused(database, filled):
    line = a_line(database, POT.code, SOURCE.code, entry_number=99)

    assert "foreign key" in refused(database, line).lower()


def test_a_transfer_that_would_break_a_floor_is_refused(database, filled):
    line = a_line(database, JAR.code, POT.code, amount_cents=10_001)

    assert "floor" in refused(database, line)
    assert_in_balance(database)


def test_a_balance_is_not_set_below_its_floor(database, filled):
    below = sa.update(Balance).values(debit_posted_cents=0, credit_posted_cents=1)

    assert "floor" in refused(database, below.where(Balance.debit_normal))


def test_a_second_entry_under_one_key_or_id_is_refused(database, filled):
    assert "key" in refused(database, a_head(key="filled"))
    assert "id" in refused(database, a_head(id=filled))


def test_a_second_reversal_of_one_entry_is_refused(database, filled):
    with database.reading() as session:
        taken_back = session.scalar(sa.select(EntryRow.reverses).where(EntryRow.reverses != ""))

    assert "reverses" in refused(database, a_head(reverses=taken_back))


def test_a_reversal_of_no_entry_is_refused(database, filled):
    assert "foreign key" in refused(database, a_head(reverses="ent_nowhere")).lower()


def test_two_accounts_of_one_code_are_refused(database, filled):
    again = sa.insert(Account).values(
        code=POT.code, book="cash", fund="public", kind="asset", currency="EUR", opened_at=NOON
    )

    assert "code" in refused(database, again)
