"""What the service refuses, the database refuses too, whoever writes in it."""

import re
from datetime import date

import pytest
import sqlalchemy as sa

from grantengine.ledger import holds, queries
from grantengine.ledger.models import Account, TransferRow
from grantengine.money import eur
from tests.support.ledger import (
    JAR,
    NOON,
    OTHERS,
    POT,
    SOURCE,
    TABLES,
    a_filled_pot,
    an_entry,
    assert_in_balance,
    balance_of,
    findings_of,
    open_accounts,
    post,
    reverse,
)

CHANGES = {
    "ledger_accounts": "UPDATE ledger_accounts SET kind = 'income'",
    "ledger_transfers": "UPDATE ledger_transfers SET amount_cents = 1",
    "ledger_holds": "UPDATE ledger_holds SET amount_cents = 1",
    "ledger_hold_ends": "UPDATE ledger_hold_ends SET outcome = 'expired'",
}
BALANCES = ("debit_posted_cents", "credit_posted_cents")


@pytest.fixture
def filled(database):
    """A ledger with one entry of each sort and an account on each other side."""
    entry_id = a_filled_pot(database, "100.00")
    reverse(database, post(database, an_entry("moved", (JAR.code, POT.code, "1.00"))))
    open_accounts(database, *OTHERS)
    with database.transaction() as session:
        held = holds.Hold(an_entry("held", (JAR.code, POT.code, "1.00")), reason="held")
        holds.release(session, holds.hold(session, held, now=NOON), now=NOON)
    return entry_id


@pytest.fixture
def filled_on_sqlite(sqlite_database):
    """A filled pot on SQLite, its reversal, and an account on each other side."""
    a_filled_pot(sqlite_database, "100.00")
    reverse(sqlite_database, post(sqlite_database, an_entry("moved", (JAR.code, POT.code, "1.00"))))
    open_accounts(sqlite_database, *OTHERS)


def refused(database, statement, values=None):
    """Run a statement as a client of the database would; give what it was refused with."""
    with pytest.raises(sa.exc.DBAPIError) as refusal, database.transaction() as session:
        session.execute(statement, values or {})
    return str(refusal.value.orig)


def a_row(database, debit, credit, **wishes):
    """Insert a transfer beside the service, with the balances that it leaves."""
    with database.reading() as session:
        accounts = {each.code: each for each in session.scalars(sa.select(Account))}
    debited, credited = accounts[debit], accounts[credit]
    cents = wishes.get("amount_cents", 1)
    fields = {
        "number": 99,
        "line": 1,
        "lines": 1,
        "debit_account_id": debited.id,
        "credit_account_id": credited.id,
        "amount_cents": cents,
        "debit_debit_cents": debited.debit_posted_cents + cents,
        "debit_credit_cents": debited.credit_posted_cents,
        "credit_debit_cents": credited.debit_posted_cents,
        "credit_credit_cents": credited.credit_posted_cents + cents,
        "effective_on": date(2026, 9, 16),
        "booked_at": NOON,
        "currency": "EUR",
        "book": "cash",
        "fund": "public",
        "kind": "forged",
        "about": "tst_01",
        "key": "forged",
        "request_hash": bytes(32),
        "reverses": None,
    }
    return sa.insert(TransferRow).values(fields | wishes)


def a_later_row(database, **wishes):
    """Insert a line that is not the first beside the service."""
    fields = {"number": 1, "line": 2, "lines": 2, "key": None, "request_hash": None}
    return a_row(database, POT.code, SOURCE.code, **(fields | wishes))


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
    row = a_row(sqlite_database, POT.code, SOURCE.code, number=1).prefix_with("OR REPLACE")

    assert "append-only" in refused(sqlite_database, row)


@pytest.mark.parametrize("column", BALANCES)
def test_a_balance_is_not_changed_but_by_a_transfer(database, filled, column):
    change = sa.text(f"UPDATE ledger_accounts SET {column} = {column} + 1 WHERE code = 'cash:pot'")

    assert "append-only" in refused(database, change)
    assert_in_balance(database)


def test_a_row_beside_the_service_is_carried_to_both_balances_on_sqlite(
    sqlite_database, filled_on_sqlite
):
    with sqlite_database.transaction() as session:
        session.execute(a_row(sqlite_database, JAR.code, POT.code, amount_cents=7))

    assert findings_of(sqlite_database) == [("hash", "ent_000000000099")]
    assert balance_of(sqlite_database, JAR.code) == eur("0.07")


def test_a_row_before_the_last_one_is_refused_on_sqlite(sqlite_database, filled_on_sqlite):
    message = refused(sqlite_database, a_row(sqlite_database, JAR.code, POT.code, number=0))

    assert "append-only" in message
    assert_in_balance(sqlite_database)


