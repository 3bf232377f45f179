"""One decision: signed, shown, printed, checked."""

from io import BytesIO
from typing import Any

from flask import Blueprint, flash, redirect, render_template, send_file
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from grantengine.errors import GrantEngineError, NotFoundError
from grantengine.programme.lifecycle import OrganisationKind, Role
from grantengine.reviews import deciding, queries, review_requests
from grantengine.reviews.lifecycle import DecisionOutcome, DecisionStatus
from grantengine.reviews.models import Decision
from grantengine.reviews.rubric import Rubric, read_rubric
from grantengine.web.database import reader
from grantengine.web.decision_page import said
from grantengine.web.documents.sealing import seal
from grantengine.web.forms.decisions import correction_form, proposal_of
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_person, require_role, signed_in
from grantengine.web.labels import aftermath as aftermath_labels
from grantengine.web.labels import reviews as labels
from grantengine.web.paging import cursor, page_of
from grantengine.web.problems import status_of
from grantengine.web.runtime import now, runtime, transaction

bp = Blueprint("decision", __name__)

_PAGE_SIZE = 100

OFFICIALS = (Role.PRESENTER, Role.DECISION_MAKER)
decision_makers_only = require_role(Role.DECISION_MAKER)
presenters_only = require_role(Role.PRESENTER)


@bp.post("/decisions/<decision_id>/signature")
@decision_makers_only
def sign(decision_id: str) -> tuple[str, int] | Response:
    """Decide as proposed."""
    decision = queries.decision(reader(), decision_id)
    try:
        with transaction() as session:
            deciding.sign_decision(session, decision_id, decision_maker=signed_in(), now=now())
    except GrantEngineError as error:
        return _decision_page(decision, error=said(error)), status_of(error)
    flash(_("Signed. The applicant has been told."), "success")
    return redirect(page_url(f"/decisions/{decision_id}"))


@bp.get("/decisions/<decision_id>")
@require_person
def show(decision_id: str) -> str:
    """Show a decision, or to officials a proposal."""
    return _decision_page(_readable(decision_id))


@bp.get("/decisions/<decision_id>.pdf")
@require_person
def download(decision_id: str) -> Response:
    """Give the decision as it was signed."""
    decision = _readable(decision_id)
    if decision.status != DecisionStatus.SIGNED:
        raise NotFoundError(kind="decision", id=decision_id)
    pdf = seal(runtime().database, runtime().settings, decision_id=decision_id)
    name = f"{decision.application.case_number}.pdf".replace("/", "-")
    return send_file(BytesIO(pdf), mimetype="application/pdf", download_name=name)


@bp.get("/decisions/<decision_id>/correction")
@presenters_only
def new_correction(decision_id: str) -> str:
    """Begin a new version of a signed decision with what that one says."""
    decision = _readable(decision_id)
    return _correction_page(decision, correction_form(_rubric(decision), _first(decision)))


@bp.post("/decisions/<decision_id>/correction")
@presenters_only
def correct(decision_id: str) -> tuple[str, int] | Response:
    """Propose a new version of a signed decision."""
    decision = _readable(decision_id)
    rubric = _rubric(decision)
    form = correction_form(rubric)
    if not form.validate():
        return _correction_page(decision, form), 422
    try:
        with transaction() as session:
            proposed = deciding.propose_correction(
                session,
                decision_id,
                proposal_of(form, rubric),
                reason=form.correction.data,
                presenter=signed_in(),
                now=now(),
            )
    except GrantEngineError as error:
        form.form_errors.append(said(error))
        return _correction_page(decision, form), status_of(error)
    flash(_("Proposed. A decision-maker can now sign it."), "success")
    return redirect(page_url(f"/decisions/{proposed.id}"), 303)


@bp.get("/decisions/register")
def register() -> str:
    """List every signed decision for everybody, without any person's name."""
    found = queries.signed_decisions(reader(), after=cursor(), limit=_PAGE_SIZE + 1)
    page, next_url = page_of(found, _PAGE_SIZE)
    return render_template(
        "decisions/register.html",
        decisions=page,
        next_url=next_url,
        private=OrganisationKind.PRIVATE_PERSON,
        outcomes=labels.OUTCOMES,
    )


def _readable(decision_id: str) -> Decision:
    """Load a decision for its applicant, once signed, or for an official."""
    decision = queries.decision(reader(), decision_id)
    is_own = decision.application.applicant_id == signed_in().id
    is_signed = decision.status == DecisionStatus.SIGNED
    if signed_in().roles.isdisjoint(OFFICIALS) and not (is_own and is_signed):
        raise NotFoundError(kind="decision", id=decision_id)
    return decision


def _rubric(decision: Decision) -> Rubric | None:
    if decision.outcome == DecisionOutcome.INADMISSIBLE and not decision.application.reviews:
        return None
    return read_rubric(decision.application.call.rubric)


def _first(decision: Decision) -> dict[str, Any]:
    """Give what the form of a correction begins with: all that the decision says."""
    condition, grounds = decision.condition, decision.grounds
    return {
        "outcome": decision.outcome,
        "amount": decision.amount,
        "summary": grounds["summary"],
        "crowd_goal": condition.goal if condition else None,
        "crowd_goal_until": condition.until_on if condition else None,
        **{f"grounds_{code}": text for code, text in grounds["criteria"].items()},
    }


def _correction_page(decision: Decision, form: FlaskForm) -> str:
    return render_template(
        "decisions/correction.html",
        decision=decision,
        application=decision.application,
        rubric=_rubric(decision),
        form=form,
        noindex=True,
    )


def _decision_page(decision: Decision, *, error: str | None = None) -> str:
    versions = [
        each for each in decision.application.decisions if each.status == DecisionStatus.SIGNED
    ]
    return render_template(
        "decisions/show.html",
        decision=decision,
        application=decision.application,
        versions=versions,
        is_latest=not versions or versions[-1].id == decision.id,
        requests=review_requests.requests_of(reader(), decision.id),
        aftermath=aftermath_labels,
        rubric=read_rubric(decision.application.call.rubric),
        may_sign=Role.DECISION_MAKER in signed_in().roles,
        is_presenter=decision.presenter_id == signed_in().id,
        error=error,
        labels=labels,
        noindex=True,
    )
