"""The audit recomputes everything, and names what somebody has tampered with."""

from datetime import date

import pytest
import sqlalchemy as sa

from grantengine.ledger import audit, columns, past, periods, seals
from grantengine.ledger.entries import entry_id, entry_number
from grantengine.ledger.periods import PeriodStatus
from tests.support.ledger import (
    JAR,
    NOON,
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
        "UPDATE ledger_accounts SET debit_posted_cents = debit_posted_cents + 1 "
        "WHERE code = 'cash:jar'",
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
        "UPDATE ledger_transfers SET amount_cents = 2999 WHERE number = :number",
        number=entry_number(moved),
    )

    assert findings_of(database) == [
        ("running", moved),
        ("hash", moved),
        ("balance", JAR.code),
        ("balance", POT.code),
    ]


@pytest.mark.parametrize("content", ["debit_debit_cents + 0.5", "'plenty'"])
def test_what_is_no_whole_number_is_named(sqlite_database, content):
    a_filled_pot(sqlite_database, "100.00")
    moved = post(sqlite_database, an_entry("moved", (JAR.code, POT.code, "30.00")))
    change = f"UPDATE ledger_transfers SET debit_debit_cents = {content} WHERE number = :number"
    tamper(sqlite_database, change, number=entry_number(moved))

    assert findings_of(sqlite_database) == [("running", moved)]


def test_a_number_that_leads_back_ends_the_audit_and_is_found(sqlite_database, monkeypatch):
    monkeypatch.setattr(columns, "BLOCK", 2)
    a_filled_pot(sqlite_database, "100.00")
    for key in ("one", "two", "three"):
        post(sqlite_database, an_entry(key, (JAR.code, POT.code, "1.00")))
    tamper(sqlite_database, "UPDATE ledger_transfers SET number = 2.5 WHERE number = 2")

    assert findings_of(sqlite_database)


@pytest.mark.parametrize(
    "change",
    ["kind = 'gift'", "about = 'tst_99'", "effective_on = '2026-09-15'"],
)
def test_a_head_that_was_changed_is_named(database, moved, change):
    change = f"UPDATE ledger_transfers SET {change} WHERE number = :number"
    tamper(database, change, number=entry_number(moved))

    assert findings_of(database) == [("hash", moved)]


def test_after_an_entry_that_was_deleted_the_next_one_is_off(database, moved):
    tamper(
        database,
        "DELETE FROM ledger_transfers WHERE number = :number",
        number=entry_number(moved),
    )

    following = entry_id(entry_number(moved) + 1)
    assert findings_of(database) == [
        ("running", following),
        ("balance", JAR.code),
        ("balance", POT.code),
    ]


def test_an_entry_that_lost_a_line_is_named(database, moved):
    two = post(database, an_entry("two", *[(JAR.code, POT.code, "1.00")] * 2))
    tamper(
        database,
        "DELETE FROM ledger_transfers WHERE number = :number AND line = 2",
        number=entry_number(two),
    )

    assert findings_of(database)[0] == ("lines", two)


def test_an_account_that_was_closed_with_money_on_it_is_named(database, moved):
    tamper(
        database,
        "UPDATE ledger_accounts SET closed_at = opened_at WHERE code = :code",
        code=JAR.code,
    )

    assert findings_of(database) == [("closed", JAR.code)]


def test_a_broken_floor_is_named(database, moved):
    tamper(
        database,
        "UPDATE ledger_accounts SET floor_cents = 10000 WHERE code = 'cash:pot'",
    )

    with database.reading() as session:
        report = audit.verify(session)

    assert report.findings == [audit.Finding("floor", POT.code, "at least 10000", "7000")]


def test_a_balance_that_counts_in_the_wrong_direction_is_named(database, moved):
    tamper(
        database,
        "UPDATE ledger_accounts SET debit_normal = (1 = 0), floor_cents = NULL, room_cents = NULL "
        "WHERE code = 'cash:pot'",
    )

    assert findings_of(database) == [("direction", POT.code)]


def test_a_reversal_that_mirrors_something_else_is_named(database, moved):
    with database.reading() as session:
        query = "SELECT number FROM ledger_transfers WHERE reverses IS NOT NULL"
        reversal = entry_id(session.scalar(sa.text(query)))
    tamper(
        database,
        "UPDATE ledger_transfers SET reverses = :number WHERE reverses IS NOT NULL",
        number=entry_number(moved),
    )

    assert findings_of(database) == [("hash", reversal), ("reversal", reversal)]


def test_a_reversal_that_forgot_what_it_reverses_is_named(database, moved):
    with database.reading() as session:
        query = "SELECT number FROM ledger_transfers WHERE reverses IS NOT NULL"
        reversal = entry_id(session.scalar(sa.text(query)))
    tamper(database, "UPDATE ledger_transfers SET reverses = NULL")

    assert findings_of(database) == [("hash", reversal), ("reversal", reversal)]


def test_a_transfer_that_was_moved_to_another_account_is_named(database, moved):
    tamper(
        database,
        "UPDATE ledger_transfers SET debit_account_id = "
        "(SELECT id FROM ledger_accounts WHERE code = 'cash:source') WHERE number = :number",
        number=entry_number(moved),
    )

    assert ("hash", moved) in findings_of(database)
    assert ("balance", SOURCE.code) in findings_of(database)


