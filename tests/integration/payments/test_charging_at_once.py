"""Keep-it-all: the card is charged with the pledge, once, whatever breaks in between."""

from datetime import timedelta

import pytest

from grantengine.campaigns import checkout, collecting, pledging, sweeping
from grantengine.campaigns.errors import (
    CardDeclinedError,
    CollectionCeilingError,
    GatewayUnavailableError,
    PledgeNotWithdrawableError,
)
from grantengine.campaigns.lifecycle import CampaignStatus, LegalKind, PledgeStatus
from grantengine.money import eur
from grantengine.web.gateways import stripe_subjects
from tests.support.campaigns import (
    ANSWERS_TWICE,
    ASKS_WHEN_CHARGED,
    DECLINED_WHEN_CHARGED,
    GOOD_CARD,
    TIMES_OUT_ONCE,
    KillableGateway,
    KilledError,
)

NOTHING = eur("0")


def collect(till):
    till.clock.advance(timedelta(minutes=10))
    collecting.collect_unanswered(till.database, till.gateway, till.clock)


def test_pledge_is_charged_and_matched_at_once(till):
    campaign = till.open()

    pledge = till.pledge(campaign, "50", GOOD_CARD)

    totals = till.totals(campaign)
    assert pledge.status == PledgeStatus.COLLECTED
    assert (totals.pledged, totals.collected, totals.matched) == (eur("50"),) * 3
    assert till.is_clean()


def test_declined_card_leaves_nothing_promised(till):
    campaign = till.open()

    with pytest.raises(CardDeclinedError):
        till.pledge(campaign, "50", DECLINED_WHEN_CHARGED)

    totals = till.totals(campaign)
    assert (totals.pledged, totals.matched) == (NOTHING, NOTHING)
    assert till.is_clean()


def test_what_came_in_is_kept_although_the_goal_was_missed(till):
    campaign = till.open()
    till.pledge(campaign, "50", GOOD_CARD)

    assert till.settle(campaign) is CampaignStatus.SETTLED
    assert till.balance("cash:escrow") == eur("49.05")
    assert till.is_clean()


def test_charged_pledge_is_not_withdrawn(till):
    pledge = till.pledge(till.open(), "50", GOOD_CARD)

    with pytest.raises(PledgeNotWithdrawableError), till.database.transaction() as session:
        pledging.withdraw_pledge(session, pledge.id, now=till.clock.now())


def test_silent_provider_is_asked_again_under_the_same_key(till):
    campaign = till.open()
    with pytest.raises(GatewayUnavailableError):
        till.pledge(campaign, "50", TIMES_OUT_ONCE, key="form-1")

    pledge = till.pledge(campaign, "50", TIMES_OUT_ONCE, key="form-1")

    assert pledge.status == PledgeStatus.COLLECTED
    assert len(till.gateway.charged) == 1
    assert till.totals(campaign).collected == eur("50")


def test_backer_who_never_comes_back_is_charged_once_all_the_same(till):
    campaign = till.open()
    with pytest.raises(GatewayUnavailableError):
        till.pledge(campaign, "50", TIMES_OUT_ONCE)

    collect(till)
    collect(till)

    assert till.totals(campaign).collected == eur("50")
    assert till.is_clean()


@pytest.mark.parametrize("dying", [{"dies_before": 1}, {"dies_after": 1}])
def test_killed_around_the_charge_nothing_is_taken_twice_or_left_out(till, dying):
    campaign = till.open()
    till.gateway = KillableGateway(**dying)
    with pytest.raises(KilledError):
        till.pledge(campaign, "50", GOOD_CARD)
    assert till.is_clean()

    collect(till)
    collect(till)

    assert len(till.gateway.charged) == 1
    assert till.totals(campaign).collected == eur("50")
    assert till.is_clean()


def test_bank_that_wants_to_see_the_backer_sees_them(till):
    campaign = till.open()
    pledge = till.pledge(campaign, "50", ASKS_WHEN_CHARGED)
    assert till.totals(campaign).collected == NOTHING

    checkout.finish_pledge(till.database, till.gateway, till.clock, pledge)

    assert till.status(pledge) is PledgeStatus.COLLECTED
    assert till.totals(campaign).collected == eur("50")


def test_backer_who_leaves_the_bank_s_page_owes_nothing(till):
    campaign = till.open()
    pledge = till.pledge(campaign, "50", ASKS_WHEN_CHARGED)

    till.clock.advance(timedelta(hours=1))
    collecting.collect_unanswered(till.database, till.gateway, till.clock)

    assert till.status(pledge) is PledgeStatus.DECLINED
    assert till.totals(campaign).pledged == NOTHING
    assert till.is_clean()


def test_ceiling_of_a_collection_holds_before_anything_is_charged(till):
    campaign = till.open(legal_kind=LegalKind.SMALL_SCALE_COLLECTION, legal_number="RA/2026/1")
    till.pledge(campaign, "9999", GOOD_CARD)

    with pytest.raises(CollectionCeilingError):
        till.pledge(campaign, "1.01", GOOD_CARD, email="eero@example.fi")

    assert len(till.gateway.charged) == 1


def test_answer_that_comes_twice_is_written_down_once(till):
    campaign = till.open()
    pledge = till.pledge(campaign, "50", ANSWERS_TWICE)

    for _ in range(2):
        sweeping.sweep(till.database, till.gateway, till.clock, stripe_subjects.subject_of)

    assert till.totals(campaign).collected == eur("50")
    assert till.letters_to(pledge) == ["pledge_collected"]
    assert till.is_clean()
