"""What moved between groups of accounts, as a drawing of flows needs it."""

from datetime import date

import pytest

from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.flows import Flow, flows
from grantengine.money import Money, eur
from tests.support.ledger import (
    JAR,
    POT,
    SOURCE,
    a_filled_pot,
    an_entry,
    open_accounts,
    post,
    reverse,
)

LID = AccountSpec("cash:jar:lid", Kind.ASSET, Fund.PUBLIC)
KRONOR = [
    AccountSpec(f"cash:{n}:sek", Kind.ASSET, Fund.PUBLIC, None, "SEK") for n in ("pot", "jar")
]
GROUPS = {"pots": ["cash:pot"], "jars": ["cash:jar"], "sources": [Kind.EQUITY]}
OCTOBER = date(2026, 10, 1)


@pytest.fixture
def books(database):
    """Money from the source into the pot, from there into the jar and its lid, and some back."""
    a_filled_pot(database, "100.00")
    open_accounts(database, LID, *KRONOR)
    post(database, an_entry("a", (JAR.code, POT.code, "10.00"), (LID.code, JAR.code, "4.00")))
    post(database, an_entry("b", (LID.code, POT.code, "5.00"), on=OCTOBER))
    reverse(database, post(database, an_entry("c", (JAR.code, POT.code, "1.00"))), on=OCTOBER)
    krona = (KRONOR[1].code, KRONOR[0].code, "7.00")
    post(database, an_entry("sek", krona, currency="SEK"))
    return database


def flows_of(database, groups=GROUPS, **span):
    with database.reading() as session:
        return flows(session, groups, **span)


def test_flows_add_up_by_group_and_currency_and_leave_out_what_stays_in_one(books):
    assert flows_of(books) == [
        Flow("jars", "pots", eur("16.00")),
        Flow("jars", "pots", Money(700, "SEK")),
        Flow("pots", "jars", eur("1.00")),
        Flow("pots", "sources", eur("100.00")),
    ]


def test_flows_of_some_days(books):
    assert flows_of(books, from_on=OCTOBER) == [
        Flow("jars", "pots", eur("5.00")),
        Flow("pots", "jars", eur("1.00")),
    ]
    assert flows_of(books, to_on=date(2026, 9, 1)) == []


def test_an_account_of_two_groups_counts_to_the_first(books):
    groups = {"lid": ["cash:jar:lid"], "jar": ["cash:jar"]}

    assert flows_of(books, groups) == [Flow("lid", "jar", eur("4.00"))]


def test_between_no_groups_nothing_flows(books):
    assert flows_of(books, {"nowhere": ["cash:nowhere"], "'quoted'": [Kind.INCOME]}) == []


def test_what_came_from_the_source_went_into_the_pot(books):
    groups = {"source": [SOURCE.code], "pot": [POT.code]}

    assert flows_of(books, groups) == [Flow("pot", "source", eur("100.00"))]
