"""Refunds: whole and in part, once, covered by what is held; the match goes along."""

import pytest
import sqlalchemy as sa

from grantengine.campaigns import refunds, sweeping
from grantengine.campaigns.errors import (
    GatewayUnavailableError,
    RefundNotPossibleError,
    RefundRefusedError,
)
from grantengine.campaigns.lifecycle import PledgeStatus, RefundStatus
from grantengine.campaigns.payment_models import Refund
from grantengine.disbursements.models import Grant, Instalment
from grantengine.money import eur
from grantengine.web.gateways import stripe_subjects
from tests.support.campaigns import DISPUTES, GOOD_CARD, KillableGateway, KilledError


@pytest.fixture
def campaign(till):
    """A campaign that others have paid EUR 100 to."""
    campaign = till.open()
    till.pledge(campaign, "100", GOOD_CARD, email="aino@example.fi")
    return campaign


def refund(till, pledge, amount=None, **asked):
    return refunds.refund_pledge(
        till.database,
        till.gateway,
        till.clock,
        pledge.id,
        amount=eur(amount) if amount else None,
        **asked,
    )


def sweep(till):
    till.clock.advance(sweeping.LEFT_ALONE)
    return sweeping.sweep(till.database, till.gateway, till.clock, stripe_subjects.subject_of)


def test_whole_refund_takes_the_pledge_and_its_match_out_of_all_totals(till, campaign):
    pledge = till.pledge(campaign, "50", GOOD_CARD)

    refund(till, pledge)

    totals = till.totals(campaign)
    assert till.status(pledge) is PledgeStatus.REFUNDED
    assert (totals.pledged, totals.collected, totals.matched) == (eur("100"),) * 3
    assert till.is_clean()


def test_refund_in_part_takes_its_part_of_the_match(till, campaign):
    pledge = till.pledge(campaign, "50", GOOD_CARD)

    refund(till, pledge, "20")

    totals = till.totals(campaign)
    assert till.status(pledge) is PledgeStatus.COLLECTED
    assert (totals.pledged, totals.collected, totals.matched) == (eur("130"),) * 3
    assert till.is_clean()


def test_parts_add_up_to_the_whole_and_no_further(till, campaign):
    pledge = till.pledge(campaign, "50", GOOD_CARD)
    refund(till, pledge, "20")
    refund(till, pledge)

    with pytest.raises(RefundNotPossibleError):
        refund(till, pledge, "0.01")

    assert till.totals(campaign).matched == eur("100")


@pytest.mark.parametrize("amount", ["0", "50.01", "1000000"])
def test_refund_of_nothing_or_too_much_is_refused(till, campaign, amount):
    pledge = till.pledge(campaign, "50", GOOD_CARD)

    with pytest.raises(RefundNotPossibleError):
        refunds.refund_pledge(
            till.database, till.gateway, till.clock, pledge.id, amount=eur(amount)
        )


def test_provider_keeps_its_fee_so_the_last_pledge_is_not_refunded_whole(till):
    pledge = till.pledge(till.open(), "50", GOOD_CARD)

    with pytest.raises(RefundNotPossibleError) as refusal:
        refund(till, pledge)

    assert refusal.value.details["left"] == "49.05"


def test_refund_that_is_sent_twice_is_made_once(till, campaign):
    pledge = till.pledge(campaign, "50", GOOD_CARD)

    refund(till, pledge, "20", refund_id="rfd_1")
    refund(till, pledge, "20", refund_id="rfd_1")

    assert till.gateway.refunded == {"rfd_1": eur("20")}
    assert till.totals(campaign).pledged == eur("130")


def test_provider_that_refuses_leaves_everything_as_it_was(till, campaign):
    pledge = till.pledge(campaign, "50", DISPUTES)

    with pytest.raises(RefundRefusedError):
        refund(till, pledge, "20")

    assert till.totals(campaign).pledged == eur("150")
    assert till.count(Refund, status=RefundStatus.REFUSED) == 1


@pytest.mark.parametrize("dying", [{"dies_before": 1}, {"dies_after": 1}])
def test_killed_around_the_refund_the_sweep_makes_it_once(till, campaign, dying):
    pledge = till.pledge(campaign, "50", GOOD_CARD)
    till.gateway = KillableGateway(**dying)
    with pytest.raises(KilledError):
        refund(till, pledge)
    assert till.is_clean()

    sweep(till)
    sweep(till)

    assert len(till.gateway.refunded) == 1
    assert till.status(pledge) is PledgeStatus.REFUNDED
    assert till.is_clean()


def test_refund_after_settling_lessens_what_is_to_be_paid_out(till, campaign):
    pledge = till.pledge(campaign, "50", GOOD_CARD)
    till.settle(campaign)

    refund(till, pledge, "20")

    query = sa.select(Grant.fund, Instalment.amount_cents).join(Instalment.grant)
    with till.database.reading() as session:
        paid = dict(session.execute(query).all())
    assert paid == {"private": 14740 - 2000, "public": 15000 - 2000}
    assert till.balance(f"cash:held:{campaign.id}") == eur("127.40")
    assert till.is_clean()


@pytest.mark.parametrize("when", ["before", "after", "unanswered"])
def test_refund_that_failed_at_stripe_is_made_once_when_asked_again(stripe_till, stripe, when):
    campaign = stripe_till.open()
    stripe_till.pledge(campaign, "100", GOOD_CARD, email="aino@example.fi")
    pledge = stripe_till.pledge(campaign, "50", GOOD_CARD)
    stripe.fail(when, "/v1/refunds")
    with pytest.raises(GatewayUnavailableError):
        refund(stripe_till, pledge, "20", refund_id="rfd_1")
    # Stripe repeats a failure under its key for a day, and then forgets the key.
    stripe.forget_keys()

    refund(stripe_till, pledge, "20", refund_id="rfd_1")

    assert len(stripe.state.of_kind("refund")) == 1
    assert stripe_till.totals(campaign).collected == eur("130")
    assert stripe_till.is_clean()


def test_refund_made_on_stripe_s_own_page_is_booked_like_any_other(stripe_till, stripe):
    campaign = stripe_till.open()
    pledge = stripe_till.pledge(campaign, "50", GOOD_CARD)
    stripe.state.refund_by_hand(stripe_till.reference(pledge), 5000)

    stripe_till.hear(stripe.state.events[-1])
    sweep(stripe_till)

    totals = stripe_till.totals(campaign)
    assert (totals.pledged, totals.collected, totals.matched) == (eur("0"),) * 3
    assert stripe_till.balance(f"cash:claims:{campaign.id}") == eur("0.95")
    assert stripe_till.is_clean()


def test_refund_that_the_bank_does_not_take_brings_the_money_back(stripe_till, stripe):
    campaign = stripe_till.open()
    stripe_till.pledge(campaign, "100", GOOD_CARD, email="aino@example.fi")
    pledge = stripe_till.pledge(campaign, "50", GOOD_CARD)
    done = refund(stripe_till, pledge)
    stripe.state.fail_refund(done.reference)

    stripe_till.hear(stripe.state.events[-1])
    sweep(stripe_till)

    assert stripe_till.status(pledge) is PledgeStatus.COLLECTED
    assert stripe_till.totals(campaign).collected == eur("150")
    assert stripe_till.is_clean()
