"""Backers' money at the finance desk: what waits for a person, disputes, payouts, refunds."""

import sqlalchemy as sa
from flask import Blueprint, flash, redirect, render_template
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from grantengine.campaigns import refund_requests, refunds, transfer_queue
from grantengine.campaigns.errors import CampaignsError
from grantengine.campaigns.lifecycle import DisputeStatus, PayoutStatus
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.campaigns.payment_models import Dispute, Payout
from grantengine.programme.lifecycle import Role
from grantengine.web.database import reader
from grantengine.web.forms.backers import RefundForm
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_role, signed_in
from grantengine.web.labels.payments import DISPUTE_REASONS, DOUBTS, PAYOUT_STATUSES
from grantengine.web.problems import sentence_of
from grantengine.web.runtime import runtime

bp = Blueprint("finance_backers", __name__)

officers_only = require_role(Role.FINANCE_OFFICER)


@bp.get("/finance/backers")
@require_role(Role.FINANCE_OFFICER, Role.STEWARD)
def show() -> str:
    """Show what waits for a person, and what the payment provider is at."""
    return _page(RefundForm())


@bp.post("/finance/backers/refunds")
@officers_only
def refund() -> Response | tuple[str, int]:
    """Give a pledge back, or a part of it."""
    form = RefundForm()
    if not form.validate():
        return _page(form), 422
    engine = runtime()
    try:
        refunds.refund_pledge(
            engine.database,
            engine.ports["payments"],
            engine.clock,
            form.pledge.data,
            amount=form.amount.data,
            refund_id=form.key.data,
            actor_id=signed_in().id,
        )
    except CampaignsError as error:
        form.amount.errors = [sentence_of(error)]
        return _page(form), 409
    flash(_("The money is on its way back to the backer’s card."), "success")
    return _back()


def _back() -> Response:
    return redirect(page_url("/finance/backers"), 303)


def _page(form: RefundForm) -> str:
    session = reader()
    form.renew_key()
    return render_template(
        "finance/backers.html",
        form=form,
        is_officer=Role.FINANCE_OFFICER in signed_in().roles,
        requests=refund_requests.open_requests(session),
        transfers=transfer_queue.unclear_transfers(session),
        disputes=_disputes(session),
        payouts=_payouts(session),
        doubts=DOUBTS,
        dispute_reasons=DISPUTE_REASONS,
        payout_statuses=PAYOUT_STATUSES,
    )


def _disputes(session: Session) -> list[Dispute]:
    query = sa.select(Dispute).options(joinedload(Dispute.pledge).joinedload(Pledge.campaign))
    query = query.where(Dispute.status == DisputeStatus.OPEN)
    return list(session.scalars(query.order_by(Dispute.opened_at)))


def _payouts(session: Session) -> list[tuple[Payout, str]]:
    query = (
        sa.select(Payout, Campaign.title)
        .join(Campaign, Campaign.id == Payout.campaign_id)
        .where(Payout.status != PayoutStatus.PAID)
    )
    return [(row[0], row[1]) for row in session.execute(query.order_by(Payout.prepared_at))]
