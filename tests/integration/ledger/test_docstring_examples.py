"""The examples in the docstrings do what they say, on both databases."""

import doctest

import pytest

from grantengine.ledger import audit, holds, queries, service, statements
from grantengine.ledger.entries import Transfer
from grantengine.money import eur
from grantengine.programme import bookings
from grantengine.programme.chart import PROGRAMME_ACCOUNTS, envelope_accounts, subject_accounts
from tests.support.databases import rolled_back
from tests.support.ledger import NOON, TODAY, an_entry, open_accounts, post

FUNCTIONS = [
    service.post,
    service.reverse,
    holds.hold,
    holds.capture,
    holds.release,
    queries.balance,
    statements.statement,
    queries.trial_balance,
    audit.verify,
]


@pytest.fixture
def books(database):
    """A programme of EUR 2,000,000 with two envelopes of 500,000, and one campaign's accounts."""
    envelopes = ("small", "match")
    open_accounts(database, *PROGRAMME_ACCOUNTS, *subject_accounts("match", "cmp_01"))
    open_accounts(database, *(spec for code in envelopes for spec in envelope_accounts(code)))
    post(database, bookings.appropriated(programme_id="prg", amount=eur("2000000"), on=TODAY))
    for code in envelopes:
        allotted = bookings.allotted(
            envelope_id=code, envelope=code, amount=eur("500000"), on=TODAY
        )
        post(database, allotted)
    return database


def test_each_example_does_what_it_says(books):
    pledge = an_entry(
        "pledge_made:plg_01", ("budget:match:available", "budget:match:reserved:cmp_01", "20")
    )
    names = {"pledge": pledge, "now": NOON, "today": TODAY, "eur": eur, "queries": queries}
    for function in FUNCTIONS:
        with rolled_back(books) as session:
            known = {**function.__globals__, "Transfer": Transfer, **names, "session": session}
            found = doctest.DocTestFinder(recurse=False).find(
                function, function.__name__, globs=known
            )
            (example,) = [each for each in found if each.examples]
            runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
            assert runner.run(example).failed == 0, function.__name__
