"""Killed by the system after every single step of prepare, call and record, and then run again.

The provider is a server of its own, so it remembers what a dead process asked of it.
"""

import json
import subprocess
import sys
from collections import Counter
from contextlib import suppress

import pytest
import sqlalchemy as sa

from grantengine.campaigns import refund_requests
from grantengine.campaigns.errors import PledgeNotChangeableError, RefundRequestAnsweredError
from grantengine.campaigns.lifecycle import CampaignKind, CampaignStatus, PledgeStatus
from grantengine.campaigns.models import Charge, Pledge
from grantengine.ids import new_id
from grantengine.money import eur
from grantengine.outbox import Message
from grantengine.programme.lifecycle import Role
from grantengine.programme.service import register_person
from tests.support import killed_steps
from tests.support.campaigns import ASKS_FOR_AUTHENTICATION, DECLINED_WHEN_CHARGED, GOOD_CARD
from tests.support.cases import CHECKOUT
from tests.support.payments import Till

# One thing more than there are steps: the last one is done by a process that lives.
PLEDGE = ["commit", "save_card", "commit"]
CHARGED_AT_ONCE = [*PLEDGE, "charge", "commit"]
REFUND = ["commit", "refund", "commit"]
# What a new card takes before the deadline, and what after the old one was declined.
NEW_CARD = ["commit", "save_card", "commit"]
CARD_CHARGED = ["save_card", "commit", "charge", "commit"]
SAVED_AT_BANK = ["finish_authentication", "commit"]
CHARGED_AT_BANK = ["charge_state", "commit"]
GRANT = ["commit", "commit", "refund", "commit", "commit"]
SETTLE = ["commit", "charge", "charge", "commit", "commit", "pay_out", "commit"]


@pytest.fixture
def till(wired_database, clock, provider):
    """A till at Stripe, on both databases."""
    return Till(wired_database, provider.gateway, clock, card=provider.card)


@pytest.fixture(scope="module")
def forking():
    """A process of its own, whose forks die."""
    command = [sys.executable, "-m", "tests.support.killed_steps"]
    with subprocess.Popen(
        command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process


@pytest.fixture
def died_after(forking, database_url, clock, provider):
    """Let processes die over things, each one step later; give the steps."""

    def run(act, things):
        order = {
            "database_url": database_url,
            "stripe_url": provider.url,
            "instant": clock.now().isoformat(),
            "act": act,
            "things": things,
        }
        print(json.dumps(order), file=forking.stdin, flush=True)
        return json.loads(forking.stdout.readline())

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


def backers(till, campaign, number, count):
    """Let somebody pledge EUR 50 with a card of a number, as often as there are steps, and once."""
    return [
        till.pledge(campaign, "50", number, email=f"backer{each}@example.fi")
        for each in range(count + 1)
    ]


def test_new_card_that_was_killed_after_any_step_is_kept_and_charged_once(till, died_after, stripe):
    campaign = till.open(kind=CampaignKind.ALL_OR_NOTHING)
    till.pledge(campaign, "300", GOOD_CARD)
    pledges = backers(till, campaign, DECLINED_WHEN_CHARGED, len(NEW_CARD))
    things = [{"pledge_id": each.id, "card": till.card(GOOD_CARD)} for each in pledges]

    assert died_after("card", things) == NEW_CARD
    assert till.is_clean()
    again(till, "card", things)

    assert till.settle(campaign) is CampaignStatus.SETTLED
    assert {till.status(pledge) for pledge in pledges} == {PledgeStatus.COLLECTED}
    assert len(stripe.state.of_kind("charge")) == len(pledges) + 1
    assert till.is_clean()


def test_new_card_after_a_declined_one_that_was_killed_after_any_step_is_charged_once(
    till, died_after, stripe
):
    campaign = till.open(kind=CampaignKind.ALL_OR_NOTHING)
    till.pledge(campaign, "300", GOOD_CARD)
    pledges = backers(till, campaign, DECLINED_WHEN_CHARGED, len(CARD_CHARGED))
    till.settle(campaign)
    things = [{"pledge_id": each.id, "card": till.card(GOOD_CARD)} for each in pledges]

    assert died_after("card", things) == CARD_CHARGED
    assert till.is_clean()
    # The card of whoever was killed at the very end has been charged already.
    for thing in things:
        with suppress(PledgeNotChangeableError):
            again(till, "card", [thing])

    assert till.settle(campaign) is CampaignStatus.SETTLED
    assert till.totals(campaign).collected == till.totals(campaign).matched == eur("550")
    assert len(stripe.state.of_kind("charge")) == len(pledges) + 1
    assert till.is_clean()


@pytest.mark.parametrize(
    ("kind", "steps"),
    [
        (CampaignKind.ALL_OR_NOTHING, SAVED_AT_BANK),
        (CampaignKind.KEEP_IT_ALL, CHARGED_AT_BANK),
    ],
    ids=["saved", "charged"],
)
def test_way_back_from_the_bank_that_was_killed_after_any_step_counts_once(
    till, died_after, stripe, kind, steps
):
    campaign = till.open(kind=kind)
    pledges = backers(till, campaign, ASKS_FOR_AUTHENTICATION, len(steps))
    for kinds in ("setup_intent", "payment_intent"):
        for intent in stripe.state.of_kind(kinds):
            if intent["status"] == "requires_action":
                stripe.state.authenticate(intent["id"])
    things = [{"pledge_id": each.id} for each in pledges]

    assert died_after("come_back", things) == steps
    assert till.is_clean()
    again(till, "come_back", things)

    assert till.totals(campaign).pledged == till.totals(campaign).matched == eur("150")
    assert till.is_clean()


def test_granting_that_was_killed_after_any_step_gives_back_once(till, died_after, stripe):
    campaign = till.open()
    till.pledge(campaign, "400", GOOD_CARD)  # Covers the fees that the provider keeps.
    pledges = backers(till, campaign, GOOD_CARD, len(GRANT))
    now = till.clock.now()
    with till.database.transaction() as session:
        officer = register_person(
            session,
            name="Raili",
            email="raili@example.fi",
            language="fi",
            roles=[Role.FINANCE_OFFICER],
            now=now,
        )
        session.flush()
        asked = [
            refund_requests.ask_for_refund(session, each.id, reason="Miksi?", iban=None, now=now)
            for each in pledges
        ]
    things = [{"request_id": each.id, "officer_id": officer.id} for each in asked]

    assert died_after("grant", things) == GRANT
    assert till.is_clean()
    # Whoever was killed at the very end has been answered already.
    for thing in things:
        with suppress(RefundRequestAnsweredError):
            again(till, "grant", [thing])

    assert {till.status(pledge) for pledge in pledges} == {PledgeStatus.REFUNDED}
    assert len(stripe.state.of_kind("refund")) == len(pledges)
    assert set(letters(till, "pledge_refunded").values()) == {1}
    assert till.is_clean()