def test_a_reversal_of_an_entry_that_is_gone_is_named(database, moved):
    with database.reading() as session:
        query = "SELECT number FROM ledger_transfers WHERE reverses IS NOT NULL"
        reversal = entry_id(session.scalar(sa.text(query)))
    tamper(database, "UPDATE ledger_transfers SET reverses = 99 WHERE reverses IS NOT NULL")

    assert findings_of(database) == [("hash", reversal), ("reversal", reversal)]


def seal_all(database):
    with database.transaction() as session:
        made = seals.seal(session, now=NOON)
    with database.transaction() as session:
        past.add_up(session, now=NOON)
    return made


def test_a_clean_report_names_the_root_that_was_sealed(database, moved):
    made = seal_all(database)

    with database.reading() as session:
        report = audit.verify(session)

    assert (report.is_clean, report.root, report.sealed) == (True, made.root.hex(), 4)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_transfers SET booked_at = '2026-09-15 12:00:00.000000' WHERE number = 2",
        "UPDATE ledger_transfers SET key = 'another' WHERE number = 3",
    ],
)
def test_what_no_hash_of_an_entry_covers_breaks_the_seal(database, moved, change):
    seal_all(database)
    tamper(database, change)

    assert ("seal", "1") in findings_of(database)


def test_an_account_that_was_renamed_is_named_by_its_first_entry(database, moved):
    tamper(database, "UPDATE ledger_accounts SET code = 'cash:vase' WHERE code = 'cash:jar'")

    assert findings_of(database)[0] == ("hash", moved)


@pytest.mark.parametrize("change", ["fund = 'private'", "book = 'budget'", "currency = 'SEK'"])
def test_a_transfer_that_left_what_its_accounts_belong_to_is_named(database, moved, change):
    change = f"UPDATE ledger_transfers SET {change} WHERE number = :number"
    tamper(database, change, number=entry_number(moved))

    assert ("crossing", moved) in findings_of(database)


def test_an_account_above_its_floor_by_less_than_it_should_be_is_named(database, moved):
    tamper(database, "UPDATE ledger_accounts SET room_cents = 1 WHERE code = 'cash:pot'")

    assert findings_of(database) == [("room", POT.code)]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_days SET debit_cents = 1 WHERE debit_cents = 3000",
        "UPDATE ledger_days SET effective_on = '2026-09-15' WHERE debit_cents = 3500",
        "DELETE FROM ledger_days",
    ],
)
def test_a_day_that_was_changed_is_named(database, moved, change):
    seal_all(database)
    tamper(database, change.replace("3000", "3500"))

    assert {check for check, _ in findings_of(database)} == {"day"}


def test_an_entry_put_in_where_was_sealed_already_breaks_that_seal_only(database, moved):
    seal_all(database)
    post(database, an_entry("more", (JAR.code, POT.code, "1.00")))
    seal_all(database)
    tamper(database, "UPDATE ledger_transfers SET number = 0 WHERE number = 5")

    assert [each for each in findings_of(database) if each[0] == "seal"] == [
        ("seal", "1"),
        ("seal", "2"),
    ]


def test_what_is_on_hold_and_was_tampered_with_is_named(database, moved):
    tamper(database, "UPDATE ledger_accounts SET credit_pending_cents = 1 WHERE code = 'cash:pot'")

    assert findings_of(database) == [("holds", POT.code)]


def close_september(database):
    with database.transaction() as session:
        september = {"first_on": date(2026, 9, 1), "last_on": date(2026, 9, 30)}
        periods.open_period(session, **september, now=NOON)
        periods.move_period(session, PeriodStatus.CLOSED, last_on=date(2026, 9, 30), now=NOON)


def test_an_entry_slipped_into_a_closed_period_is_named(database, moved):
    close_september(database)
    late = post(database, an_entry("late", (JAR.code, POT.code, "1.00"), on=date(2026, 10, 1)))
    assert findings_of(database) == []

    change = "UPDATE ledger_transfers SET effective_on = '2026-09-30' WHERE number = :number"
    tamper(database, change, number=entry_number(late))

    assert findings_of(database) == [("hash", late), ("period", late)]


def test_what_is_booked_while_a_period_is_open_again_is_no_finding(database, moved):
    close_september(database)
    with database.transaction() as session:
        periods.move_period(session, PeriodStatus.OPEN, last_on=date(2026, 9, 30), now=NOON)
    post(database, an_entry("late", (JAR.code, POT.code, "1.00")))
    with database.transaction() as session:
        for status in (PeriodStatus.CLOSED, PeriodStatus.LOCKED):
            periods.move_period(session, status, last_on=date(2026, 9, 30), now=NOON)

    assert findings_of(database) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger_periods SET last_entry = NULL",
        "UPDATE ledger_periods SET status = 'open'",
        (
            "INSERT INTO ledger_periods (first_on, last_on, status, changed_at) "
            "VALUES ('2026-08-01', '2026-09-01', 'open', '2026-09-16 12:00:00.000000')"
        ),
    ],
)
def test_periods_that_do_not_fit_are_named(database, moved, change):
    close_september(database)
    tamper(database, change)

    assert findings_of(database) == [("period", "2026-09-30")]


@pytest.mark.parametrize("text", ['with "quotes"', "back\\slash", "line\nbreak", "ääni \u0001 €"])
def test_a_text_that_json_escapes_has_the_same_hash_in_the_database(database, moved, text):
    post(database, an_entry("odd", (JAR.code, POT.code, "1.00"), kind=text, about=text))
    lines = [(JAR.code, POT.code, "1.00"), (POT.code, JAR.code, "1.00")]
    post(database, an_entry("odd too", *lines, about=text))

    assert findings_of(database) == []
