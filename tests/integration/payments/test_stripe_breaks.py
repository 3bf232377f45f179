"""Stripe is down, slow, or breaks after having charged: nothing twice, nothing left out."""

import pytest

from grantengine.campaigns.errors import GatewayRefusedError, GatewayUnavailableError
from grantengine.campaigns.lifecycle import CampaignKind, CampaignStatus
from grantengine.money import eur
from grantengine.web.gateways import stripe_gateway
from grantengine.web.gateways.stripe_gateway import StripeGateway
from tests.support.campaigns import GOOD_CARD
from tests.support.payments import Till
from tests.support.stripe.server import SECRET_KEY


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


@pytest.fixture
def hasty_till(stripe_till, stripe, monkeypatch):
    """A till at Stripe that does not wait for a slow answer."""
    monkeypatch.setattr(stripe_gateway, "_TIMEOUT_S", 0.3)
    gateway = StripeGateway(secret_key=SECRET_KEY, api_url=stripe.url)
    return Till(stripe_till.database, gateway, stripe_till.clock, card=stripe_till.card)


@pytest.mark.parametrize("kind", CampaignKind)
def test_charge_whose_answer_comes_too_late_is_made_once(hasty_till, stripe, kind):
    campaign = hasty_till.open(kind=kind)
    if kind is CampaignKind.ALL_OR_NOTHING:
        hasty_till.pledge(campaign, "500", GOOD_CARD)
        stripe.fail("slow", "/v1/payment_intents")
        first = hasty_till.settle(campaign)
        assert first is CampaignStatus.FUNDED
        stripe.forget_keys()
        hasty_till.settle(campaign)
    else:
        stripe.fail("slow", "/v1/payment_intents")
        for _try in range(2):
            try:
                hasty_till.pledge(campaign, "500", GOOD_CARD, key="form-1")
            except GatewayUnavailableError:
                stripe.forget_keys()

    assert len(stripe.state.of_kind("charge")) == 1
    assert hasty_till.totals(campaign).collected == eur("500")
    assert hasty_till.is_clean()


def test_card_that_could_not_be_saved_promises_nothing(stripe_till, stripe):
    campaign = stripe_till.open(kind=CampaignKind.ALL_OR_NOTHING)
    stripe.fail("before", "/v1/customers")

    with pytest.raises(GatewayUnavailableError):
        stripe_till.pledge(campaign, "50", GOOD_CARD)

    assert stripe_till.totals(campaign).pledged == eur("0")
    assert stripe_till.is_clean()


def test_nobody_at_the_address_is_silence(stripe):
    gateway = StripeGateway(secret_key="sk_test_1", api_url="http://127.0.0.1:9")

    with pytest.raises(GatewayUnavailableError):
        gateway.charge_state(reference="pi_1")


def test_wrong_key_is_a_refusal_for_a_person_to_look_at(stripe):
    gateway = StripeGateway(secret_key="sk_test_wrong", api_url=stripe.url)

    with pytest.raises(GatewayRefusedError):
        gateway.charge_state(reference="pi_1")
