"""Many backers at once: not a cent over, and nobody waits for ever."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from grantengine.campaigns import queries, settlement
from grantengine.campaigns.errors import CollectionCeilingError
from grantengine.campaigns.lifecycle import CampaignStatus, LegalKind
from grantengine.campaigns.matching.terms import MatchKind
from grantengine.db import Database
from grantengine.ledger import audit
from grantengine.ledger import queries as ledger
from grantengine.money import eur, total
from tests.support.campaigns import (
    KillableGateway,
    a_campaign,
    a_pledge,
    a_programme,
    a_rule,
    an_experiment,
    in_transaction,
)

CLIENTS = 12


def at_once(function, jobs):
    """Run a function for each job, twelve at a time, and give the results or the errors."""
    with ThreadPoolExecutor(CLIENTS) as pool:
        futures = [pool.submit(function, job) for job in jobs]
        return [future.exception() or future.result() for future in futures]


def test_last_hundred_euros_of_the_pot_are_given_to_the_cent(postgresql_database, clock):
    database = postgresql_database
    with database.transaction() as session:
        a_programme(session, now=clock.now(), pot=eur("100"))
        a_rule(session, now=clock.now())
        campaigns = [
            a_campaign(session, now=clock.now(), experiment=an_experiment(session, now=clock.now()))
            for _ in range(3)
        ]

    at_once(
        lambda number: a_pledge(
            database,
            clock,
            campaigns[number % 3],
            "7.77",
            email=f"backer{number}@example.fi",
        ),
        range(60),
    )

    with database.reading() as session:
        sums = queries.totals_of(session, [each.id for each in campaigns]).values()
        assert total(each.pledged for each in sums) == eur("7.77") * 60
        assert total(each.matched for each in sums) == eur("100")
        assert ledger.balance(session, "budget:match:available") == eur("0")
        assert audit.verify(session).is_clean


@pytest.mark.parametrize("level", ["read committed", "repeatable read", "serializable"])
def test_pot_is_never_overdrawn_at_any_isolation(postgresql_database, clock, level):
    with postgresql_database.transaction() as session:
        a_programme(session, now=clock.now(), pot=eur("100"))
        a_rule(session, now=clock.now())
        campaigns = [
            a_campaign(session, now=clock.now(), experiment=an_experiment(session, now=clock.now()))
            for _ in range(4)
        ]
    option = f"-c default_transaction_isolation={level.replace(' ', chr(92) + ' ')}"
    url = postgresql_database.engine.url.update_query_dict({"options": option})
    strict = Database(url.render_as_string(hide_password=False))

    results = at_once(
        lambda number: a_pledge(
            strict, clock, campaigns[number % 4], "17", email=f"backer{number}@example.fi"
        ),
        range(24),
    )
    strict.dispose()

    # Strictly isolated, some are undone by others and have to come again.
    failed = [each for each in results if isinstance(each, Exception)]
    with postgresql_database.reading() as session:
        sums = queries.totals_of(session, [each.id for each in campaigns]).values()
        left = ledger.balance(session, "budget:match:available")
        assert left >= eur("0")
        assert left + total(each.matched for each in sums) == eur("100")
        assert total(each.pledged for each in sums) == eur("17") * (24 - len(failed))
        assert audit.verify(session).is_clean


def test_cap_on_all_that_a_backer_draws_holds_across_campaigns_at_once(postgresql_database, clock):
    database = postgresql_database
    with database.transaction() as session:
        a_rule(session, now=clock.now(), cap_per_backer=eur("50"))
        campaigns = [
            a_campaign(session, now=clock.now(), experiment=an_experiment(session, now=clock.now()))
            for _ in range(CLIENTS)
        ]

    at_once(lambda campaign: a_pledge(database, clock, campaign, "20"), campaigns)

    with database.reading() as session:
        sums = queries.totals_of(session, [each.id for each in campaigns]).values()
    assert total(each.pledged for each in sums) == eur("20") * CLIENTS
    assert total(each.matched for each in sums) == eur("50")


def test_several_settlers_at_once_reckon_a_round_once(postgresql_database, clock):
    database = postgresql_database
    end = clock.now() + timedelta(days=30)
    with database.transaction() as session:
        a_programme(session, now=clock.now(), pot=eur("100"))
        a_rule(session, now=clock.now(), kind=MatchKind.ROUND, ends_at=end)
        campaigns = [
            a_campaign(
                session,
                now=clock.now(),
                experiment=an_experiment(session, now=clock.now()),
                goal=eur("10"),
            )
            for _ in range(3)
        ]
    for campaign in campaigns:
        a_pledge(database, clock, campaign, "50")
    clock.set_to(end)
    gateway = KillableGateway()

    for _ in range(2):  # Whoever came before the last campaign's charges comes again.
        at_once(
            lambda campaign: settlement.settle_campaign(database, gateway, clock, campaign.id),
            campaigns * 3,
        )

    with database.reading() as session:
        sums = queries.totals_of(session, [each.id for each in campaigns]).values()
        assert sorted(str(each.matched) for each in sums) == ["33.33 EUR", "33.33 EUR", "33.34 EUR"]
        assert queries.campaigns_to_settle(session, now=clock.now()) == []
        assert audit.verify(session).is_clean


def test_last_hundred_euros_of_a_collection_are_taken_to_the_cent(postgresql_database, clock):
    database = postgresql_database
    collection = in_transaction(
        database,
        a_campaign,
        now=clock.now(),
        legal_kind=LegalKind.SMALL_SCALE_COLLECTION,
        legal_number="RA/2026/1",
    )
    a_pledge(database, clock, collection, "9900")

    results = at_once(
        lambda number: a_pledge(
            database, clock, collection, "10", email=f"backer{number}@example.fi"
        ),
        range(40),
    )

    refused = Counter(type(each) for each in results)[CollectionCeilingError]
    assert refused == 30
    with database.reading() as session:
        assert queries.totals(session, collection.id).pledged == eur("10000")


def test_double_click_makes_one_pledge(postgresql_database, clock):
    database = postgresql_database
    campaign = in_transaction(database, a_campaign, now=clock.now())

    results = at_once(
        lambda _number: a_pledge(database, clock, campaign, "50", key="form-1"), range(CLIENTS)
    )

    assert len({pledge.id for pledge in results}) == 1
    with database.reading() as session:
        assert queries.totals(session, campaign.id).pledged == eur("50")


def test_several_settlers_at_once_charge_everybody_once(postgresql_database, clock):
    database = postgresql_database
    with database.transaction() as session:
        a_rule(session, now=clock.now(), cap_per_pledge=eur("10"))
        campaign = a_campaign(session, now=clock.now())
    for number in range(30):
        a_pledge(database, clock, campaign, "20", email=f"backer{number}@example.fi")
    clock.set_to(campaign.deadline_at)
    gateway = KillableGateway()

    results = at_once(
        lambda _number: settlement.settle_campaign(database, gateway, clock, campaign.id),
        range(4),
    )

    assert {each.status for each in results} == {CampaignStatus.SETTLED}
    assert len(gateway.charged) == 30
    with database.reading() as session:
        sums = queries.totals(session, campaign.id)
        assert audit.verify(session).is_clean
    assert (sums.collected, sums.matched) == (eur("600"), eur("300"))
