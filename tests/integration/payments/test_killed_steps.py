"""Killed by the system after every single step of prepare, call and record, and then run again.

The provider is a server of its own, so it remembers what a dead process asked of it.
"""

import json
import subprocess
import sys
from collections import Counter

import pytest
import sqlalchemy as sa

from grantengine.campaigns.lifecycle import CampaignKind, CampaignStatus, PledgeStatus
from grantengine.campaigns.models import Charge, Pledge
from grantengine.ids import new_id
from grantengine.money import eur
from grantengine.outbox import Message
from tests.support import killed_steps
from tests.support.campaigns import GOOD_CARD
from tests.support.cases import CHECKOUT
from tests.support.payments import Till

# One thing more than there are steps: the last one is done by a process that lives.
PLEDGE = ["commit", "save_card", "commit"]
CHARGED_AT_ONCE = [*PLEDGE, "charge", "commit"]
REFUND = ["commit", "refund", "commit"]
SETTLE = ["commit", "commit", "charge", "charge", "commit", "commit", "commit", "pay_out", "commit"]


@pytest.fixture
def till(wired_database, clock, provider):
    """A till at Stripe, on both databases."""
    return Till(wired_database, provider.gateway, clock, card=provider.card)


@pytest.fixture
def died_after(database_url, clock, provider):
    """Let processes die over things, each one step later; give the steps."""

    def run(act, things):
        order = {
            "database_url": database_url,
            "stripe_url": provider.url,
            "instant": clock.now().isoformat(),
            "act": act,
            "things": things,
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.support.killed_steps"],
            cwd=CHECKOUT,
            input=json.dumps(order),
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        return json.loads(done.stdout)

    return run


def again(till, act, things):
    """Do every thing once more, as whoever was left without an answer does."""
    world = (till.database, till.gateway, till.clock)
    return [killed_steps.ACTS[act](world, **thing) for thing in things]


def letters(till, name):
    with till.database.reading() as session:
        found = session.scalars(sa.select(Message.recipient).where(Message.letter == name))
        return Counter(found)


def pledges_to_make(till, campaign, steps):
    return [
        {
            "campaign_id": campaign.id,
            "key": f"form-{number}",
            "cents": 5000,
            "card": till.card(GOOD_CARD),
        }
        for number in range(len(steps) + 1)
    ]


def test_pledge_that_was_killed_after_any_step_is_made_once(till, died_after, stripe):
    campaign = till.open(kind=CampaignKind.ALL_OR_NOTHING)
    things = pledges_to_make(till, campaign, PLEDGE)

    assert died_after("pledge", things) == PLEDGE
    assert till.is_clean()
    made = again(till, "pledge", things)

    assert {pledge.status for pledge in made} == {PledgeStatus.STANDING}
    assert till.count(Pledge) == len(things)
    assert till.totals(campaign).pledged == till.totals(campaign).matched == eur("50") * 4
    assert set(letters(till, "pledge_receipt").values()) == {1}
    assert stripe.state.of_kind("charge") == []
    assert till.is_clean()


def test_pledge_that_is_charged_at_once_and_killed_after_any_step_is_charged_once(
    till, died_after, stripe
):
    campaign = till.open(kind=CampaignKind.KEEP_IT_ALL)
    things = pledges_to_make(till, campaign, CHARGED_AT_ONCE)

    assert died_after("pledge", things) == CHARGED_AT_ONCE
    assert till.is_clean()
    made = again(till, "pledge", things)

    assert {pledge.status for pledge in made} == {PledgeStatus.COLLECTED}
    assert till.totals(campaign).collected == till.totals(campaign).matched == eur("50") * 6
    assert len(stripe.state.of_kind("charge")) == till.count(Charge) == len(things)
    assert set(letters(till, "pledge_collected").values()) == {1}
    assert till.is_clean()


def test_refund_that_was_killed_after_any_step_is_made_once(till, died_after, stripe):
    campaign = till.open()
    till.pledge(campaign, "400", GOOD_CARD)  # Covers the fees that the provider keeps.
    pledges = [
        till.pledge(campaign, "50", GOOD_CARD, email=f"backer{number}@example.fi")
        for number in range(len(REFUND) + 1)
    ]
    things = [
        {"pledge_id": pledge.id, "refund_id": new_id("rfd", till.clock.now())} for pledge in pledges
    ]

    assert died_after("refund", things) == REFUND
    assert till.is_clean()
    again(till, "refund", things)

    assert {till.status(pledge) for pledge in pledges} == {PledgeStatus.REFUNDED}
    assert till.totals(campaign).collected == till.totals(campaign).matched == eur("400")
    assert len(stripe.state.of_kind("refund")) == len(things)
    assert set(letters(till, "pledge_refunded").values()) == {1}
    assert till.is_clean()


def test_settling_that_was_killed_after_any_step_charges_and_pays_out_once(
    till, died_after, stripe
):
    campaigns = [till.open(kind=CampaignKind.ALL_OR_NOTHING) for _ in range(len(SETTLE) + 1)]
    for number, campaign in enumerate(campaigns):
        for half in ("a", "b"):
            till.pledge(campaign, "250", GOOD_CARD, email=f"{half}{number}@example.fi")
    till.clock.set_to(campaigns[-1].deadline_at)
    things = [{"campaign_id": campaign.id} for campaign in campaigns]

    assert died_after("settle", things) == SETTLE
    assert till.is_clean()
    settled = again(till, "settle", things)

    assert {each.status for each in settled} == {CampaignStatus.SETTLED}
    assert {till.totals(campaign).collected for campaign in campaigns} == {eur("500")}
    assert {till.totals(campaign).matched for campaign in campaigns} == {eur("500")}
    assert len(stripe.state.of_kind("charge")) == 2 * len(campaigns)
    assert len(stripe.state.of_kind("payout")) == len(campaigns)
    assert set(letters(till, "pledge_collected").values()) == {1}
    assert till.is_clean()
