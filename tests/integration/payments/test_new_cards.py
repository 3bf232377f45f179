"""Another card for a pledge: before the deadline, at its bank, and where one was declined."""

import pytest

from grantengine.campaigns import new_cards, pledging, reconciling
from grantengine.campaigns.answers import CardFound, CardSaved
from grantengine.campaigns.errors import CardDeclinedError, PledgeNotChangeableError
from grantengine.campaigns.lifecycle import CampaignKind, CampaignStatus, PledgeStatus
from grantengine.campaigns.models import Pledge
from grantengine.money import eur
from tests.support.campaigns import (
    ASKS_FOR_AUTHENTICATION,
    ASKS_WHEN_CHARGED,
    DECLINED_WHEN_CHARGED,
    DECLINED_WHEN_SAVED,
    GOOD_CARD,
)

LATER = CampaignKind.ALL_OR_NOTHING


@pytest.fixture
def campaign(till):
    """A campaign that charges at its deadline."""
    return till.open(kind=LATER)


def change(till, pledge, card):
    return new_cards.change_card(till.database, till.gateway, till.clock, pledge, card=card)


def kept_token(till, pledge):
    with till.database.reading() as session:
        return session.get_one(Pledge, pledge.id).card_token


def test_standing_pledge_is_charged_with_the_newest_card(till, campaign):
    pledge = till.pledge(campaign, "500", DECLINED_WHEN_CHARGED)

    change(till, pledge, GOOD_CARD)

    assert till.letters_to(pledge)[-1] == "card_changed"
    assert till.settle(campaign) is CampaignStatus.SETTLED
    assert till.totals(campaign).collected == eur("500")
    assert till.is_clean()


def test_card_that_is_not_accepted_leaves_the_old_one(till, campaign):
    pledge = till.pledge(campaign, "500", GOOD_CARD)
    before = kept_token(till, pledge)

    with pytest.raises(CardDeclinedError):
        change(till, pledge, DECLINED_WHEN_SAVED)

    assert kept_token(till, pledge) == before
    assert till.status(pledge) is PledgeStatus.STANDING


def test_old_card_stays_until_the_backer_was_at_the_bank(till, campaign):
    pledge = till.pledge(campaign, "500", DECLINED_WHEN_CHARGED)
    before = kept_token(till, pledge)

    change(till, pledge, ASKS_FOR_AUTHENTICATION)
    with till.database.reading() as session:
        waiting = new_cards.awaited_card(session, session.get_one(Pledge, pledge.id))
    assert kept_token(till, pledge) == before
    for _ in range(2):
        new_cards.finish_new_card(till.database, till.gateway, till.clock, waiting.id)

    assert kept_token(till, pledge) != before
    assert till.letters_to(pledge).count("card_changed") == 1


def test_provider_tells_of_a_card_whose_holder_never_came_back_to_our_page(till, campaign):
    pledge = till.pledge(campaign, "500", DECLINED_WHEN_CHARGED)
    change(till, pledge, ASKS_FOR_AUTHENTICATION)
    with till.database.reading() as session:
        waiting = new_cards.awaited_card(session, session.get_one(Pledge, pledge.id))

    found = CardFound(waiting.id, CardSaved("whatever"))
    known = reconciling.apply(till.database, till.gateway, till.clock, [found, found])

    assert known == 2
    assert till.settle(campaign) is CampaignStatus.SETTLED


def test_pledge_withdrawn_while_its_holder_is_at_the_bank_stays_withdrawn(till, campaign):
    pledge = till.pledge(campaign, "500", GOOD_CARD)
    change(till, pledge, ASKS_FOR_AUTHENTICATION)
    with till.database.transaction() as session:
        waiting = new_cards.awaited_card(session, session.get_one(Pledge, pledge.id))
        pledging.withdraw_pledge(session, pledge.id, now=till.clock.now())

    new_cards.finish_new_card(till.database, till.gateway, till.clock, waiting.id)

    assert till.status(pledge) is PledgeStatus.WITHDRAWN
    assert till.letters_to(pledge)[-1] == "pledge_withdrawn"
    with pytest.raises(PledgeNotChangeableError):
        change(till, pledge, GOOD_CARD)


def test_backer_whom_the_bank_waits_for_may_take_another_card_instead(till, campaign):
    till.pledge(campaign, "500", GOOD_CARD, email="aino@example.fi")
    pledge = till.pledge(campaign, "50", ASKS_WHEN_CHARGED)
    assert till.settle(campaign) is CampaignStatus.FUNDED

    changed = change(till, pledge, GOOD_CARD)

    assert changed.status == PledgeStatus.COLLECTED
    assert till.settle(campaign) is CampaignStatus.SETTLED
    assert till.is_clean()


def test_card_of_a_charged_pledge_is_not_changed(till):
    campaign = till.open()
    pledge = till.pledge(campaign, "50", GOOD_CARD)

    with pytest.raises(PledgeNotChangeableError):
        change(till, pledge, GOOD_CARD)
