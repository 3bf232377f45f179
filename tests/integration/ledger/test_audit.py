"""The audit recomputes everything, and names what somebody has tampered with."""

import pytest
import sqlalchemy as sa

from grantengine.ledger import audit
from tests.support.ledger import (
    JAR,
    POT,
    SOURCE,
    a_filled_pot,
    an_entry,
    findings_of,
    post,
    reverse,
    unguarded,
)


@pytest.fixture
def moved(database):
    """A filled pot, an entry from it and the entry's reversal; gives the id of the entry."""
    a_filled_pot(database, "100.00")
    entry_id = post(database, an_entry("moved", (JAR.code, POT.code, "30.00")))
    reverse(database, post(database, an_entry("wrong", (JAR.code, POT.code, "5.00"))), key="back")
    return entry_id


def tamper(database, *statements, **values):
    with unguarded(database) as connection:
        for statement in statements:
            connection.execute(sa.text(statement), values)


def test_an_honest_ledger_is_clean_and_counted(database, moved):
    with database.reading() as session:
        report = audit.verify(session)

    assert report == audit.Report(accounts=3, entries=4, findings=[])
    assert report.is_clean


def test_an_empty_ledger_is_clean(database):
    with database.reading() as session:
        assert audit.verify(session) == audit.Report(accounts=0, entries=0, findings=[])


def test_a_balance_that_was_changed_is_named(database, moved):
    tamper(
        database,
        "UPDATE ledger_balances SET debit_posted_cents = debit_posted_cents + 1 WHERE account_id = "
        "(SELECT id FROM ledger_accounts WHERE code = 'cash:jar')",
    )

    with database.reading() as session:
        report = audit.verify(session)

    assert report.findings == [
        audit.Finding("balance", JAR.code, expected="(3500, 500)", found="(3501, 500)")
    ]
    assert not report.is_clean


def test_an_amount_that_was_changed_is_named_with_its_entry_and_both_balances(database, moved):
    tamper(
        database,
        "UPDATE ledger_transfers SET amount_cents = 2999 WHERE entry_number = "
        "(SELECT number FROM ledger_entries WHERE id = :id)",
        id=moved,
    )

    assert findings_of(database) == [
        ("hash", moved),
        ("balance", JAR.code),
        ("balance", POT.code),
    ]


@pytest.mark.parametrize(
    "change",
    ["kind = 'gift'", "about = 'tst_99'", "effective_on = '2026-09-15'"],
)
def test_a_head_that_was_changed_is_named(database, moved, change):
    tamper(database, f"UPDATE ledger_entries SET {change} WHERE id = :id", id=moved)

    assert findings_of(database) == [("hash", moved)]


def test_an_entry_that_lost_its_transfers_is_named(database, moved):
    tamper(
        database,
        "DELETE FROM ledger_transfers WHERE entry_number = "
        "(SELECT number FROM ledger_entries WHERE id = :id)",
        id=moved,
    )

    assert findings_of(database) == [
        ("transfers", moved),
        ("balance", JAR.code),
        ("balance", POT.code),
    ]


def test_a_transfer_that_was_smuggled_into_an_entry_is_named(database, moved):
    # The database takes it: it is balanced, within its book and carried to the balances.
    smuggle = sa.text(
        "INSERT INTO ledger_transfers SELECT entry_number, 9, book, fund, currency, "
        "debit_account_id, credit_account_id, 1 FROM ledger_transfers WHERE entry_number = "
        "(SELECT number FROM ledger_entries WHERE id = :id)"
    )
    with database.transaction() as session:
        session.execute(smuggle, {"id": moved})

    assert findings_of(database) == [("hash", moved)]


def test_a_broken_floor_is_named(database, moved):
    tamper(
        database,
        "UPDATE ledger_balances SET floor_cents = 10000 WHERE account_id = "
        "(SELECT id FROM ledger_accounts WHERE code = 'cash:pot')",
    )

    with database.reading() as session:
        report = audit.verify(session)

    assert report.findings == [audit.Finding("floor", POT.code, "at least 10000", "7000")]


def test_a_balance_that_was_removed_is_named(database, moved):
    tamper(
        database,
        "DELETE FROM ledger_balances WHERE account_id = "
        "(SELECT id FROM ledger_accounts WHERE code = 'cash:source')",
    )

    assert findings_of(database) == [("balance", SOURCE.code)]


def test_a_balance_that_counts_in_the_wrong_direction_is_named(database, moved):
    tamper(
        database,
        "UPDATE ledger_balances SET debit_normal = (1 = 0), floor_cents = NULL WHERE account_id = "
        "(SELECT id FROM ledger_accounts WHERE code = 'cash:pot')",
    )

    assert findings_of(database) == [("direction", POT.code)]


def test_a_reversal_that_mirrors_something_else_is_named(database, moved):
    with database.reading() as session:
        query = "SELECT id FROM ledger_entries WHERE reverses IS NOT NULL"
        reversal = session.scalar(sa.text(query))
    tamper(
        database,
        "UPDATE ledger_entries SET reverses = :id WHERE reverses IS NOT NULL",
        id=moved,
    )

    assert findings_of(database) == [("reversal", reversal)]


def test_a_reversal_that_forgot_what_it_reverses_is_named(database, moved):
    with database.reading() as session:
        query = "SELECT id FROM ledger_entries WHERE reverses IS NOT NULL"
        reversal = session.scalar(sa.text(query))
    tamper(database, "UPDATE ledger_entries SET reverses = NULL")

    assert findings_of(database) == [("reversal", reversal)]


def test_a_transfer_that_was_moved_to_another_account_is_named(database, moved):
    tamper(
        database,
        "UPDATE ledger_transfers SET debit_account_id = "
        "(SELECT id FROM ledger_accounts WHERE code = 'cash:source') WHERE entry_number = "
        "(SELECT number FROM ledger_entries WHERE id = :id)",
        id=moved,
    )

    assert ("hash", moved) in findings_of(database)
    assert ("balance", SOURCE.code) in findings_of(database)


def test_a_reversal_of_an_entry_that_is_gone_is_named(database, moved):
    with database.reading() as session:
        query = "SELECT id FROM ledger_entries WHERE reverses IS NOT NULL"
        reversal = session.scalar(sa.text(query))
    tamper(database, "UPDATE ledger_entries SET reverses = 'ent_gone' WHERE reverses IS NOT NULL")

    assert findings_of(database) == [("reversal", reversal)]
