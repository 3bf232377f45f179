"""An account that is no longer used is closed: nothing moves on it, and nothing on it is lost."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from grantengine.ledger import closing, holds, queries, service, statements
from grantengine.ledger.errors import (
    AccountClosedError,
    AccountNotEmptyError,
    UnknownAccountError,
)
from grantengine.ledger.holds import Hold
from grantengine.ledger.models import Account
from grantengine.money import eur
from tests.support.ledger import (
    JAR,
    NOON,
    POT,
    SOURCE,
    a_filled_pot,
    an_entry,
    assert_in_balance,
    balances_of,
    open_accounts,
    post,
)


@pytest.fixture
def books(database):
    """A pot with EUR 100, and a jar that was used and is empty again."""
    a_filled_pot(database, "100.00")
    post(database, an_entry("in", (JAR.code, POT.code, "5.00")))
    post(database, an_entry("out", (POT.code, JAR.code, "5.00")))
    return database


def close(database, code, *, now=NOON):
    with database.transaction() as session:
        closing.close_account(session, code, now=now)


def hold_in_the_jar(database):
    entry = an_entry("held", (JAR.code, POT.code, "1.00"))
    with database.transaction() as session:
        return holds.hold(session, Hold(entry, reason="match"), now=NOON)


def test_an_empty_account_is_closed_and_nothing_is_posted_to_it(books):
    close(books, JAR.code)

    with pytest.raises(AccountClosedError) as refusal:
        post(books, an_entry("late", (JAR.code, POT.code, "1.00")))

    assert refusal.value.details == {"account": JAR.code}
    assert balances_of(books, JAR.code, POT.code) == {JAR.code: "0.00", POT.code: "100.00"}
    assert_in_balance(books)


def test_not_even_what_leaves_a_closed_account_as_empty_as_it_was(books):
    close(books, JAR.code)

    with pytest.raises(AccountClosedError):
        post(
            books,
            an_entry("through", (JAR.code, POT.code, "1.00"), (POT.code, JAR.code, "1.00")),
        )


def test_nothing_is_held_on_a_closed_account(books):
    close(books, JAR.code)

    with pytest.raises(AccountClosedError):
        hold_in_the_jar(books)


def test_a_closed_account_keeps_its_statement_and_its_old_entries_are_answered(books):
    close(books, JAR.code)

    post(books, an_entry("in", (JAR.code, POT.code, "5.00")))  # Sent again, long booked.

    with books.reading() as session:
        assert len(statements.statement(session, JAR.code)) == 2


def test_an_account_that_holds_money_is_not_closed(books):
    with pytest.raises(AccountNotEmptyError) as refusal:
        close(books, SOURCE.code)

    assert refusal.value.details == {
        "account": SOURCE.code,
        "net_cents": -10000,
        "held_cents": 0,
    }


def test_an_account_with_something_on_hold_is_closed_once_that_has_ended(books):
    hold_id = hold_in_the_jar(books)

    with pytest.raises(AccountNotEmptyError) as refusal:
        close(books, JAR.code)
    assert refusal.value.details["held_cents"] == 100

    with books.transaction() as session:
        holds.release(session, hold_id, now=NOON)
    close(books, JAR.code)


def test_closing_and_reopening_twice_changes_nothing_more(books):
    close(books, JAR.code)
    close(books, JAR.code, now=NOON + timedelta(days=1))

    with books.reading() as session:
        closed_at = sa.select(Account.closed_at).where(Account.code == JAR.code)
        assert session.scalar(closed_at) == NOON
    for _ in range(2):
        with books.transaction() as session:
            closing.reopen_account(session, JAR.code)
    post(books, an_entry("again", (JAR.code, POT.code, "1.00")))

    assert balances_of(books, JAR.code) == {JAR.code: "1.00"}


def test_an_account_that_does_not_exist_is_named(books):
    with pytest.raises(UnknownAccountError), books.transaction() as session:
        closing.close_account(session, "cash:nowhere", now=NOON)
    with pytest.raises(UnknownAccountError), books.transaction() as session:
        closing.reopen_account(session, "cash:nowhere")


def test_the_database_itself_closes_no_account_that_holds_money(books):
    close_it = sa.text("UPDATE ledger_accounts SET closed_at = opened_at WHERE code = 'cash:pot'")

    with pytest.raises(sa.exc.IntegrityError, match="closed"), books.transaction() as session:
        session.execute(close_it)


@pytest.mark.parametrize("change", ["floor_cents = -1", "closed_at = NULL, floor_cents = -1"])
def test_the_right_to_close_an_account_is_no_right_to_change_it(books, change):
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), books.transaction() as session:
        session.execute(sa.text(f"UPDATE ledger_accounts SET {change}"))


def test_who_closes_an_account_waits_for_who_is_posting_to_it(postgresql_database):
    database = postgresql_database
    open_accounts(database, POT, SOURCE, JAR)
    refused = []

    def close_the_pot():
        try:
            close(database, POT.code)
        except AccountNotEmptyError as error:
            refused.append(error.details["net_cents"])

    with database.transaction() as session:
        service.post(session, an_entry("filled", (POT.code, SOURCE.code, "1.00")), now=NOON)
        closing_thread = threading.Thread(target=close_the_pot)
        closing_thread.start()
        closing_thread.join(0.2)
        assert closing_thread.is_alive()
    closing_thread.join(10)

    assert refused == [100]
    with database.reading() as session:
        assert queries.balance(session, POT.code) == eur("1.00")
