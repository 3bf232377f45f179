"""Invoices for companies: a pledge that is paid by bank transfer, of any kind of campaign.

Nothing is promised before the money is there; what is not paid by the end lapses with its pledge.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grantengine.campaigns import chart, letters, pledging, transfers
from grantengine.campaigns.errors import PledgeKeyReusedError
from grantengine.campaigns.funding import helsinki_date
from grantengine.campaigns.invoice_terms import due_day
from grantengine.campaigns.lifecycle import PledgeStatus
from grantengine.campaigns.managing_models import Invoice
from grantengine.campaigns.models import Pledge
from grantengine.campaigns.pledging import PledgeRequest


@dataclass(frozen=True, slots=True)
class Company:
    """Who asks for an invoice.

    Attributes:
        name: as it stands in the trade register.
        business_id: Finnish, checked at the door.
        address: street and town; may be empty.
        order: what the company wants to find on the invoice, such as a buyer's name.
    """

    name: str
    business_id: str
    address: str | None = None
    order: str | None = None


def ask_for_invoice(
    session: Session,
    request: PledgeRequest,
    company: Company,
    *,
    take_number: Callable[[], int],
    now: datetime,
) -> Pledge:
    """Write down a pledge that waits for the payment of its invoice, and send that.

    The same key again gives the same pledge and writes no second invoice.

    Args:
        session: the transaction.
        request: what the company's person sends.
        company: whose invoice it is.
        take_number: gives the next running number of this year; called only for a new invoice.
        now: the present instant.

    Raises:
        InvoiceTooLateError: the campaign ends before anybody could pay.
        PledgeKeyReusedError: the key stands for a pledge of other content.
        CampaignsError: whatever `prepare_pledge` refuses.
    """
    pledge = pledging.prepare_pledge(session, request, gateway=chart.TRANSFER, now=now)
    if pledge.status != PledgeStatus.PREPARED:
        known = invoice_of(session, pledge)
        if known is None or known.business_id != company.business_id:
            raise PledgeKeyReusedError(key=request.key)
        return pledge
    issued_on = helsinki_date(now)
    due_on = due_day(issued_on=issued_on, deadline_on=helsinki_date(pledge.campaign.deadline_at))
    session.flush()  # The invoice points at its pledge.
    invoice = Invoice(
        pledge_id=pledge.id,
        number=f"{issued_on.year}-{take_number():05d}",
        company_name=company.name,
        business_id=company.business_id,
        address=company.address,
        order=company.order,
        issued_on=issued_on,
        due_on=due_on,
    )
    session.add(invoice)
    transfers.await_money(session, pledge, now=now)
    letters.enqueue_invoice(session, pledge, number=invoice.number, due_on=due_on, now=now)
    return pledge


def invoice_of(session: Session, pledge: Pledge) -> Invoice | None:
    """Find the invoice of a pledge, if it has one."""
    return session.get(Invoice, pledge.id)
