"""What waits for a person at the finance desk: money in doubt, and backers who ask for theirs."""

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from grantengine.campaigns import refund_requests, transfer_queue
from grantengine.campaigns.errors import CampaignsError
from grantengine.disbursements.accounts import format_iban
from grantengine.errors import GrantEngineError
from grantengine.programme.lifecycle import Role
from grantengine.web.database import reader
from grantengine.web.forms.backers import AssignForm, GrantForm, RefusalForm, SplitForm
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_role, signed_in
from grantengine.web.labels.payments import DOUBTS
from grantengine.web.problems import sentence_of, status_of
from grantengine.web.runtime import now, runtime, transaction

bp = Blueprint("finance_queue", __name__)

officers_only = require_role(Role.FINANCE_OFFICER)
officers_and_stewards = require_role(Role.FINANCE_OFFICER, Role.STEWARD)


@bp.get("/finance/backers/transfers/<transfer_id>")
@officers_only
def show_transfer(transfer_id: str) -> str | Response:
    """Show money that fitted no pledge, and whose it may be."""
    return _transfer_page(transfer_id)


@bp.post("/finance/backers/transfers/<transfer_id>/acceptance")
@officers_only
def accept(transfer_id: str) -> Response | tuple[str | Response, int]:
    """Make money that arrived a pledge."""
    form = AssignForm()
    try:
        with transaction() as session:
            transfer_queue.accept(
                session,
                transfer_id,
                reference=form.reference.data or None,
                officer_id=signed_in().id,
                now=now(),
            )
    except GrantEngineError as error:
        form.reference.errors = [sentence_of(error)]
        return _transfer_page(transfer_id, assign=form), status_of(error)
    flash(_("The money is now that pledge, and its backer has a letter."), "success")
    return _back()


@bp.post("/finance/backers/transfers/<transfer_id>/parts")
@officers_only
def split(transfer_id: str) -> Response | tuple[str | Response, int]:
    """Split a part off money that arrived."""
    form = SplitForm()
    amount = form.amount.data if form.validate() else None
    if amount is None:
        return _transfer_page(transfer_id, split=form), 422
    try:
        with transaction() as session:
            transfer_queue.split(
                session,
                transfer_id,
                [amount],
                officer_id=signed_in().id,
                now=now(),
            )
    except CampaignsError as error:
        form.amount.errors = [sentence_of(error)]
        return _transfer_page(transfer_id, split=form), status_of(error)
    flash(_("Taken apart. Both parts wait here."), "success")
    return _back()


@bp.post("/finance/backers/transfers/<transfer_id>/return")
@officers_only
def send_back(transfer_id: str) -> Response:
    """Note that money was sent back to its payer at the bank."""
    with transaction() as session:
        transfer_queue.send_back(session, transfer_id, officer_id=signed_in().id, now=now())
    flash(_("Noted. The money is no longer ours."), "success")
    return _back()


@bp.get("/finance/backers/requests/<request_id>")
@officers_and_stewards
def show_request(request_id: str) -> str:
    """Show why a backer asks for the money back."""
    return _request_page(request_id)


@bp.post("/finance/backers/requests/<request_id>/grant")
@officers_and_stewards
def grant(request_id: str) -> Response | tuple[str, int]:
    """Give the money back, or a part of it."""
    form = GrantForm()
    if not form.validate():
        return _request_page(request_id, grant=form), 422
    engine = runtime()
    try:
        refund_requests.grant(
            engine.database,
            engine.ports["payments"],
            engine.clock,
            request_id,
            amount=form.amount.data,
            officer_id=signed_in().id,
        )
    except CampaignsError as error:
        form.amount.errors = [sentence_of(error)]
        return _request_page(request_id, grant=form), status_of(error)
    flash(_("Granted. The backer has a letter, and all totals follow."), "success")
    return _back()


@bp.post("/finance/backers/requests/<request_id>/refusal")
@officers_and_stewards
def refuse(request_id: str) -> Response | tuple[str, int]:
    """Say no, and why."""
    form = RefusalForm()
    if not form.validate():
        return _request_page(request_id, refusal=form), 422
    with transaction() as session:
        refund_requests.refuse(
            session,
            request_id,
            answer=form.answer.data,
            officer_id=signed_in().id,
            now=now(),
        )
    flash(_("Refused. The backer has a letter that says why."), "success")
    return _back()


def _back() -> Response:
    return redirect(page_url("/finance/backers"), 303)


def _transfer_page(
    transfer_id: str, *, assign: AssignForm | None = None, split: SplitForm | None = None
) -> str | Response:
    transfer = transfer_queue.unclear_transfer(reader(), transfer_id)
    own = transfer.pledge.transfer_reference if transfer.pledge else None
    return render_template(
        "finance/transfer.html",
        transfer=transfer,
        why=DOUBTS[transfer.doubt] if transfer.doubt else "",
        candidates=transfer_queue.candidates(reader(), transfer),
        assign=assign or AssignForm(formdata=None, data={"reference": own}),
        split=split or SplitForm(formdata=None),
    )


def _request_page(
    request_id: str, *, grant: GrantForm | None = None, refusal: RefusalForm | None = None
) -> str:
    return render_template(
        "finance/refund_request.html",
        is_officer=Role.FINANCE_OFFICER in signed_in().roles,
        wanted=refund_requests.open_one(reader(), request_id),
        grant=grant or GrantForm(formdata=None),
        refusal=refusal or RefusalForm(formdata=None),
        format_iban=format_iban,
    )
