"""Requests to review a decision: made by the applicant, handled by somebody who did not decide."""

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, send_file
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from grantengine.clock import HELSINKI
from grantengine.errors import GrantEngineError, NotFoundError
from grantengine.programme.lifecycle import Role
from grantengine.reviews import queries, review_requests
from grantengine.reviews.aftermath_models import ReviewRequest
from grantengine.reviews.lifecycle import DecisionStatus, ReviewRequestStatus
from grantengine.reviews.models import Decision
from grantengine.reviews.review_period import review_period
from grantengine.web.database import reader
from grantengine.web.documents.answering import seal_answer
from grantengine.web.forms.finance import today
from grantengine.web.forms.review_requests import AnswerForm, ReviewRequestForm
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_person, require_role, signed_in
from grantengine.web.labels import aftermath as aftermath_labels
from grantengine.web.labels import reviews as labels
from grantengine.web.problems import sentence_of, status_of
from grantengine.web.runtime import now, runtime, transaction

bp = Blueprint("review_requests", __name__)

OFFICIALS = (Role.PRESENTER, Role.DECISION_MAKER)
officials_only = require_role(*OFFICIALS)


@bp.get("/decisions/<decision_id>/review-request")
@require_person
def new(decision_id: str) -> str:
    """Ask for what should be changed, and why; say until when."""
    return _form_page(_own(decision_id), ReviewRequestForm())


@bp.post("/decisions/<decision_id>/review-request")
@require_person
def create(decision_id: str) -> tuple[str, int] | Response:
    """Take the request; nothing that was typed is lost when it is refused."""
    decision, form = _own(decision_id), ReviewRequestForm()
    if not form.validate():
        return _form_page(decision, form), 422
    try:
        with transaction() as session:
            request = review_requests.request_review(
                session,
                decision_id,
                applicant=signed_in(),
                demand=form.demand.data,
                grounds=form.grounds.data,
                now=now(),
            )
    except GrantEngineError as error:
        form.form_errors.append(sentence_of(error))
        return _form_page(decision, form), status_of(error)
    if request.is_late:
        flash(_("Received, but after the last day. You get an answer in writing."), "warning")
    else:
        flash(_("Received. You get a letter that says so."), "success")
    return redirect(page_url(f"/review-requests/{request.id}"), 303)


@bp.get("/review-requests/<request_id>")
@require_person
def show(request_id: str) -> str:
    """Show a request and its answer to who made it, and to officials."""
    request, decision = _readable(request_id)
    return _page(request, decision, AnswerForm())


@bp.post("/review-requests/<request_id>/handler")
@officials_only
def take(request_id: str) -> tuple[str, int] | Response:
    """Take a request to handle."""
    request, decision = _readable(request_id)
    try:
        with transaction() as session:
            review_requests.take_request(session, request_id, handler=signed_in(), now=now())
    except GrantEngineError as error:
        return _page(request, decision, AnswerForm(), error=sentence_of(error)), status_of(error)
    return redirect(page_url(f"/review-requests/{request_id}"), 303)


@bp.post("/review-requests/<request_id>/answer")
@officials_only
def answer(request_id: str) -> tuple[str, int] | Response:
    """Answer a request with its reasons."""
    request, decision = _readable(request_id)
    form = AnswerForm()
    if not form.validate():
        return _page(request, decision, form), 422
    try:
        with transaction() as session:
            review_requests.answer_request(
                session,
                request_id,
                ReviewRequestStatus(form.outcome.data),
                words=form.answer.data,
                handler=signed_in(),
                now=now(),
            )
    except GrantEngineError as error:
        form.form_errors.append(sentence_of(error))
        return _page(request, decision, form), status_of(error)
    flash(_("Answered. The applicant has been told."), "success")
    return redirect(page_url(f"/review-requests/{request_id}"), 303)


@bp.get("/review-requests/<request_id>.pdf")
@require_person
def download(request_id: str) -> Response:
    """Give the answer as it was signed."""
    _request, decision = _readable(request_id)
    pdf = seal_answer(runtime().database, runtime().settings, request_id=request_id)
    name = f"{decision.application.case_number}-review.pdf".replace("/", "-")
    return send_file(BytesIO(pdf), mimetype="application/pdf", download_name=name)


def _own(decision_id: str) -> Decision:
    decision = queries.decision(reader(), decision_id)
    is_own = decision.application.applicant_id == signed_in().id
    if not is_own or decision.status != DecisionStatus.SIGNED:
        raise NotFoundError(kind="decision", id=decision_id)
    return decision


def _readable(request_id: str) -> tuple[ReviewRequest, Decision]:
    request, decision = review_requests.review_request(reader(), request_id)
    is_own = decision.application.applicant_id == signed_in().id
    if not is_own and signed_in().roles.isdisjoint(OFFICIALS):
        raise NotFoundError(kind="review_request", id=request_id)
    return request, decision


def _form_page(decision: Decision, form: FlaskForm) -> str:
    assert decision.signed_at is not None
    last_on = review_period(decision.signed_at.astimezone(HELSINKI).date()).last_on
    return render_template(
        "review_requests/new.html",
        decision=decision,
        application=decision.application,
        form=form,
        last_on=last_on,
        is_late=today() > last_on,
        noindex=True,
    )


def _page(
    request: ReviewRequest, decision: Decision, form: AnswerForm, *, error: str | None = None
) -> str:
    if not request.is_late:
        form.offer_no_dismissal()
    person = signed_in()
    is_official = not person.roles.isdisjoint(OFFICIALS)
    return render_template(
        "review_requests/show.html",
        request_=request,
        decision=decision,
        application=decision.application,
        form=form,
        error=error,
        is_official=is_official,
        may_handle=is_official and review_requests.may_handle(reader(), decision, person),
        is_to_be_taken=review_requests.is_to_be_taken(reader(), request, decision),
        is_handler=request.handler_id == person.id,
        labels=labels,
        aftermath=aftermath_labels,
        noindex=True,
    )
