"""All-or-nothing: cards are charged at the deadline, tried again for a week, then dropped."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from grantengine.campaigns import checkout, new_cards
from grantengine.campaigns.errors import CardDeclinedError
from grantengine.campaigns.lifecycle import CampaignKind, CampaignStatus, ChargeStatus, PledgeStatus
from grantengine.campaigns.models import Charge
from grantengine.money import eur
from tests.support.campaigns import (
    ASKS_WHEN_CHARGED,
    DECLINED_WHEN_CHARGED,
    DECLINED_WHEN_SAVED,
    GOOD_CARD,
)

LATER = CampaignKind.ALL_OR_NOTHING


@pytest.fixture
def campaign(till):
    """A campaign that one good card alone has brought to its goal."""
    campaign = till.open(kind=LATER)
    till.pledge(campaign, "500", GOOD_CARD)
    return campaign


def attempts(till, pledge):
    query = sa.select(Charge.prepared_at, Charge.due_at, Charge.status).order_by(Charge.attempt)
    with till.database.reading() as session:
        return session.execute(query.where(Charge.pledge_id == pledge.id)).all()


def test_declined_card_is_tried_four_times_two_days_apart(till, campaign):
    pledge = till.pledge(campaign, "50", DECLINED_WHEN_CHARGED, email="eero@example.fi")

    status = till.settle_for_a_week(campaign)

    tries = attempts(till, pledge)
    waits = [each.due_at - each.prepared_at for each in tries[1:]]
    assert status is CampaignStatus.SETTLED
    assert waits == [timedelta(hours=48)] * 3
    assert {each.status for each in tries} == {ChargeStatus.DECLINED}
    assert till.status(pledge) is PledgeStatus.CHARGE_FAILED
    assert till.totals(campaign).matched == eur("500")
    assert till.is_clean()


def test_pledge_counts_while_its_card_is_tried_again(till, campaign):
    till.pledge(campaign, "50", DECLINED_WHEN_CHARGED, email="eero@example.fi")

    assert till.settle(campaign) is CampaignStatus.FUNDED
    assert till.totals(campaign).pledged == eur("550")


def test_backer_gives_another_card_and_the_campaign_ends(till, campaign):
    pledge = till.pledge(campaign, "50", DECLINED_WHEN_CHARGED, email="eero@example.fi")
    till.settle(campaign)

    changed = new_cards.change_card(till.database, till.gateway, till.clock, pledge, card=GOOD_CARD)

    assert changed.status == PledgeStatus.COLLECTED
    assert till.settle(campaign) is CampaignStatus.SETTLED
    assert till.is_clean()


def test_card_that_is_not_accepted_leaves_the_old_one(till, campaign):
    pledge = till.pledge(campaign, "50", DECLINED_WHEN_CHARGED, email="eero@example.fi")
    till.settle(campaign)

    with pytest.raises(CardDeclinedError):
        new_cards.change_card(
            till.database, till.gateway, till.clock, pledge, card=DECLINED_WHEN_SAVED
        )

    assert till.status(pledge) is PledgeStatus.STANDING


def test_bank_that_wants_to_see_the_backer_is_waited_for(till, campaign):
    pledge = till.pledge(campaign, "50", ASKS_WHEN_CHARGED, email="eero@example.fi")
    assert till.settle(campaign) is CampaignStatus.FUNDED

    checkout.finish_pledge(till.database, till.gateway, till.clock, pledge)

    assert till.settle(campaign) is CampaignStatus.SETTLED
    assert till.totals(campaign).collected == eur("550")
    assert till.is_clean()


def test_backer_who_never_goes_to_the_bank_is_dropped_in_the_end(till, campaign):
    pledge = till.pledge(campaign, "50", ASKS_WHEN_CHARGED, email="eero@example.fi")

    status = till.settle_for_a_week(campaign)

    assert status is CampaignStatus.SETTLED
    assert till.status(pledge) is PledgeStatus.CHARGE_FAILED
    assert till.is_clean()
