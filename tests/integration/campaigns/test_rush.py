"""Two hundred backers at the same moment, at the last hundred euros: to the cent, and nobody more."""

from contextlib import ExitStack, contextmanager
from datetime import timedelta

import pytest

from grantengine.campaigns import queries
from grantengine.campaigns.errors import CollectionCeilingError
from grantengine.campaigns.lifecycle import LegalKind
from grantengine.db import Database
from grantengine.ledger import audit
from grantengine.ledger import queries as ledger
from grantengine.money import Money, eur, total
from tests.support.campaigns import (
    a_campaign,
    a_pledge,
    a_programme,
    a_rule,
    an_experiment,
    in_transaction,
)
from tests.support.threads import outcomes_of

CLIENTS = 200
# Each has a pool of its own, as every process of a server has.
PROCESSES = 3


@contextmanager
def several(url):
    """Connect as several processes of a server do."""
    with ExitStack() as stack:
        databases = [Database(url) for _ in range(PROCESSES)]
        for database in databases:
            stack.callback(database.dispose)
        yield databases


def rush(databases, clock, campaigns, amounts):
    """Let everybody pledge at once; give what became of each."""

    def pledging(number, amount):
        return lambda: a_pledge(
            databases[number % len(databases)],
            clock,
            campaigns[number % len(campaigns)],
            amount,
            email=f"backer{number}@example.fi",
        )

    return outcomes_of(*[pledging(*each) for each in enumerate(amounts)], timeout_s=120)


@pytest.mark.slow
@pytest.mark.parametrize("campaign_count", [1, 7])
def test_last_hundred_euros_of_a_pot_are_given_to_the_cent_to_two_hundred_at_once(
    database, database_url, clock, campaign_count
):
    with database.transaction() as session:
        a_programme(session, now=clock.now(), pot=eur("100"))
        a_rule(session, now=clock.now())
        campaigns = [
            a_campaign(session, now=clock.now(), experiment=an_experiment(session, now=clock.now()))
            for _ in range(campaign_count)
        ]
    amounts = [f"{1 + number % 3}.{number % 100:02d}" for number in range(CLIENTS)]

    with several(database_url) as databases:
        outcomes = rush(databases, clock, campaigns, amounts)

    assert [each for each in outcomes if isinstance(each, BaseException)] == []
    with database.reading() as session:
        sums = queries.totals_of(session, [each.id for each in campaigns]).values()
        assert total(each.pledged for each in sums) == total(map(eur, amounts))
        assert total(each.matched for each in sums) == eur("100")
        assert ledger.balance(session, "budget:match:available") == Money(0)
        assert audit.verify(session).is_clean


@pytest.mark.slow
def test_last_hundred_euros_of_a_collection_are_taken_to_the_cent_from_two_hundred_at_once(
    database, database_url, clock
):
    collection = in_transaction(
        database,
        a_campaign,
        now=clock.now(),
        deadline_at=clock.now() + timedelta(days=30),
        legal_kind=LegalKind.SMALL_SCALE_COLLECTION,
        legal_number="RA/2026/1",
    )
    a_pledge(database, clock, collection, "9900")

    with several(database_url) as databases:
        outcomes = rush(databases, clock, [collection], ["1.10"] * CLIENTS)

    refused = [each for each in outcomes if isinstance(each, BaseException)]
    assert {type(each) for each in refused} == {CollectionCeilingError}
    # Ninety fit; a euro is left, and whoever was refused was told of less than was wanted.
    assert len(refused) == CLIENTS - 90
    assert all(each.details["left_cents"] < 110 for each in refused)
    with database.reading() as session:
        assert queries.totals(session, collection.id).pledged == eur("9999")
        assert audit.verify(session).is_clean

    assert a_pledge(database, clock, collection, "1").status == "standing"
