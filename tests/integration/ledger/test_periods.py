"""Books that are finished: nothing is booked into them, whoever books and whenever."""

import threading
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from grantengine.ledger import periods, service
from grantengine.ledger.accounts import AccountSpec
from grantengine.ledger.errors import (
    PeriodClosedError,
    PeriodOverlapError,
    UnknownPeriodError,
)
from grantengine.ledger.models import TransferRow
from grantengine.ledger.periods import PeriodStatus
from grantengine.transitions import IllegalMoveError
from tests.support.ledger import (
    JAR,
    NOON,
    POT,
    TODAY,
    a_filled_pot,
    an_entry,
    assert_in_balance,
    balances_of,
    post,
    reverse,
)

AUGUST, SEPTEMBER = date(2026, 8, 31), date(2026, 9, 30)


@pytest.fixture
def books(database):
    """A filled pot, and two months as periods."""
    a_filled_pot(database, "100.00")
    begin(database, date(2026, 8, 1), AUGUST)
    begin(database, date(2026, 9, 1), SEPTEMBER)
    return database


def begin(database, first_on, last_on):
    with database.transaction() as session:
        periods.open_period(session, first_on=first_on, last_on=last_on, now=NOON)


def move(database, last_on, *targets):
    for target in targets:
        with database.transaction() as session:
            periods.move_period(session, target, last_on=last_on, now=NOON)


def book(database, key, day):
    return post(database, an_entry(key, (JAR.code, POT.code, "1.00"), on=day))


def status_on(database, day):
    with database.reading() as session:
        return periods.status_on(session, day)


@pytest.mark.parametrize("day", [date(2026, 8, 1), date(2026, 8, 15), AUGUST])
@pytest.mark.parametrize("last", [PeriodStatus.CLOSED, PeriodStatus.LOCKED])
def test_nothing_is_booked_into_a_period_that_is_not_open(books, day, last):
    move(books, AUGUST, *[PeriodStatus.CLOSED, PeriodStatus.LOCKED][: 1 + (last == "locked")])

    with pytest.raises(PeriodClosedError) as refusal:
        book(books, "late", day)

    assert refusal.value.details == {"effective_on": day, "last_on": AUGUST, "status": last}
    assert status_on(books, day) is last
    assert_in_balance(books)


@pytest.mark.parametrize("day", [date(2026, 7, 31), date(2026, 9, 1), date(2030, 1, 1)])
def test_what_lies_beside_a_closed_period_is_booked(books, day):
    move(books, AUGUST, PeriodStatus.CLOSED)

    book(books, "beside", day)

    assert balances_of(books, JAR.code) == {JAR.code: "1.00"}


def test_a_closed_period_can_be_opened_again_and_a_locked_one_not(books):
    move(books, AUGUST, PeriodStatus.CLOSED, PeriodStatus.OPEN)
    book(books, "again", AUGUST)
    move(books, AUGUST, PeriodStatus.CLOSED, PeriodStatus.LOCKED)

    with pytest.raises(IllegalMoveError):
        move(books, AUGUST, PeriodStatus.OPEN)


def test_an_entry_of_a_closed_period_is_reversed_in_an_open_one(books):
    entry_id = book(books, "wrong", AUGUST)
    move(books, AUGUST, PeriodStatus.CLOSED)

    with pytest.raises(PeriodClosedError):
        reverse(books, entry_id, on=AUGUST)
    reverse(books, entry_id, on=TODAY)

    assert balances_of(books, JAR.code) == {JAR.code: "0.00"}


def test_an_entry_posted_before_the_close_is_still_answered_after_it(books):
    first = book(books, "once", AUGUST)
    move(books, AUGUST, PeriodStatus.CLOSED)

    assert book(books, "once", AUGUST) == first


@pytest.mark.parametrize(
    ("first_on", "last_on"),
    [
        (date(2026, 8, 31), date(2026, 8, 31)),
        (date(2026, 7, 1), date(2026, 8, 1)),
        (date(2026, 7, 1), date(2026, 12, 31)),
        (date(2027, 1, 2), date(2027, 1, 1)),
    ],
)
def test_periods_do_not_overlap_and_do_not_end_before_they_begin(books, first_on, last_on):
    with pytest.raises(PeriodOverlapError) as refusal:
        begin(books, first_on, last_on)

    assert refusal.value.details == {"first_on": first_on, "last_on": last_on}


