"""Disputes: the money leaves at once, the match when it is lost; told in any order."""

import pytest

from grantengine.campaigns import sweeping
from grantengine.campaigns.lifecycle import DisputeStatus, PledgeStatus
from grantengine.campaigns.payment_models import Dispute
from grantengine.ledger import service as ledger
from grantengine.ledger.entries import Entry, Transfer
from grantengine.money import eur
from grantengine.web.gateways import stripe_subjects
from tests.support.campaigns import DISPUTES, GOOD_CARD


@pytest.fixture
def campaign(stripe_till):
    """A campaign that others have paid EUR 100 to."""
    campaign = stripe_till.open()
    stripe_till.pledge(campaign, "100", GOOD_CARD, email="aino@example.fi")
    return campaign


@pytest.fixture
def pledge(stripe_till, campaign):
    """EUR 50 that will be disputed."""
    return stripe_till.pledge(campaign, "50", GOOD_CARD)


def dispute(stripe_till, stripe, pledge):
    return stripe.state.open_dispute(stripe_till.reference(pledge))["id"]


def sweep(till):
    return sweeping.sweep(till.database, till.gateway, till.clock, stripe_subjects.subject_of)


def test_open_dispute_takes_the_money_and_the_fee_but_not_yet_the_match(
    stripe_till, stripe, campaign, pledge
):
    dispute(stripe_till, stripe, pledge)
    stripe_till.hear(*stripe.state.events[-2:])

    totals = stripe_till.totals(campaign)
    assert stripe_till.status(pledge) is PledgeStatus.DISPUTED
    assert (totals.pledged, totals.collected) == (eur("100"), eur("100"))
    assert totals.matched == eur("150")
    assert stripe_till.balance(f"cash:held:{campaign.id}") == eur("147.40") - eur("70")
    assert stripe_till.is_clean()


def test_lost_dispute_takes_the_match_along(stripe_till, stripe, campaign, pledge):
    opened = dispute(stripe_till, stripe, pledge)
    sweep(stripe_till)
    stripe.state.close_dispute(opened, is_won=False)
    sweep(stripe_till)

    assert stripe_till.status(pledge) is PledgeStatus.CHARGED_BACK
    assert stripe_till.totals(campaign).matched == eur("100")
    assert stripe_till.is_clean()


def test_won_dispute_brings_everything_back(stripe_till, stripe, campaign, pledge):
    before = stripe_till.totals(campaign)
    opened = dispute(stripe_till, stripe, pledge)
    sweep(stripe_till)
    stripe.state.close_dispute(opened, is_won=True)
    sweep(stripe_till)

    assert stripe_till.status(pledge) is PledgeStatus.COLLECTED
    assert stripe_till.totals(campaign) == before
    assert stripe_till.balance(f"cash:held:{campaign.id}") == eur("147.40")
    assert stripe_till.is_clean()


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)], ids=str)
def test_events_of_a_dispute_may_come_in_any_order_and_twice(
    stripe_till, stripe, campaign, pledge, order
):
    opened = dispute(stripe_till, stripe, pledge)
    stripe.state.close_dispute(opened, is_won=False)
    created, withdrawn, closed = stripe.state.events[-3:]
    told = [created, withdrawn, closed]

    stripe_till.hear(*(told[each] for each in order), *told)

    assert stripe_till.status(pledge) is PledgeStatus.CHARGED_BACK
    assert stripe_till.count(Dispute, status=DisputeStatus.LOST) == 1
    assert stripe_till.totals(campaign).pledged == eur("100")
    assert stripe_till.balance(f"pledges:fees:{campaign.id}") == eur("2.60") + eur("20")
    assert stripe_till.is_clean()


def test_event_that_comes_a_month_late_tells_what_is_so_now(stripe_till, stripe, campaign, pledge):
    opened = dispute(stripe_till, stripe, pledge)
    late = stripe.state.events[-2]
    stripe.state.close_dispute(opened, is_won=True)

    stripe_till.hear(late)

    assert stripe_till.status(pledge) is PledgeStatus.COLLECTED
    assert stripe_till.totals(campaign).collected == eur("150")


def test_dispute_after_the_money_was_paid_out_is_a_claim_on_the_payee(
    stripe_till, stripe, campaign, pledge
):
    stripe_till.settle(campaign)
    (payout,) = stripe.state.of_kind("payout")
    stripe.state.arrive(payout["id"])
    sweep(stripe_till)
    pay_to_payee(stripe_till, campaign)

    dispute(stripe_till, stripe, pledge)
    sweep(stripe_till)

    totals = stripe_till.totals(campaign)
    assert totals.collected == eur("100")
    assert stripe_till.balance(f"cash:claims:{campaign.id}") == eur("70")
    assert stripe_till.balance("cash:owed:stripe") == eur("70")
    assert stripe_till.is_clean()


def test_sandbox_card_disputes_and_the_sweep_finds_it(till):
    campaign = till.open()
    till.pledge(campaign, "100", GOOD_CARD, email="aino@example.fi")
    pledge = till.pledge(campaign, "50", DISPUTES)

    sweep(till)
    (found,) = till.gateway.find_since(till.clock.now())
    till.gateway.close_dispute(found.reference, is_won=False)
    sweep(till)

    assert till.status(pledge) is PledgeStatus.CHARGED_BACK
    assert till.totals(campaign).pledged == eur("100")
    assert till.is_clean()


def pay_to_payee(till, campaign):
    """Book what a batch and a bank statement would."""
    held = till.balance(f"cash:held:{campaign.id}")
    transfers = [
        Transfer(f"cash:held:{campaign.id}", f"cash:payable:{campaign.id}", held),
        Transfer(f"cash:payable:{campaign.id}", "cash:escrow", held),
        Transfer(f"pledges:delivered:{campaign.id}", f"pledges:kept:{campaign.id}", held),
    ]
    entry = Entry("paid", "paid", campaign.id, till.clock.now().date(), transfers)
    with till.database.transaction() as session:
        ledger.post(session, entry, now=till.clock.now())
