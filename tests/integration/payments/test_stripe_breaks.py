"""Stripe is down, slow, or breaks after having charged: nothing twice, nothing left out."""

import pytest

from grantengine.campaigns.errors import GatewayRefusedError, GatewayUnavailableError
from grantengine.campaigns.lifecycle import CampaignKind, CampaignStatus
from grantengine.money import eur
from grantengine.web.gateways.stripe_gateway import StripeGateway
from tests.support.campaigns import GOOD_CARD


@pytest.mark.parametrize("when", ["before", "after", "unanswered"])
def test_charge_at_once_that_breaks_is_made_once_when_the_backer_tries_again(
    stripe_till, stripe, when
):
    campaign = stripe_till.open()
    stripe.fail(when, "/v1/payment_intents")
    with pytest.raises(GatewayUnavailableError):
        stripe_till.pledge(campaign, "50", GOOD_CARD, key="form-1")
    stripe.forget_keys()

    stripe_till.pledge(campaign, "50", GOOD_CARD, key="form-1")

    assert len(stripe.state.of_kind("charge")) == 1
    assert stripe_till.totals(campaign).collected == eur("50")
    assert stripe_till.is_clean()


@pytest.mark.parametrize("when", ["before", "after", "unanswered"])
def test_charge_at_the_deadline_that_breaks_is_made_once_at_the_next_run(stripe_till, stripe, when):
    campaign = stripe_till.open(kind=CampaignKind.ALL_OR_NOTHING)
    stripe_till.pledge(campaign, "300", GOOD_CARD, email="aino@example.fi")
    stripe_till.pledge(campaign, "200", GOOD_CARD, email="eero@example.fi")
    stripe.fail(when, "/v1/payment_intents")

    first = stripe_till.settle(campaign)
    stripe.forget_keys()
    second = stripe_till.settle(campaign)

    assert (first, second) == (CampaignStatus.FUNDED, CampaignStatus.SETTLED)
    assert len(stripe.state.of_kind("charge")) == 2
    assert stripe_till.totals(campaign).collected == eur("500")
    assert stripe_till.is_clean()


def test_card_that_could_not_be_saved_promises_nothing(stripe_till, stripe):
    campaign = stripe_till.open(kind=CampaignKind.ALL_OR_NOTHING)
    stripe.fail("before", "/v1/customers")

    with pytest.raises(GatewayUnavailableError):
        stripe_till.pledge(campaign, "50", GOOD_CARD)

    assert stripe_till.totals(campaign).pledged == eur("0")


def test_nobody_at_the_address_is_silence(stripe):
    gateway = StripeGateway(secret_key="sk_test_1", api_url="http://127.0.0.1:9")

    with pytest.raises(GatewayUnavailableError):
        gateway.charge_state(reference="pi_1")


def test_wrong_key_is_a_refusal_for_a_person_to_look_at(stripe):
    gateway = StripeGateway(secret_key="sk_test_wrong", api_url=stripe.url)

    with pytest.raises(GatewayRefusedError):
        gateway.charge_state(reference="pi_1")
