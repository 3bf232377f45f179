"""Another card for a pledge at Stripe: saved, asked for by its bank, broken off, charged at once."""

import pytest

from grantengine.campaigns import new_cards
from grantengine.campaigns.errors import CardDeclinedError, GatewayUnavailableError
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


@pytest.fixture
def campaign(stripe_till):
    """A campaign that charges at its deadline."""
    return stripe_till.open(kind=CampaignKind.ALL_OR_NOTHING)


def change(till, pledge, number):
    return new_cards.change_card(
        till.database, till.gateway, till.clock, pledge, card=till.card(number)
    )


def kept_token(till, pledge):
    with till.database.reading() as session:
        return session.get_one(Pledge, pledge.id).card_token


def waiting_card(till, pledge):
    with till.database.reading() as session:
        return new_cards.awaited_card(session, session.get_one(Pledge, pledge.id))


def charges(stripe):
    return [each["amount"] for each in stripe.state.of_kind("charge")]


def test_newest_card_is_charged_at_the_deadline_and_the_old_one_is_not(
    stripe_till, stripe, campaign
):
    pledge = stripe_till.pledge(campaign, "500", DECLINED_WHEN_CHARGED)

    change(stripe_till, pledge, GOOD_CARD)
    assert charges(stripe) == []
    assert stripe_till.settle(campaign) is CampaignStatus.SETTLED

    assert charges(stripe) == [500_00]
    assert stripe_till.letters_to(pledge)[-2:] == ["card_changed", "pledge_collected"]
    assert stripe_till.is_clean()


def test_card_that_stripe_does_not_accept_leaves_the_old_one(stripe_till, stripe, campaign):
    pledge = stripe_till.pledge(campaign, "500", GOOD_CARD)
    before = kept_token(stripe_till, pledge)

    with pytest.raises(CardDeclinedError):
        change(stripe_till, pledge, DECLINED_WHEN_SAVED)

    assert kept_token(stripe_till, pledge) == before
    assert stripe_till.settle(campaign) is CampaignStatus.SETTLED
    assert charges(stripe) == [500_00]
    assert stripe_till.is_clean()


def test_events_say_that_the_backer_was_at_the_bank_and_the_second_changes_nothing(
    stripe_till, stripe, campaign
):
    pledge = stripe_till.pledge(campaign, "500", DECLINED_WHEN_CHARGED)
    before = kept_token(stripe_till, pledge)
    change(stripe_till, pledge, ASKS_FOR_AUTHENTICATION)
    waiting = waiting_card(stripe_till, pledge)
    assert kept_token(stripe_till, pledge) == before

    stripe.state.authenticate(waiting.authentication_reference)
    told = stripe.state.events[-1]
    stripe_till.hear(told, told | {"id": "evt_sent_again"})

    assert kept_token(stripe_till, pledge) != before
    assert stripe_till.letters_to(pledge).count("card_changed") == 1
    assert stripe_till.settle(campaign) is CampaignStatus.SETTLED
    assert charges(stripe) == [500_00]
    assert stripe_till.is_clean()


def test_bank_that_does_not_know_its_customer_leaves_the_old_card(stripe_till, stripe, campaign):
    pledge = stripe_till.pledge(campaign, "500", GOOD_CARD)
    before = kept_token(stripe_till, pledge)
    change(stripe_till, pledge, ASKS_FOR_AUTHENTICATION)
    waiting = waiting_card(stripe_till, pledge)

    stripe.state.authenticate(waiting.authentication_reference, succeeds=False)
    with pytest.raises(CardDeclinedError):
        new_cards.finish_new_card(
            stripe_till.database, stripe_till.gateway, stripe_till.clock, waiting.id
        )

    assert waiting_card(stripe_till, pledge) is None
    assert kept_token(stripe_till, pledge) == before
    assert stripe_till.is_clean()


@pytest.mark.parametrize("path", ["/v1/customers", "/v1/setup_intents"])
@pytest.mark.parametrize("when", ["before", "after", "unanswered"])
def test_saving_that_breaks_leaves_the_old_card_and_can_be_tried_again(
    stripe_till, stripe, campaign, when, path
):
    pledge = stripe_till.pledge(campaign, "500", DECLINED_WHEN_CHARGED)
    before = kept_token(stripe_till, pledge)
    stripe.fail(when, path)

    with pytest.raises(GatewayUnavailableError):
        change(stripe_till, pledge, GOOD_CARD)
    assert kept_token(stripe_till, pledge) == before
    change(stripe_till, pledge, GOOD_CARD)

    assert stripe_till.settle(campaign) is CampaignStatus.SETTLED
    assert charges(stripe) == [500_00]
    assert stripe_till.letters_to(pledge).count("card_changed") == 1
    assert stripe_till.is_clean()


@pytest.mark.parametrize("number", [DECLINED_WHEN_CHARGED, ASKS_WHEN_CHARGED])
def test_new_card_is_charged_at_once_where_the_old_one_could_not_be(
    stripe_till, stripe, campaign, number
):
    stripe_till.pledge(campaign, "500", GOOD_CARD, email="aino@example.fi")
    pledge = stripe_till.pledge(campaign, "50", number)
    assert stripe_till.settle(campaign) is CampaignStatus.FUNDED

    changed = change(stripe_till, pledge, GOOD_CARD)

    assert changed.status == PledgeStatus.COLLECTED
    assert sorted(charges(stripe)) == [50_00, 500_00]
    assert stripe_till.settle(campaign) is CampaignStatus.SETTLED
    assert stripe_till.totals(campaign).collected == eur("550")
    assert stripe_till.is_clean()


@pytest.mark.parametrize("when", ["before", "after", "unanswered"])
def test_charge_of_a_new_card_that_breaks_is_made_once_by_the_next_run(
    stripe_till, stripe, campaign, when
):
    stripe_till.pledge(campaign, "500", GOOD_CARD, email="aino@example.fi")
    pledge = stripe_till.pledge(campaign, "50", DECLINED_WHEN_CHARGED)
    stripe_till.settle(campaign)
    stripe.fail(when, "/v1/payment_intents")

    with pytest.raises(GatewayUnavailableError):
        change(stripe_till, pledge, GOOD_CARD)
    stripe.forget_keys()
    status = stripe_till.settle(campaign)

    assert status is CampaignStatus.SETTLED
    assert sorted(charges(stripe)) == [50_00, 500_00]
    assert stripe_till.status(pledge) is PledgeStatus.COLLECTED
    assert stripe_till.is_clean()
