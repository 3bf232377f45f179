"""Rules reckoned at the close, through real settlements on both databases."""

from datetime import timedelta
from fractions import Fraction

import pytest
import sqlalchemy as sa

from grantengine.campaigns import match_queries, queries, settlement
from grantengine.campaigns.lifecycle import CampaignStatus
from grantengine.campaigns.match_models import CampaignMatch
from grantengine.campaigns.matching.presets import PRESETS
from grantengine.campaigns.matching.terms import MatchKind
from grantengine.campaigns.models import Pledge
from grantengine.ledger import audit
from grantengine.ledger import queries as ledger
from grantengine.money import eur, total
from grantengine.web.gateways.sandbox import SandboxGateway
from tests.support.campaigns import (
    DECLINED_WHEN_CHARGED,
    a_campaign,
    a_pledge,
    a_programme,
    a_rule,
    an_experiment,
)


@pytest.fixture
def world(database, clock):
    """A programme with EUR 1,000 in its match pot, and a way to make campaigns in it."""
    with database.transaction() as session:
        a_programme(session, now=clock.now(), pot=eur("1000"))

    def campaign(**changes):
        with database.transaction() as session:
            experiment = an_experiment(session, now=clock.now())
            return a_campaign(session, now=clock.now(), experiment=experiment, **changes)

    return campaign


def adopt(database, clock, **terms):
    with database.transaction() as session:
        return a_rule(session, now=clock.now(), **terms)


def adopt_preset(database, clock, name, **changes):
    terms = PRESETS[name]
    fields = {field: getattr(terms, field) for field in terms.__slots__}
    return adopt(database, clock, **(fields | changes))


def settle(database, clock, campaign):
    """Settle until every retry of a declined card is over."""
    gateway = SandboxGateway()
    clock.set_to(max(campaign.deadline_at, clock.now()))
    settled = settlement.settle_campaign(database, gateway, clock, campaign.id)
    while settled.waiting:
        clock.advance(timedelta(days=2))
        settled = settlement.settle_campaign(database, gateway, clock, campaign.id)
    return settled.status


def totals(database, campaign):
    with database.reading() as session:
        assert audit.verify(session).findings == []
        found = queries.totals(session, campaign.id)
        kept = session.scalars(sa.select(Pledge).where(Pledge.campaign_id == campaign.id)).all()
        collected = [each.matched for each in kept if each.status == "collected"]
        assert total(collected) == found.matched
    return found


def pot(database):
    with database.reading() as session:
        return ledger.balance(session, "budget:match:available")


def test_city_pays_the_rest_of_a_goal_that_is_nearly_reached(database, clock, world):
    adopt_preset(database, clock, "tampere-2020")
    campaign = world(goal=eur("500"))
    a_pledge(database, clock, campaign, "200", email="aino@example.fi")
    a_pledge(database, clock, campaign, "110", email="elli@example.fi")

    assert settle(database, clock, campaign) is CampaignStatus.SETTLED

    found = totals(database, campaign)
    assert (found.collected, found.matched) == (eur("310"), eur("190"))
    assert pot(database) == eur("810")


def test_goal_that_not_even_the_top_up_reaches_is_missed_and_nothing_is_kept(
    database, clock, world
):
    adopt_preset(database, clock, "tampere-2020")
    campaign = world(goal=eur("500"))
    a_pledge(database, clock, campaign, "299.99")

    assert settle(database, clock, campaign) is CampaignStatus.SETTLED

    assert totals(database, campaign).matched == eur("0")
    assert pot(database) == eur("1000")


def test_declined_card_that_takes_the_goal_below_the_threshold_takes_the_top_up(
    database, clock, world
):
    adopt_preset(database, clock, "tampere-2020")
    campaign = world(goal=eur("500"))
    a_pledge(database, clock, campaign, "290", email="aino@example.fi")
    a_pledge(database, clock, campaign, "20", email="e@example.fi", card=DECLINED_WHEN_CHARGED)

    assert settle(database, clock, campaign) is CampaignStatus.SETTLED

    found = totals(database, campaign)
    assert (found.collected, found.matched) == (eur("290"), eur("0"))
    assert pot(database) == eur("1000")


