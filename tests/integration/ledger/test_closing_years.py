"""The end of a year: its books are closed, and its result becomes equity of the next."""

from datetime import UTC, date, datetime

import pytest

from grantengine.ledger import closing, periods, queries
from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.closing import ClosedYear
from grantengine.ledger.errors import PeriodClosedError, PeriodOverlapError, YearNotOverError
from grantengine.ledger.periods import PeriodStatus
from tests.support.ledger import (
    an_entry,
    assert_in_balance,
    balances_of,
    open_accounts,
    post,
    reverse,
)

# The first instant of 2027 in Helsinki; in London it is still 2026.
NEW_YEAR = datetime(2026, 12, 31, 22, 0, tzinfo=UTC)
NEW_YEARS_EVE, NEW_YEARS_DAY = date(2026, 12, 31), date(2027, 1, 1)

TREASURY = AccountSpec("cash:treasury", Kind.ASSET, Fund.PUBLIC)
STATE = AccountSpec("cash:state", Kind.EQUITY, Fund.PUBLIC)
SMALL = AccountSpec("cash:grants:82300:small", Kind.EXPENSE, Fund.PUBLIC, None)
STRONG = AccountSpec("cash:grants:82300:strong", Kind.EXPENSE, Fund.PUBLIC, None)
BANK = AccountSpec("cash:bank", Kind.ASSET, Fund.PRIVATE)
DONATED = AccountSpec("cash:donated", Kind.INCOME, Fund.PRIVATE)
KRONOR = AccountSpec("cash:kronor", Kind.ASSET, Fund.PRIVATE, None, "SEK")
DONATED_KRONOR = AccountSpec("cash:donated:sek", Kind.INCOME, Fund.PRIVATE, None, "SEK")
MADE = AccountSpec("pledges:made:cmp_01", Kind.INCOME, Fund.PRIVATE)
OPEN = AccountSpec("pledges:open:cmp_01", Kind.ASSET, Fund.PRIVATE)


@pytest.fixture
def books(database):
    """A year in which EUR 8,000 of public money were granted and EUR 300 were donated."""
    specs = (TREASURY, STATE, SMALL, STRONG, BANK, DONATED, MADE, OPEN)
    open_accounts(database, *specs)
    for key, debit, credit, amount, day in (
        ("appropriated", TREASURY, STATE, "10000.00", date(2026, 2, 1)),
        ("small", SMALL, TREASURY, "5000.00", date(2026, 6, 1)),
        ("strong", STRONG, TREASURY, "3000.00", NEW_YEARS_EVE),
        ("donated", BANK, DONATED, "300.00", date(2026, 7, 1)),
        ("pledged", OPEN, MADE, "70.00", date(2026, 7, 1)),
        ("next year", SMALL, TREASURY, "400.00", NEW_YEARS_DAY),
    ):
        post(database, an_entry(key, (debit.code, credit.code, amount), on=day))
    return database


def close(database, year=2026, *, now=NEW_YEAR):
    with database.transaction() as session:
        return closing.close_year(session, year, now=now)


def move(database, target, last_on=NEW_YEARS_EVE):
    with database.transaction() as session:
        periods.move_period(session, target, last_on=last_on, now=NEW_YEAR)


def test_the_result_of_each_fund_becomes_equity_and_the_new_year_begins_at_nought(books):
    closed = close(books)

    assert closed == ClosedYear("ent_000000000007", 3)
    assert balances_of(
        books,
        SMALL.code,
        STRONG.code,
        DONATED.code,
        "cash:carried:public",
        "cash:carried:private",
        MADE.code,
    ) == {
        SMALL.code: "400.00",  # What was granted in the new year.
        STRONG.code: "0.00",
        DONATED.code: "0.00",
        "cash:carried:public": "-8000.00",
        "cash:carried:private": "300.00",
        MADE.code: "70.00",  # A campaign is not told by years.
    }
    assert_in_balance(books)


def test_the_books_of_the_year_itself_still_tell_its_result(books):
    close(books)

    with books.reading() as session:
        lines = queries.trial_balance(session, on=NEW_YEARS_EVE)
    found = {line.account: line.balance_cents for line in lines}
    assert (found[SMALL.code], found[STRONG.code], found[DONATED.code]) == (500000, 300000, -30000)
    assert found["cash:carried:public"] == 0


