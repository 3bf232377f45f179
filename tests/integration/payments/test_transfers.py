"""Bank transfers: promised when the money is there; what does not fit waits for a person."""

from datetime import date

import pytest

from grantengine.campaigns import changing, pledging, transfer_queue, transfers
from grantengine.campaigns.changing import NewTerms
from grantengine.campaigns.errors import (
    TransferHandledError,
    TransferNotPledgedError,
    TransferNotSplitError,
)
from grantengine.campaigns.lifecycle import (
    CampaignKind,
    CampaignStatus,
    PledgeStatus,
    RefundStatus,
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
from grantengine.web.gateways.sandbox import fee_of
from tests.support.campaigns import GOOD_CARD

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
        transfer_queue.accept(
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
    assert till.settle(campaign) is CampaignStatus.SETTLED
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
        transfer_queue.send_back(session, arrived.id, officer_id=officer.id, now=till.clock.now())

    assert till.balance("cash:escrow") == eur("0")
    assert till.count(IncomingTransfer, status=TransferStatus.SENT_BACK) == 1
    assert till.is_clean()


def test_transfer_is_no_way_to_pay_at_a_deadline(till):
    campaign = till.open(kind=CampaignKind.ALL_OR_NOTHING)

    with pytest.raises(TransferNotPledgedError):
        awaited(till, campaign)


def test_refund_of_a_transfer_leaves_the_bank_account(till, campaign):
    pledge = awaited(till, campaign)
    arrive(till, "50", pledge.transfer_reference)

    refund = refund_pledge(
        till.database, till.gateway, till.clock, pledge.id, amount=eur("20"), refund_id="rfd_1"
    )
    refund_pledge(
        till.database, till.gateway, till.clock, pledge.id, amount=eur("20"), refund_id="rfd_1"
    )

    assert refund.status == RefundStatus.DONE
    assert till.gateway.refunded == {}
    assert till.totals(campaign).collected == eur("30")
    assert till.totals(campaign).matched == eur("30")
    assert till.balance("cash:escrow") == eur("30")
    assert till.balance(f"cash:held:{campaign.id}") == eur("30")
    assert till.is_clean()


def test_money_for_a_pledge_that_was_withdrawn_waits_for_a_person(till, campaign):
    pledge = awaited(till, campaign)
    with till.database.transaction() as session:
        pledging.withdraw_pledge(session, pledge.id, now=till.clock.now())

    arrived = arrive(till, "50", pledge.transfer_reference)

    assert till.status(pledge) is PledgeStatus.WITHDRAWN
    assert arrived.doubt == TransferDoubt.NOT_AWAITED


def test_amount_can_be_changed_until_the_money_comes(till, campaign):
    pledge = awaited(till, campaign)
    wanted = NewTerms(amount=eur("60"), name=None, is_name_shown=False, message=None)
    with till.database.transaction() as session:
        changing.change_pledge(session, pledge.id, wanted, now=till.clock.now())

    arrive(till, "60", pledge.transfer_reference)

    assert till.totals(campaign).collected == eur("60")
    assert till.is_clean()


def test_pledge_that_is_not_paid_by_the_end_lapses(till, campaign):
    pledge = awaited(till, campaign)
    till.pledge(campaign, "70", GOOD_CARD)

    assert till.settle(campaign) is CampaignStatus.SETTLED

    assert till.status(pledge) is PledgeStatus.LAPSED
    assert till.totals(campaign).pledged == eur("70")
    assert till.letters_to(pledge)[-1] == "transfer_lapsed"
    assert arrive(till, "50", pledge.transfer_reference).doubt == TransferDoubt.NOT_AWAITED


def test_money_is_split_among_two_pledges_and_what_goes_back(till, campaign, officer):
    first, second = awaited(till, campaign), awaited(till, campaign, "30")
    arrived = arrive(till, "100", None)
    with till.database.transaction() as session:
        parts = transfer_queue.split(
            session,
            arrived.id,
            [eur("50"), eur("30")],
            officer_id=officer.id,
            now=till.clock.now(),
        )

    assert [each.amount for each in parts] == [eur("50"), eur("30"), eur("20")]
    accept(till, parts[0], officer, reference=first.transfer_reference)
    accept(till, parts[1], officer, reference=second.transfer_reference)
    with till.database.transaction() as session:
        transfer_queue.send_back(session, parts[2].id, officer_id=officer.id, now=till.clock.now())

    assert till.totals(campaign).collected == eur("80")
    assert till.balance("cash:unassigned") == eur("0")
    assert till.balance("cash:escrow") == eur("80")
    assert till.is_clean()
    with pytest.raises(TransferHandledError):
        accept(till, arrived, officer, reference=first.transfer_reference)


@pytest.mark.parametrize("amounts", [[], ["0"], ["-1"], ["50"], ["30", "20"], ["60"]])
def test_parts_are_positive_and_leave_something(till, campaign, officer, amounts):
    arrived = arrive(till, "50", None)

    with till.database.transaction() as session, pytest.raises(TransferNotSplitError):
        transfer_queue.split(
            session,
            arrived.id,
            [eur(each) for each in amounts],
            officer_id=officer.id,
            now=till.clock.now(),
        )

    assert till.count(IncomingTransfer) == 1


def test_card_money_alone_is_sent_from_the_provider_to_the_bank(till, campaign):
    other = till.open()
    till.pledge(other, "300", GOOD_CARD)
    pledge = awaited(till, campaign, "100")
    arrive(till, "100", pledge.transfer_reference)
    till.pledge(campaign, "70", GOOD_CARD)
    net = eur("70") - fee_of(eur("70"))

    till.settle(campaign)

    assert list(till.gateway.paid_out.values()) == [net]
    assert till.balance("cash:escrow") == eur("100") + net