def test_nobody_could_be_charged_and_the_top_up_goes_back(database, clock, world):
    adopt(database, clock, kind=MatchKind.TOPUP)
    campaign = world(goal=eur("500"))
    a_pledge(database, clock, campaign, "400", card=DECLINED_WHEN_CHARGED)

    assert settle(database, clock, campaign) is CampaignStatus.SETTLED

    assert pot(database) == eur("1000")


def test_top_up_that_was_in_force_when_the_campaign_opened_decides(database, clock, world):
    adopt_preset(database, clock, "jyvaskyla")
    campaign = world(goal=eur("500"))
    clock.advance(timedelta(days=1))
    adopt(database, clock, kind=MatchKind.TOPUP, threshold=Fraction(99, 100))
    a_pledge(database, clock, campaign, "250")

    settle(database, clock, campaign)

    assert totals(database, campaign).matched == eur("250")


def test_round_shares_a_short_pot_in_proportion_when_its_last_campaign_has_ended(
    database, clock, world
):
    end = clock.now() + timedelta(days=30)
    adopt(database, clock, kind=MatchKind.ROUND, ends_at=end)
    early = world(goal=eur("500"), deadline_at=end - timedelta(days=10))
    late = world(goal=eur("500"), deadline_at=end)
    a_pledge(database, clock, early, "600", email="aino@example.fi")
    a_pledge(database, clock, late, "1400", email="elli@example.fi")

    # The first has its money, but waits for what the round will give.
    assert settle(database, clock, early) is CampaignStatus.FUNDED
    assert totals(database, early).matched == eur("0")
    assert settle(database, clock, late) is CampaignStatus.SETTLED
    assert settle(database, clock, early) is CampaignStatus.SETTLED

    assert totals(database, early).matched == eur("300")
    assert totals(database, late).matched == eur("700")
    assert pot(database) == eur("0")


def test_pledge_before_the_round_began_counts_for_nothing_in_it(database, clock, world):
    end = clock.now() + timedelta(days=30)
    campaign = world(goal=eur("500"), deadline_at=end)
    a_pledge(database, clock, campaign, "400", email="aino@example.fi")
    clock.advance(timedelta(days=1))
    adopt(database, clock, kind=MatchKind.ROUND, ends_at=end)
    a_pledge(database, clock, campaign, "100", email="elli@example.fi")

    settle(database, clock, campaign)

    assert totals(database, campaign).matched == eur("100")


def test_quadratic_round_tells_each_campaign_and_pledge_how_it_came_about(database, clock, world):
    end = clock.now() + timedelta(days=30)
    adopt(database, clock, kind=MatchKind.QUADRATIC, ends_at=end)
    campaign = world(goal=eur("10"), deadline_at=end)
    for number in range(4):
        a_pledge(database, clock, campaign, "9", email=f"backer{number}@example.fi")

    settle(database, clock, campaign)

    # (4 times the root of 9) squared is 144, less 36.
    assert totals(database, campaign).matched == eur("108")
    with database.reading() as session:
        [row] = match_queries.matches_of_campaign(session, campaign.id)
        [pledge, *_others] = session.scalars(sa.select(Pledge)).all()
        assert [step["name"] for step in row.trace] == ["pledged", "squares", "pot"]
        assert pledge.matched == eur("27")
        assert pledge.matches[0].trace[-1] == {
            "name": "own_part",
            "limit": None,
            "cents": 2_700,
            "bit": False,
        }


def test_settling_again_gives_nothing_twice(database, clock, world):
    end = clock.now() + timedelta(days=30)
    adopt(database, clock, kind=MatchKind.ROUND, ends_at=end)
    adopt_preset(database, clock, "jyvaskyla", code="city")
    campaign = world(goal=eur("500"), deadline_at=end)
    a_pledge(database, clock, campaign, "300")
    settle(database, clock, campaign)
    before = totals(database, campaign)

    settle(database, clock, campaign)

    assert totals(database, campaign) == before
    assert before.matched == eur("300") + eur("200")
    with database.reading() as session:
        rows = session.scalars(sa.select(CampaignMatch)).all()
    assert sorted(row.amount_cents for row in rows) == [20_000, 30_000]
