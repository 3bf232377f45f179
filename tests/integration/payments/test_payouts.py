"""Payouts: what a settled campaign collected reaches the bank, once."""

from datetime import timedelta

import pytest

from grantengine.campaigns import payouts, sweeping
from grantengine.campaigns.lifecycle import PayoutStatus
from grantengine.campaigns.payment_models import Payout
from grantengine.money import eur
from grantengine.web.gateways import stripe_subjects
from tests.support.campaigns import GOOD_CARD, KillableGateway, KilledError

NET = eur("98.35")


@pytest.fixture
def campaign(till):
    """A campaign of which EUR 100 was collected."""
    campaign = till.open()
    till.pledge(campaign, "100", GOOD_CARD)
    return campaign


@pytest.fixture
def stripe_campaign(stripe_till):
    """The same at Stripe."""
    campaign = stripe_till.open()
    stripe_till.pledge(campaign, "100", GOOD_CARD)
    return campaign


def order(till):
    payouts.pay_out_due(till.database, till.gateway, till.clock)


def sweep(till):
    sweeping.sweep(till.database, till.gateway, till.clock, stripe_subjects.subject_of)


def test_settled_campaign_is_paid_to_the_bank(till, campaign):
    till.settle(campaign)
    order(till)

    assert till.balance("cash:escrow") == NET
    assert till.balance("cash:provider:sandbox") == eur("0")
    assert list(till.gateway.paid_out.values()) == [NET]
    assert till.is_clean()


@pytest.mark.parametrize("dying", [{"dies_before": 1}, {"dies_after": 1}])
def test_killed_around_the_order_it_is_given_once(till, campaign, dying):
    till.gateway = KillableGateway(**dying)
    with pytest.raises(KilledError):
        till.settle(campaign)
    assert till.is_clean()

    order(till)
    order(till)

    assert len(till.gateway.paid_out) == 1
    assert till.balance("cash:escrow") == NET
    assert till.is_clean()


def test_money_is_at_the_bank_only_when_the_provider_says_so(stripe_till, stripe, stripe_campaign):
    stripe_till.settle(stripe_campaign)
    assert stripe_till.balance("cash:escrow") == eur("0")
    (payout,) = stripe.state.of_kind("payout")

    stripe.state.arrive(payout["id"])
    stripe_till.hear(stripe.state.events[-1], stripe.state.events[-1])

    assert stripe_till.balance("cash:escrow") == NET
    assert stripe_till.is_clean()


def test_payout_that_the_bank_sends_back_is_ordered_anew(stripe_till, stripe, stripe_campaign):
    stripe_till.settle(stripe_campaign)
    (payout,) = stripe.state.of_kind("payout")
    stripe.state.arrive(payout["id"])
    sweep(stripe_till)
    stripe.state.arrive(payout["id"], succeeds=False)
    sweep(stripe_till)

    again, _first = stripe.state.of_kind("payout")
    stripe.state.arrive(again["id"])
    sweep(stripe_till)

    assert stripe_till.balance("cash:escrow") == NET
    assert stripe_till.count(Payout, status=PayoutStatus.FAILED) == 1
    assert stripe_till.is_clean()


def test_money_that_is_not_available_yet_is_paid_out_when_it_is(
    stripe_till, stripe, stripe_campaign
):
    available, stripe.state.available = stripe.state.available, 0
    stripe_till.settle(stripe_campaign)
    assert stripe.state.of_kind("payout") == []

    stripe.state.available = available
    stripe_till.clock.advance(timedelta(days=7))
    order(stripe_till)

    assert len(stripe.state.of_kind("payout")) == 1


@pytest.mark.parametrize("when", ["before", "after", "unanswered"])
def test_payout_that_failed_at_stripe_is_ordered_once(stripe_till, stripe, stripe_campaign, when):
    stripe.fail(when, "/v1/payouts")
    stripe_till.settle(stripe_campaign)
    stripe.forget_keys()

    order(stripe_till)
    order(stripe_till)

    assert len(stripe.state.of_kind("payout")) == 1
    assert stripe_till.is_clean()
