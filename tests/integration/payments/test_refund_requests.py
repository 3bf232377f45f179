"""Backers ask for their money back with a reason; an officer grants it or says why not."""

from datetime import date, timedelta

import pytest

from grantengine.campaigns import forgetting, refund_requests, transfers
from grantengine.campaigns.errors import (
    RefundNotPossibleError,
    RefundRequestAnsweredError,
)
from grantengine.campaigns.lifecycle import CampaignKind, PledgeStatus, RefundRequestStatus
from grantengine.campaigns.managing_models import RefundRequest
from grantengine.campaigns.payment_models import Refund
from grantengine.campaigns.pledging import PledgeRequest
from grantengine.ids import new_id
from grantengine.money import eur
from grantengine.programme.lifecycle import Role
from grantengine.programme.service import register_person
from tests.support.campaigns import GOOD_CARD, KillableGateway, KilledError
from tests.support.payments import Till


@pytest.fixture
def officer(till):
    with till.database.transaction() as session:
        return register_person(
            session,
            name="Raili",
            email="raili@example.fi",
            language="fi",
            roles=[Role.FINANCE_OFFICER],
            now=till.clock.now(),
        )


@pytest.fixture
def campaign(till):
    """A campaign that charges at once."""
    return till.open()


def ask(till, pledge, reason="Maksoin kahdesti."):
    with till.database.transaction() as session:
        return refund_requests.ask_for_refund(
            session, pledge.id, reason=reason, iban="FI2112345600000785", now=till.clock.now()
        )


def transferred(till, campaign):
    """Pledge EUR 50 by bank transfer, and let the money arrive."""
    now = till.clock.now()
    request = PledgeRequest(
        campaign_id=campaign.id,
        key=new_id("key", now),
        amount=eur("50"),
        email="oy@example.fi",
        language="fi",
    )
    with till.database.transaction() as session:
        pledge = transfers.await_transfer(session, request, now=now)
        reference = pledge.transfer_reference
        told = transfers.Arrived("a" * 64, eur("50"), reference, "Yritys Oy", date(2026, 9, 17))
        transfers.receive(session, told, now=now)
    return pledge


def accounts_of(till, *requests):
    with till.database.reading() as session:
        return [session.get_one(RefundRequest, each.id).iban for each in requests]


def grant(till, request, officer, amount=None):
    return refund_requests.grant(
        till.database,
        till.gateway,
        till.clock,
        request.id,
        amount=amount,
        officer_id=officer.id,
    )


def refuse(till, request, officer):
    with till.database.transaction() as session:
        refund_requests.refuse(
            session,
            request.id,
            answer="Lahja on annettu.",
            officer_id=officer.id,
            now=till.clock.now(),
        )


def status_of(till, request):
    with till.database.reading() as session:
        return session.get_one(RefundRequest, request.id).status


def test_granted_request_gives_the_money_back_with_its_match(till, campaign, officer):
    pledge = till.pledge(campaign, "50", GOOD_CARD)
    till.pledge(campaign, "70", GOOD_CARD, email="eero@example.fi")
    request = ask(till, pledge)
    assert till.totals(campaign).pledged == eur("120")

    grant(till, request, officer)

    assert status_of(till, request) == RefundRequestStatus.GRANTED
    assert till.status(pledge) is PledgeStatus.REFUNDED
    assert (till.totals(campaign).collected, till.totals(campaign).matched) == (eur("70"),) * 2
    assert till.letters_to(pledge)[1:] == ["refund_asked", "pledge_refunded"]
    assert till.is_clean()


def test_a_part_can_be_granted(till, campaign, officer):
    pledge = till.pledge(campaign, "50", GOOD_CARD)

    grant(till, ask(till, pledge), officer, eur("20"))

    assert till.totals(campaign).collected == eur("30")
    with till.database.reading() as session:
        assert refund_requests.open_requests(session) == []


def test_refusal_says_why_and_moves_nothing(till, campaign, officer):
    pledge = till.pledge(campaign, "50", GOOD_CARD)
    request = ask(till, pledge)

    refuse(till, request, officer)

    assert status_of(till, request) == RefundRequestStatus.REFUSED
    assert till.totals(campaign).collected == eur("50")
    assert till.letters_to(pledge)[-1] == "refund_refused"
    for again in (refuse, grant):
        with pytest.raises(RefundRequestAnsweredError):
            again(till, request, officer)


def test_asking_twice_is_one_request_until_it_is_answered(till, campaign, officer):
    pledge = till.pledge(campaign, "50", GOOD_CARD)

    first, second = ask(till, pledge), ask(till, pledge, "Toinen kerta.")
    refuse(till, first, officer)
    third = ask(till, pledge)

    assert first.id == second.id != third.id


def test_nothing_is_asked_back_of_what_was_not_charged(till, officer):
    campaign = till.open(kind=CampaignKind.ALL_OR_NOTHING)
    pledge = till.pledge(campaign, "50", GOOD_CARD)

    with pytest.raises(RefundNotPossibleError):
        ask(till, pledge)


def test_more_than_is_held_leaves_the_request_open(till, campaign, officer):
    pledge = till.pledge(campaign, "50", GOOD_CARD)
    request = ask(till, pledge)

    with pytest.raises(RefundNotPossibleError):
        grant(till, request, officer, eur("51"))

    assert status_of(till, request) == RefundRequestStatus.OPEN


def test_account_is_forgotten_400_days_after_the_request_was_answered(till, campaign, officer):
    pledge = transferred(till, campaign)
    answered = ask(till, pledge)
    till.clock.advance(timedelta(days=30))
    refuse(till, answered, officer)
    still_open = ask(till, pledge, "Kysyn vielä kerran.")

    till.clock.advance(timedelta(days=400))
    forgetting.forget_refund_accounts(till.database, till.clock)
    assert accounts_of(till, answered, still_open) == ["FI2112345600000785"] * 2

    till.clock.advance(timedelta(seconds=1))
    forgetting.forget_refund_accounts(till.database, till.clock)
    assert accounts_of(till, answered, still_open) == [None, "FI2112345600000785"]


@pytest.mark.parametrize("dies", [{"dies_before": 2}, {"dies_after": 2}])
def test_killed_while_granting_the_money_goes_back_once(wired_database, clock, dies):
    till = Till(wired_database, KillableGateway(**dies), clock)
    campaign = till.open()
    pledge = till.pledge(campaign, "50", GOOD_CARD)
    with till.database.transaction() as session:
        officer = register_person(
            session,
            name="Raili",
            email="raili@example.fi",
            language="fi",
            roles=[Role.FINANCE_OFFICER],
            now=clock.now(),
        )
    request = ask(till, pledge)
    with pytest.raises(KilledError):
        grant(till, request, officer, eur("20"))

    grant(till, request, officer, eur("20"))

    assert till.count(Refund) == 1
    assert len(till.gateway.refunded) == 1
    assert status_of(till, request) == RefundRequestStatus.GRANTED
    assert till.totals(campaign).collected == eur("30")
    assert till.is_clean()
