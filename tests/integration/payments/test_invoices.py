"""Invoices to companies: paid by bank transfer, lapsed unpaid, sent back when a campaign fails."""

from datetime import date
from itertools import count

import pytest

from grantengine.campaigns import invoices, transfers
from grantengine.campaigns.errors import (
    InvoiceTooLateError,
    PledgeKeyReusedError,
    RefundNotPossibleError,
)
from grantengine.campaigns.invoices import Company
from grantengine.campaigns.lifecycle import (
    CampaignKind,
    CampaignStatus,
    PledgeStatus,
    TransferDoubt,
    TransferStatus,
)
from grantengine.campaigns.managing_models import Invoice
from grantengine.campaigns.payment_models import IncomingTransfer
from grantengine.campaigns.pledging import PledgeRequest
from grantengine.campaigns.refunds import refund_pledge
from grantengine.money import eur
from tests.support.campaigns import GOOD_CARD

BAKERY = Company(name="Leipomo Oy", business_id="0201256-6", order="PO 12")
numbers = count(1)


def invoiced(till, campaign, amount="100", *, key="form-1", company=BAKERY):
    request = PledgeRequest(
        campaign_id=campaign.id,
        key=key,
        amount=eur(amount),
        email="oy@example.fi",
        language="fi",
    )
    with till.database.transaction() as session:
        return invoices.ask_for_invoice(
            session,
            request,
            company,
            take_number=lambda: next(numbers),
            now=till.clock.now(),
        )


def pay(till, pledge, amount="100"):
    told = transfers.Arrived(
        "a" * 64, eur(amount), pledge.transfer_reference, "Leipomo Oy", date(2026, 9, 17)
    )
    with till.database.transaction() as session:
        return transfers.receive(session, told, now=till.clock.now())


@pytest.fixture
def campaign(till):
    """A campaign that charges at its deadline, if EUR 500 are pledged."""
    return till.open(kind=CampaignKind.ALL_OR_NOTHING)


def test_invoice_promises_nothing_before_it_is_paid(till, campaign):
    pledge = invoiced(till, campaign)

    assert till.totals(campaign).pledged == eur("0")
    assert till.letters_to(pledge) == ["invoice_sent"]
    with till.database.reading() as session:
        invoice = invoices.invoice_of(session, pledge)
    assert (invoice.company_name, invoice.due_on) == ("Leipomo Oy", date(2026, 9, 30))


def test_paid_invoice_counts_with_its_match_and_is_kept_when_the_campaign_is_funded(till, campaign):
    pledge = invoiced(till, campaign)
    pay(till, pledge)
    assert (till.totals(campaign).collected, till.totals(campaign).matched) == (eur("100"),) * 2
    till.pledge(campaign, "400", GOOD_CARD)

    assert till.settle(campaign) is CampaignStatus.SETTLED

    assert till.totals(campaign).collected == eur("500")
    assert till.is_clean()


def test_paid_invoice_of_a_failed_campaign_waits_to_be_sent_back(till, campaign):
    pledge = invoiced(till, campaign)
    till.pledge(campaign, "50", GOOD_CARD)
    arrived = pay(till, pledge)

    assert till.settle(campaign) is CampaignStatus.SETTLED

    found = till.totals(campaign)
    assert (found.pledged, found.collected, found.matched) == (eur("0"),) * 3
    assert till.status(pledge) is PledgeStatus.RELEASED
    assert till.balance("cash:unassigned") == eur("100")
    assert till.letters_to(pledge)[-1] == "campaign_failed"
    with till.database.reading() as session:
        back = session.get_one(IncomingTransfer, arrived.id)
    assert (back.status, back.doubt) == (TransferStatus.UNCLEAR, TransferDoubt.CAMPAIGN_FAILED)
    assert till.is_clean()


def test_unpaid_invoice_lapses_with_its_pledge(till, campaign):
    pledge = invoiced(till, campaign)
    till.pledge(campaign, "500", GOOD_CARD)

    assert till.settle(campaign) is CampaignStatus.SETTLED

    assert till.status(pledge) is PledgeStatus.LAPSED
    assert till.totals(campaign).pledged == eur("500")


def test_sending_the_form_twice_makes_one_invoice(till, campaign):
    first, second = invoiced(till, campaign), invoiced(till, campaign)

    assert first.id == second.id
    assert till.count(Invoice) == 1
    with pytest.raises(PledgeKeyReusedError):
        invoiced(till, campaign, company=Company("Muu Oy", "1572860-0"))


def test_no_invoice_is_sent_two_days_before_the_end(till, campaign):
    till.clock.set_to(campaign.deadline_at.replace(day=campaign.deadline_at.day - 2))

    with pytest.raises(InvoiceTooLateError):
        invoiced(till, campaign)

    assert till.count(Invoice) == 0


def test_paid_invoice_goes_back_whole_before_the_campaign_is_decided(till, campaign):
    pledge = invoiced(till, campaign)
    pay(till, pledge)

    with pytest.raises(RefundNotPossibleError):
        refund_pledge(till.database, till.gateway, till.clock, pledge.id, amount=eur("40"))
    refund_pledge(till.database, till.gateway, till.clock, pledge.id)

    assert till.status(pledge) is PledgeStatus.REFUNDED
    assert till.settle(campaign) is CampaignStatus.SETTLED
    assert till.balance("cash:escrow") == eur("0")
    assert till.is_clean()
