"""The general ledger reads like the book it is named for: by account, by day, with its balance."""

from datetime import date

import pytest

from grantengine.ledger import general
from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from tests.support.ledger import JAR, POT, SOURCE, a_filled_pot, an_entry, open_accounts, post

OWED = AccountSpec("cash:pot:owed", Kind.LIABILITY, Fund.PUBLIC)
BESIDE = AccountSpec("cash:pots", Kind.ASSET, Fund.PUBLIC)
AUGUST, SEPTEMBER, OCTOBER = date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 1)


@pytest.fixture
def books(database):
    """A pot that was filled on 16 September, spent from before and after, booked out of order."""
    a_filled_pot(database, "100.00")
    open_accounts(database, OWED, BESIDE)
    for key, debit, credit, amount, day in (
        ("october", JAR, POT, "3.00", OCTOBER),
        ("september", JAR, POT, "2.00", SEPTEMBER),
        ("august", SOURCE, OWED, "1.00", AUGUST),
        ("back", POT, JAR, "0.50", OCTOBER),
    ):
        post(database, an_entry(key, (debit.code, credit.code, amount), on=day, kind=key))
    return database


def read(database, prefix="", **span):
    """Read the book: for each account its opening balance, and its movements as tuples."""
    with database.reading() as session:
        return {
            books.account.code: [
                str(books.opening),
                *(row_of(line) for line in books.movements),
            ]
            for books in general.general_ledger(session, prefix, **span)
        }


def row_of(line):
    amounts = (line.debit_cents, line.credit_cents, str(line.balance))
    return (line.kind, line.other_account, *amounts)


def test_every_account_tells_what_happened_on_it_in_the_order_of_the_days(books):
    assert read(books) == {
        "cash:jar": [
            "0.00 EUR",
            ("september", "cash:pot", 200, 0, "2.00 EUR"),
            ("october", "cash:pot", 300, 0, "5.00 EUR"),
            ("back", "cash:pot", 0, 50, "4.50 EUR"),
        ],
        "cash:pot": [
            "0.00 EUR",
            ("filled", "cash:source", 10000, 0, "100.00 EUR"),
            ("september", "cash:jar", 0, 200, "98.00 EUR"),
            ("october", "cash:jar", 0, 300, "95.00 EUR"),
            ("back", "cash:jar", 50, 0, "95.50 EUR"),
        ],
        "cash:pot:owed": ["0.00 EUR", ("august", "cash:source", 0, 100, "1.00 EUR")],
        "cash:pots": ["0.00 EUR"],
        "cash:source": [
            "0.00 EUR",
            ("august", "cash:pot:owed", 100, 0, "-1.00 EUR"),
            ("filled", "cash:pot", 0, 10000, "99.00 EUR"),
        ],
    }


def test_a_span_of_days_begins_with_what_was_there_before(books):
    september = read(books, from_on=date(2026, 9, 1), to_on=SEPTEMBER)

    assert september["cash:source"][0] == "-1.00 EUR"
    assert september["cash:pot:owed"] == ["1.00 EUR"]
    assert [line[0] for line in september["cash:pot"][1:]] == ["filled", "september"]
    assert read(books, "cash:jar", from_on=OCTOBER)["cash:jar"][0] == "2.00 EUR"


def test_an_account_range_is_an_account_and_what_is_below_it_and_nothing_beside(books):
    assert list(read(books, "cash:pot")) == ["cash:pot", "cash:pot:owed"]
    assert read(books, "cash:nowhere") == {}


def test_who_skips_the_movements_of_an_account_still_gets_those_of_the_next(books):
    with books.reading() as session:
        found = [each.account.code for each in general.general_ledger(session)]
        lines = [
            len(list(each.movements))
            for each in general.general_ledger(session)
            if each.account.code == "cash:source"
        ]

    assert found == ["cash:jar", "cash:pot", "cash:pot:owed", "cash:pots", "cash:source"]
    assert lines == [2]
