"""Single instalments at the finance desk: found, followed, and paid to a corrected account."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from grantengine.disbursements import accounts, payees, tracing
from grantengine.disbursements.errors import AccountUnchangedError, InvalidIBANError
from grantengine.disbursements.models import AccountChange, Instalment
from grantengine.programme.lifecycle import Role
from grantengine.web.database import reader
from grantengine.web.finance_page import words
from grantengine.web.forms.finance import AccountForm
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_role, signed_in
from grantengine.web.labels.ledger import kind_in_words
from grantengine.web.problems import sentence_of
from grantengine.web.runtime import now, transaction

bp = Blueprint("instalments", __name__)

officers_only = require_role(Role.FINANCE_OFFICER)


@bp.get("/finance/search")
@officers_only
def search() -> str | Response:
    """Find instalments by any of their names; a single one is shown at once."""
    asked = request.args.get("q", "").strip()[:140]
    found = tracing.find_instalments(reader(), asked)
    if len(found) == 1:
        return redirect(page_url(f"/finance/instalments/{found[0].id}"))
    return render_template(
        "finance/search.html", words=asked, instalments=found, limit=tracing.RESULTS_MAX, **words()
    )


@bp.get("/finance/instalments/<instalment_id>")
@officers_only
def show_instalment(instalment_id: str) -> str:
    """Follow one instalment through batches, bank and ledger."""
    return _instalment(tracing.trace(reader(), instalment_id), AccountForm())


@bp.post("/finance/instalments/<instalment_id>/account")
@officers_only
def propose_account(instalment_id: str) -> Response | tuple[str, int]:
    """Propose another account for the payee."""
    trace = tracing.trace(reader(), instalment_id)
    form = AccountForm()
    if not form.validate():
        return _instalment(trace, form), 422
    try:
        _propose(trace.instalment, form)
    except (InvalidIBANError, AccountUnchangedError) as error:
        form.iban.errors = [sentence_of(error)]
        return _instalment(trace, form), 422
    flash(_("Proposed. Another finance officer can now confirm the account."), "success")
    return redirect(page_url(f"/finance/instalments/{instalment_id}#account"), 303)


@bp.post("/finance/account-changes/<change_id>/confirmation")
@officers_only
def confirm(change_id: str) -> Response:
    """Take the account into use."""
    with transaction() as session:
        change = payees.confirm_account(session, change_id, officer_id=signed_in().id, now=now())
        place = _place_of(change)
    flash(_("Confirmed. What is paid from now on goes to the new account."), "success")
    return redirect(place, 303)


@bp.post("/finance/account-changes/<change_id>/dropping")
@officers_only
def drop(change_id: str) -> Response:
    """Give the account up."""
    with transaction() as session:
        change = payees.drop_account(session, change_id, officer_id=signed_in().id, now=now())
        place = _place_of(change)
    flash(_("Dropped. The account stays as it was."), "success")
    return redirect(place, 303)


def _instalment(trace: tracing.Trace, form: AccountForm) -> str:
    return render_template(
        "finance/instalment.html",
        trace=trace,
        form=form,
        changes=payees.changes_of(reader(), trace.instalment.grant_id),
        format_iban=accounts.format_iban,
        kind_in_words=kind_in_words,
        **words(),
    )


def _propose(instalment: Instalment, form: AccountForm) -> None:
    with transaction() as session:
        payees.propose_account(
            session,
            instalment.grant_id,
            form.iban.data,
            reason=form.reason.data.strip(),
            officer_id=signed_in().id,
            now=now(),
        )


def _place_of(change: AccountChange) -> str:
    first = change.grant.instalments[0]
    return page_url(f"/finance/instalments/{first.id}#account")
