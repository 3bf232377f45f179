"""Correcting a payee's account from the finance desk: proposed by one, answered by another."""

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from grantengine.disbursements import payees
from grantengine.disbursements.models import AccountChange, Instalment
from grantengine.programme.lifecycle import Role
from grantengine.web.forms.finance import AccountForm
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_role, signed_in
from grantengine.web.runtime import now, transaction

bp = Blueprint("payee_accounts", __name__)

officers_only = require_role(Role.FINANCE_OFFICER)


def propose(instalment: Instalment, form: AccountForm) -> Response:
    """Keep a proposal from a form that validated, and go back to the instalment."""
    with transaction() as session:
        payees.propose_account(
            session,
            instalment.grant_id,
            form.iban.data,
            reason=form.reason.data.strip(),
            officer_id=signed_in().id,
            now=now(),
        )
    flash(_("Proposed. Another finance officer can now confirm the account."), "success")
    return redirect(page_url(f"/finance/instalments/{instalment.id}#account"), 303)


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


def _place_of(change: AccountChange) -> str:
    first = change.grant.instalments[0]
    return page_url(f"/finance/instalments/{first.id}#account")