def test_a_period_that_does_not_exist_is_named(books):
    with pytest.raises(UnknownPeriodError) as refusal:
        move(books, date(2026, 8, 30), PeriodStatus.CLOSED)

    assert refusal.value.details == {"last_on": date(2026, 8, 30)}


def test_the_database_refuses_a_row_in_a_closed_period_too_on_sqlite(sqlite_database):
    a_filled_pot(sqlite_database, "100.00")
    begin(sqlite_database, date(2026, 8, 1), AUGUST)
    move(sqlite_database, AUGUST, PeriodStatus.CLOSED)
    wanted = {"number": "99", "key": "'forged'", "effective_on": "'2026-08-31'"}
    names = TransferRow.__table__.columns.keys()
    values = ", ".join(wanted.get(name, name) for name in names)
    row = f"INSERT INTO ledger_transfers ({', '.join(names)}) SELECT {values} FROM ledger_transfers"

    with (
        pytest.raises(sa.exc.DBAPIError, match="not open"),
        sqlite_database.transaction() as session,
    ):
        session.execute(sa.text(row))


def test_a_period_that_is_being_closed_waits_for_who_is_posting_into_it(postgresql_database):
    database = postgresql_database
    a_filled_pot(database, "100.00")
    begin(database, date(2026, 8, 1), AUGUST)

    with database.transaction() as session:
        service.post(session, an_entry("a", (JAR.code, POT.code, "1.00"), on=AUGUST), now=NOON)
        closing = threading.Thread(target=lambda: move(database, AUGUST, PeriodStatus.CLOSED))
        closing.start()
        closing.join(0.2)
        assert closing.is_alive()
    closing.join(10)

    assert status_on(database, AUGUST - timedelta(days=1)) is PeriodStatus.CLOSED
    assert balances_of(database, JAR.code) == {JAR.code: "1.00"}


def test_an_account_that_is_opened_after_the_close_keeps_to_it(books):
    move(books, AUGUST, PeriodStatus.CLOSED)
    late = AccountSpec("cash:late", JAR.kind, JAR.fund, None)
    with books.transaction() as session:
        service.open_accounts(session, [late], now=NOON)

    with pytest.raises(PeriodClosedError):
        post(books, an_entry("late", (late.code, POT.code, "1.00"), on=AUGUST))


def test_an_earlier_period_stays_as_it_is_when_a_later_one_is_closed_and_opened(books):
    move(books, SEPTEMBER, PeriodStatus.CLOSED)
    book(books, "still open", AUGUST)
    move(books, AUGUST, PeriodStatus.CLOSED)
    move(books, SEPTEMBER, PeriodStatus.OPEN)

    with pytest.raises(PeriodClosedError):
        book(books, "closed", AUGUST)
    book(books, "open again", SEPTEMBER)

    assert balances_of(books, JAR.code) == {JAR.code: "2.00"}


@pytest.mark.parametrize("is_spread", [False, True], ids=["on its row", "on slices"])
def test_whoever_posts_while_a_period_is_being_closed_finds_it_closed(
    postgresql_database, is_spread
):
    database = postgresql_database
    a_filled_pot(database, "100.00")
    begin(database, date(2026, 8, 1), AUGUST)
    if is_spread:
        with database.transaction() as session:
            service.spread(session, POT.code)
            service.spread(session, JAR.code)
    outcome = []

    def come():
        try:
            book(database, "meanwhile", AUGUST)
        except PeriodClosedError as refusal:
            outcome.append(refusal.details["status"])

    with database.transaction() as session:
        periods.move_period(session, PeriodStatus.CLOSED, last_on=AUGUST, now=NOON)
        coming = threading.Thread(target=come)
        coming.start()
        coming.join(0.2)
        assert coming.is_alive()
    coming.join(10)

    assert outcome == [PeriodStatus.CLOSED]
