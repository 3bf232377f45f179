"""Bank transfers: promised when the money is there; what does not fit waits for a person."""

from datetime import date

import pytest

from grantengine.campaigns import transfers
from grantengine.campaigns.errors import (
    RefundNotPossibleError,
    TransferHandledError,
    TransferNotPledgedError,
)
from grantengine.campaigns.lifecycle import (
    CampaignKind,
    CampaignStatus,
    PledgeStatus,
    TransferDoubt,
    TransferStatus,
)
from grantengine.campaigns.payment_models import IncomingTransfer
from grantengine.campaigns.pledging import PledgeRequest
from grantengine.campaigns.refunds import refund_pledge
from grantengine.ids import new_id
from grantengine.money import eur
from grantengine.programme.lifecycle import Role
from grantengine.programme.service import register_person
from grantengine.references import is_viitenumero, make_creditor_reference

ARRIVED_ON = date(2026, 9, 17)


@pytest.fixture
def campaign(till):
    """A campaign that keeps what comes in."""
    return till.open()


def awaited(till, campaign, amount="50"):
    """Ask for a pledge by bank transfer."""
    request = PledgeRequest(
        campaign_id=campaign.id,
        key=new_id("key", till.clock.now()),
        amount=eur(amount),
        email="oy@example.fi",
        language="fi",
    )
    with till.database.transaction() as session:
        return transfers.await_transfer(session, request, now=till.clock.now())


def arrive(till, amount, reference, *, key="a" * 64):
    """Let money arrive, as a bank statement tells it."""
    told = transfers.Arrived(key, eur(amount), reference, "Yritys Oy", ARRIVED_ON)
    with till.database.transaction() as session:
        return transfers.receive(session, told, now=till.clock.now())


def accept(till, transfer, officer, reference=None):
    with till.database.transaction() as session:
        transfers.accept(
            session, transfer.id, reference=reference, officer_id=officer.id, now=till.clock.now()
        )


@pytest.fixture
def officer(till, campaign):
    with till.database.transaction() as session:
        return register_person(
            session,
            name="Raili",
            email="raili@example.fi",
            language="fi",
            roles=[Role.FINANCE_OFFICER],
            now=till.clock.now(),
        )


def test_pledge_has_a_reference_and_promises_nothing_yet(till, campaign):
    pledge = awaited(till, campaign)

    assert is_viitenumero(pledge.transfer_reference)
    assert till.totals(campaign).pledged == eur("0")


@pytest.mark.parametrize("form", [str, make_creditor_reference, lambda text: text.zfill(20)])
def test_money_with_the_reference_is_pledged_matched_and_collected(till, campaign, form):
    pledge = awaited(till, campaign)

    arrive(till, "50", form(pledge.transfer_reference))

    totals = till.totals(campaign)
    assert till.status(pledge) is PledgeStatus.COLLECTED
    assert (totals.pledged, totals.collected, totals.matched) == (eur("50"),) * 3
    assert till.balance(f"cash:held:{campaign.id}") == eur("50")
    assert till.balance("cash:escrow") == eur("50")
    assert till.is_clean()


def test_movement_that_two_statements_tell_arrived_once(till, campaign):
    pledge = awaited(till, campaign)

    first, second = (arrive(till, "50", pledge.transfer_reference) for _ in range(2))

    assert first.status == TransferStatus.PLEDGED
    assert second is None
    assert till.totals(campaign).collected == eur("50")


@pytest.mark.parametrize(
    ("amount", "reference", "doubt"),
    [
        ("49.99", "own", TransferDoubt.WRONG_AMOUNT),
        ("50.01", "own", TransferDoubt.WRONG_AMOUNT),
        ("50", "1232", TransferDoubt.UNKNOWN_REFERENCE),
        ("50", None, TransferDoubt.UNKNOWN_REFERENCE),
    ],
)
def test_what_does_not_fit_waits_for_a_person(till, campaign, amount, reference, doubt):
    pledge = awaited(till, campaign)

    arrived = arrive(till, amount, pledge.transfer_reference if reference == "own" else reference)

    assert (arrived.status, arrived.doubt) == (TransferStatus.UNCLEAR, doubt)
    assert till.totals(campaign).pledged == eur("0")
    assert till.balance("cash:unassigned") == eur(amount)
    assert till.is_clean()


def test_paying_twice_leaves_the_second_for_a_person(till, campaign):
    pledge = awaited(till, campaign)
    arrive(till, "50", pledge.transfer_reference)

    again = arrive(till, "50", pledge.transfer_reference, key="b" * 64)

    assert again.doubt == TransferDoubt.PAID_TWICE
    assert till.totals(campaign).collected == eur("50")


def test_money_that_comes_after_the_end_waits_for_a_person(till, campaign):
    pledge = awaited(till, campaign)
    till.clock.set_to(campaign.deadline_at)

    assert arrive(till, "50", pledge.transfer_reference).doubt == TransferDoubt.TOO_LATE
    assert till.settle(campaign) is CampaignStatus.FAILED
    assert till.is_clean()


def test_officer_takes_a_wrong_amount_as_it_came(till, campaign, officer):
    pledge = awaited(till, campaign)
    arrived = arrive(till, "45", pledge.transfer_reference)

    accept(till, arrived, officer)

    assert till.totals(campaign).collected == eur("45")
    assert till.balance("cash:unassigned") == eur("0")
    assert till.is_clean()


def test_officer_finds_the_pledge_that_money_without_a_reference_belongs_to(
    till, campaign, officer
):
    pledge = awaited(till, campaign)
    arrived = arrive(till, "50", None)

    accept(till, arrived, officer, reference=pledge.transfer_reference)

    assert till.status(pledge) is PledgeStatus.COLLECTED


def test_money_is_dealt_with_once(till, campaign, officer):
    pledge = awaited(till, campaign)
    arrived = arrive(till, "45", pledge.transfer_reference)
    accept(till, arrived, officer)

    with pytest.raises(TransferHandledError):
        accept(till, arrived, officer)


def test_officer_notes_what_was_sent_back(till, campaign, officer):
    arrived = arrive(till, "50", "1232")

    with till.database.transaction() as session:
        transfers.send_back(session, arrived.id, officer_id=officer.id, now=till.clock.now())

    assert till.balance("cash:escrow") == eur("0")
    assert till.count(IncomingTransfer, status=TransferStatus.SENT_BACK) == 1
    assert till.is_clean()


def test_transfer_is_no_way_to_pay_at_a_deadline(till):
    campaign = till.open(kind=CampaignKind.ALL_OR_NOTHING)

    with pytest.raises(TransferNotPledgedError):
        awaited(till, campaign)


def test_card_refund_of_a_transfer_is_refused(till, campaign):
    pledge = awaited(till, campaign)
    arrive(till, "50", pledge.transfer_reference)

    with pytest.raises(RefundNotPossibleError):
        refund_pledge(till.database, till.gateway, till.clock, pledge.id)