def test_nothing_is_booked_into_a_year_that_is_closed(books):
    close(books)

    with pytest.raises(PeriodClosedError):
        post(books, an_entry("late", (SMALL.code, TREASURY.code, "1.00"), on=NEW_YEARS_EVE))


def test_closing_a_year_twice_carries_nothing_twice(books):
    close(books)

    assert close(books) == ClosedYear(None, 0)


def test_what_came_late_into_a_reopened_year_is_carried_when_it_is_closed_again(books):
    close(books)
    move(books, PeriodStatus.OPEN)
    late = post(books, an_entry("late", (SMALL.code, TREASURY.code, "100.00"), on=NEW_YEARS_EVE))
    assert close(books).carried == 1
    assert balances_of(books, "cash:carried:public") == {"cash:carried:public": "-8100.00"}

    move(books, PeriodStatus.OPEN)
    reverse(books, late, on=NEW_YEARS_EVE)
    assert close(books).carried == 1

    assert balances_of(books, "cash:carried:public", SMALL.code) == {
        "cash:carried:public": "-8000.00",
        SMALL.code: "400.00",
    }
    assert_in_balance(books)


def test_a_payment_of_a_closed_year_that_comes_back_lowers_the_expense_of_the_new_one(books):
    paid = post(books, an_entry("paid", (STRONG.code, TREASURY.code, "50.00"), on=NEW_YEARS_EVE))
    close(books)

    reverse(books, paid, on=NEW_YEARS_DAY)

    assert balances_of(books, STRONG.code) == {STRONG.code: "-50.00"}


def test_the_year_after_is_closed_in_its_turn(books):
    close(books)

    assert close(books, 2027, now=datetime(2028, 1, 1, 12, 0, tzinfo=UTC)).carried == 1
    assert balances_of(books, "cash:carried:public", SMALL.code) == {
        "cash:carried:public": "-8400.00",
        SMALL.code: "0.00",
    }


def test_months_that_were_closed_before_are_kept_and_the_gaps_between_them_filled(books):
    with books.transaction() as session:
        for month, last in ((3, 31), (6, 30)):
            first_on, last_on = date(2026, month, 1), date(2026, month, last)
            periods.open_period(session, first_on=first_on, last_on=last_on, now=NEW_YEAR)
    move(books, PeriodStatus.CLOSED, date(2026, 3, 31))
    move(books, PeriodStatus.LOCKED, date(2026, 3, 31))

    close(books)

    with books.reading() as session:
        days = [date(2026, month, 15) for month in range(1, 13)]
        found = [periods.status_on(session, day) for day in days]
        assert periods.status_on(session, NEW_YEARS_DAY) is PeriodStatus.OPEN
    assert found == ["closed", "closed", "locked", *["closed"] * 9]


def test_a_period_over_the_turn_of_the_year_is_named(books):
    with books.transaction() as session:
        first_on, last_on = date(2026, 12, 1), date(2027, 1, 31)
        periods.open_period(session, first_on=first_on, last_on=last_on, now=NEW_YEAR)

    with pytest.raises(PeriodOverlapError) as refusal:
        close(books)

    assert refusal.value.details == {"first_on": first_on, "last_on": last_on}


def test_a_year_is_not_closed_before_it_is_over_in_helsinki(books):
    with pytest.raises(YearNotOverError) as refusal:
        close(books, now=datetime(2026, 12, 31, 21, 59, tzinfo=UTC))

    assert refusal.value.details == {"year": 2026}


def test_each_currency_is_carried_by_itself(books):
    open_accounts(books, KRONOR, DONATED_KRONOR)
    krona = an_entry("sek", (KRONOR.code, DONATED_KRONOR.code, "9.00"), currency="SEK")
    post(books, krona)

    close(books)

    assert balances_of(books, DONATED_KRONOR.code)[DONATED_KRONOR.code].startswith("0.00")
    with books.reading() as session:
        assert str(queries.balance(session, "cash:carried:private:sek")) == "9.00 SEK"


def test_a_year_in_which_nothing_happened_is_closed_too(database):
    assert close(database) == ClosedYear(None, 0)
    with database.reading() as session:
        assert periods.status_on(session, date(2026, 5, 1)) is PeriodStatus.CLOSED
