"""What the page of a pledge shows to whoever has its link: where it stands, what can be done."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, make_response, redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from grantengine.campaigns import changing, charging, invoices, new_cards, pledging, refund_requests
from grantengine.campaigns.lifecycle import ONCE_PAID, ChargeStatus, PledgeStatus
from grantengine.campaigns.managing_models import Invoice, NewCard, PledgeChange, RefundRequest
from grantengine.campaigns.models import Charge, Pledge
from grantengine.web.card_field import bank_step
from grantengine.web.i18n import page_url
from grantengine.web.transfer_page import Slip, slip_of


@dataclass(frozen=True, slots=True)
class PledgePage:
    """Everything about a pledge but the pledge itself.

    Attributes:
        charge: that has no final answer yet.
        new_card: whose bank waits for the backer.
        bank: what leads the backer to the bank; None where no bank waits.
        slip: how to pay it by bank transfer; None where nothing is to be paid.
        invoice: that a company asked for.
        changes: what it was before each change of its amount.
        requests: of its backer for the money back.
        may_change, may_change_amount, may_change_card: what is open to the backer now,
        may_withdraw, may_ask_back: and what else.
        is_waiting_for_retry: whether its card was declined and is tried again.
        is_paid: whether its money has come in, so that there is a receipt and not a confirmation.
    """

    charge: Charge | None
    new_card: NewCard | None
    bank: dict[str, Any] | None
    slip: Slip | None
    invoice: Invoice | None
    changes: list[PledgeChange]
    requests: list[RefundRequest]
    may_change: bool
    may_change_amount: bool
    may_change_card: bool
    may_withdraw: bool
    may_ask_back: bool
    is_waiting_for_retry: bool
    is_paid: bool


def pledge_page(session: Session, pledge: Pledge, *, now: datetime) -> PledgePage:
    """Gather the page of a pledge, whose campaign has been loaded."""
    charge = charging.unfinished_charge(session, pledge.id)
    new_card = new_cards.awaited_card(session, pledge)
    is_asking = refund_requests.open_request(session, pledge.id) is not None
    return PledgePage(
        charge=charge,
        new_card=new_card,
        bank=_bank(pledge, charge, new_card),
        slip=slip_of(session, pledge),
        invoice=invoices.invoice_of(session, pledge),
        changes=changing.changes_of(session, pledge.id),
        requests=refund_requests.requests_of(session, pledge.id),
        may_change=changing.may_be_changed(pledge),
        may_change_amount=changing.may_amount_be_changed(session, pledge, pledge.campaign, now=now),
        may_change_card=new_cards.may_take_card(pledge, charge, now=now),
        may_withdraw=pledging.may_be_withdrawn(pledge, pledge.campaign, now=now),
        may_ask_back=refund_requests.may_be_asked_back(pledge) and not is_asking,
        is_waiting_for_retry=charge is not None and charging.waits_for_retry(charge, now=now),
        is_paid=pledge.status in ONCE_PAID,
    )


def to_pledge(pledge: Pledge) -> BaseResponse:
    """Lead to the page of a pledge."""
    return redirect(page_url(f"/pledges/{pledge.token}"), 303)


def kept_private(page: str | bytes) -> Response:
    """Let a page go to no cache and to no other site: whoever has its address can withdraw."""
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _bank(pledge: Pledge, charge: Charge | None, new_card: NewCard | None) -> dict[str, Any] | None:
    if pledge.status == PledgeStatus.AUTHENTICATING:
        return _step(pledge.authentication_reference, "authentication")
    if charge is not None and charge.status == ChargeStatus.ACTION_NEEDED:
        return _step(charge.reference, "authentication")
    if new_card is not None:
        return _step(new_card.authentication_reference, f"cards/{new_card.id}/authentication")
    return None


def _step(reference: str | None, action: str) -> dict[str, Any]:
    return bank_step(reference) | {"action": action}
