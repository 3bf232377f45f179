"""Rewards: sold at their price, as long as there are any, and back in stock with their pledge."""

from collections import Counter
from datetime import timedelta

import pytest
import sqlalchemy as sa

from grantengine.campaigns import pledging, rewards
from grantengine.campaigns.content_models import Reward
from grantengine.campaigns.errors import (
    CardDeclinedError,
    RewardNotOfferedError,
    RewardPriceError,
    RewardSoldOutError,
)
from grantengine.campaigns.lifecycle import CampaignKind, PledgeStatus
from grantengine.campaigns.models import Pledge
from grantengine.errors import InvalidInputError
from grantengine.money import eur
from tests.support.campaigns import (
    ASKS_FOR_AUTHENTICATION,
    DECLINED_WHEN_CHARGED,
    DECLINED_WHEN_SAVED,
    a_campaign,
    a_pledge,
    a_reward_plan,
    in_transaction,
)
from tests.support.threads import outcomes_of

TWO_LOAVES = {"price": eur("20"), "stock": 2}


def selling(database, clock, *plans, **changes):
    """Open a campaign that sells; give it and the ids of its rewards, the cheapest first."""
    plans = plans or (a_reward_plan(now=clock.now(), **TWO_LOAVES),)
    campaign = in_transaction(database, a_campaign, now=clock.now(), rewards=plans, **changes)
    with database.reading() as session:
        return campaign, [each.id for each in rewards.rewards_of(session, campaign.id)]


def taken(database, reward_id):
    with database.reading() as session:
        return session.execute(sa.select(Reward.taken).where(Reward.id == reward_id)).scalar_one()


def test_pledge_takes_its_reward_out_of_stock(database, clock):
    campaign, [loaf] = selling(database, clock)

    pledge = a_pledge(database, clock, campaign, "25", reward_id=loaf)

    assert (pledge.status, pledge.reward_id) == (PledgeStatus.STANDING, loaf)
    assert taken(database, loaf) == 1


def test_pledge_below_the_price_is_refused(database, clock):
    campaign, [loaf] = selling(database, clock)

    with pytest.raises(RewardPriceError) as refused:
        a_pledge(database, clock, campaign, "19.99", reward_id=loaf)

    assert refused.value.details["price"] == "20.00"
    assert taken(database, loaf) == 0


def test_last_piece_goes_once(database, clock):
    campaign, [loaf] = selling(database, clock)
    for _ in range(2):
        a_pledge(database, clock, campaign, "20", reward_id=loaf)

    with pytest.raises(RewardSoldOutError):
        a_pledge(database, clock, campaign, "20", reward_id=loaf)

    assert taken(database, loaf) == 2


def test_reward_of_another_campaign_is_refused(database, clock):
    campaign, _ = selling(database, clock)
    _, [other] = selling(database, clock)

    for unknown in (other, "rwd_none"):
        with pytest.raises(RewardNotOfferedError):
            a_pledge(database, clock, campaign, "20", reward_id=unknown)


def test_withdrawn_pledge_puts_its_reward_back(database, clock):
    campaign, [loaf] = selling(database, clock)
    pledge = a_pledge(database, clock, campaign, "20", reward_id=loaf)

    for _ in range(2):
        with database.transaction() as session:
            pledging.withdraw_pledge(session, pledge.id, now=clock.now())

    assert taken(database, loaf) == 0


@pytest.mark.parametrize("kind", CampaignKind)
def test_card_that_is_not_accepted_holds_no_reward(database, clock, kind):
    campaign, [loaf] = selling(database, clock, kind=kind)
    card = {
        CampaignKind.ALL_OR_NOTHING: DECLINED_WHEN_SAVED,
        CampaignKind.KEEP_IT_ALL: DECLINED_WHEN_CHARGED,
    }[kind]

    with pytest.raises(CardDeclinedError):
        a_pledge(database, clock, campaign, "20", reward_id=loaf, card=card)

    assert taken(database, loaf) == 0


def test_backer_at_the_bank_holds_no_reward_yet(database, clock):
    campaign, [loaf] = selling(database, clock)

    a_pledge(database, clock, campaign, "20", reward_id=loaf, card=ASKS_FOR_AUTHENTICATION)

    assert taken(database, loaf) == 0


def test_pledge_that_counts_again_takes_its_reward_again_or_goes_without(database, clock):
    campaign, [loaf] = selling(database, clock)
    pledges = [a_pledge(database, clock, campaign, "20", reward_id=loaf) for _ in range(2)]
    with database.transaction() as session:
        for pledge in pledges:
            rewards.give_back(session, session.get_one(Pledge, pledge.id))
    a_pledge(database, clock, campaign, "20", reward_id=loaf)

    with database.transaction() as session:
        again = [session.get_one(Pledge, pledge.id) for pledge in pledges]
        for pledge in again:
            rewards.take_again(session, pledge)

    assert [pledge.reward_id for pledge in again] == [loaf, None]
    assert taken(database, loaf) == 2


def test_many_at_once_take_the_last_pieces_exactly(postgresql_database, clock):
    database = postgresql_database
    plan = a_reward_plan(now=clock.now(), price=eur("10"), stock=7)
    campaign, [loaf] = selling(database, clock, plan)

    outcomes = outcomes_of(
        *(
            lambda number=number: a_pledge(
                database, clock, campaign, "10", email=f"b{number}@example.fi", reward_id=loaf
            )
            for number in range(20)
        )
    )

    assert Counter(type(each).__name__ for each in outcomes) == {
        "Pledge": 7,
        "RewardSoldOutError": 13,
    }
    assert taken(database, loaf) == 7


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"price": eur("0.99")}, "price"),
        ({"price": eur("20000.01")}, "price"),
        ({"vat_rate_bps": 1234}, "vat_rate_bps"),
        ({"stock": 0}, "stock"),
        ({"stock": -1}, "stock"),
        ({"stock": 100_001}, "stock"),
        ({"delivered_on": "today"}, "delivered_on"),
    ],
)
def test_reward_that_cannot_be_sold_is_refused(database, clock, changes, field):
    if changes.get("delivered_on"):
        changes = {"delivered_on": clock.now().date() - timedelta(days=1)}

    with pytest.raises(InvalidInputError) as refused:
        selling(database, clock, a_reward_plan(now=clock.now(), **changes))

    assert refused.value.details["field"] == field