@pytest.mark.parametrize("other", [spec.code for spec in OTHERS])
@pytest.mark.parametrize("fields_of", ["the debited account", "the credited account"])
def test_a_transfer_across_is_refused_on_sqlite(
    sqlite_database, filled_on_sqlite, other, fields_of
):
    spec = next(each for each in OTHERS if each.code == other)
    own = {"book": spec.book, "fund": spec.fund, "currency": spec.currency}
    wishes = own if fields_of == "the debited account" else {}

    message = refused(sqlite_database, a_row(sqlite_database, other, POT.code, **wishes))

    assert "leaves its book, fund or currency" in message


@pytest.mark.parametrize("amount_cents", [0, -1])
def test_an_amount_that_is_not_positive_is_refused_on_sqlite(
    sqlite_database, filled_on_sqlite, amount_cents
):
    row = a_row(sqlite_database, POT.code, SOURCE.code, amount_cents=amount_cents)

    assert "amount_positive" in refused(sqlite_database, row)


def test_a_transfer_from_an_account_to_itself_is_refused_on_sqlite(
    sqlite_database, filled_on_sqlite
):
    message = refused(sqlite_database, a_row(sqlite_database, POT.code, POT.code))

    assert "two_accounts" in message or "miscounts a balance" in message


def test_a_transfer_between_no_accounts_is_refused_on_sqlite(sqlite_database, filled_on_sqlite):
    row = a_row(sqlite_database, POT.code, SOURCE.code, debit_account_id=99)

    assert re.search("null value|leaves its book", refused(sqlite_database, row))


def test_a_line_of_no_entry_is_refused_on_sqlite(sqlite_database, filled_on_sqlite):
    row = a_later_row(sqlite_database, number=99)

    assert "does not belong" in refused(sqlite_database, row)


@pytest.mark.parametrize(("line", "lines"), [(2, 1), (2, 2), (3, 3)])
def test_a_line_smuggled_into_an_entry_is_refused_on_sqlite(
    sqlite_database, filled_on_sqlite, line, lines
):
    row = a_later_row(sqlite_database, line=line, lines=lines)

    assert re.search("does not belong|ck_ledger_transfers_line", refused(sqlite_database, row))
    assert_in_balance(sqlite_database)


def test_a_transfer_that_would_break_a_floor_is_refused_on_sqlite(
    sqlite_database, filled_on_sqlite
):
    row = a_row(sqlite_database, JAR.code, POT.code, amount_cents=10_001)

    assert "floor" in refused(sqlite_database, row)
    assert_in_balance(sqlite_database)


def test_a_second_entry_under_one_key_or_number_is_refused_on_sqlite(
    sqlite_database, filled_on_sqlite
):
    assert "key" in refused(
        sqlite_database, a_row(sqlite_database, POT.code, SOURCE.code, key="filled")
    )
    message = refused(sqlite_database, a_row(sqlite_database, POT.code, SOURCE.code, number=1))
    assert re.search("pk_ledger_transfers|ledger_transfers.number", message)


def test_a_second_reversal_of_one_entry_is_refused_on_sqlite(sqlite_database, filled_on_sqlite):
    row = a_row(sqlite_database, POT.code, SOURCE.code, reverses=2)

    assert "reverses" in refused(sqlite_database, row)


@pytest.mark.parametrize("number", [77, 3])
def test_a_reversal_of_no_entry_or_of_a_reversal_is_refused_on_sqlite(
    sqlite_database, filled_on_sqlite, number
):
    row = a_row(sqlite_database, POT.code, SOURCE.code, reverses=number)

    assert "to reverse" in refused(sqlite_database, row)


def test_two_accounts_of_one_code_are_refused(database, filled):
    again = sa.insert(Account).values(
        code=POT.code,
        book="cash",
        fund="public",
        kind="asset",
        currency="EUR",
        opened_at=NOON,
        debit_normal=True,
    )

    assert "code" in refused(database, again)


@pytest.mark.parametrize("depth", ["the table", "its accounts", "its slices"])
def test_nobody_writes_past_the_views_on_postgresql(postgresql_database, depth):
    a_filled_pot(postgresql_database)
    statements = {
        "the table": a_row(postgresql_database, POT.code, SOURCE.code),
        "its accounts": sa.text("UPDATE ledger_accounts SET room_cents = room_cents + 1"),
        "its slices": sa.text("UPDATE ledger_slices SET room_cents = 1"),
    }

    assert "append-only" in refused(postgresql_database, statements[depth])
    assert_in_balance(postgresql_database)


def test_an_account_begins_empty_whatever_it_is_opened_with(postgresql_database):
    forged = sa.insert(Account.__table__).values(
        code="cash:forged",
        book="cash",
        fund="public",
        kind="asset",
        currency="EUR",
        opened_at=NOON,
        debit_normal=True,
        floor_cents=-5,
        debit_posted_cents=100,
        room_cents=100,
    )
    with postgresql_database.transaction() as session:
        session.execute(forged)

    with postgresql_database.reading() as session:
        assert queries.available(session, "cash:forged") == eur("0.05")
    assert_in_balance(postgresql_database)
