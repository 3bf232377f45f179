"""The calls to decide: screened, reviewed, ranked and proposed; signed one by one or all."""

from flask import Blueprint, flash, redirect, render_template, request
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from grantengine.errors import GrantEngineError, NotFoundError
from grantengine.programme.lifecycle import Role
from grantengine.reviews import (
    assigning,
    deciding,
    queries,
    review_requests,
    reviewing,
    screening,
    sending,
)
from grantengine.reviews.checklist import everything_holds
from grantengine.reviews.errors import (
    CallNotReadyError,
    ConflictOfInterestError,
    LoadsShortError,
    ScreeningError,
)
from grantengine.reviews.judges import fields_of
from grantengine.reviews.lifecycle import ApplicationStatus, ConflictSource
from grantengine.reviews.models import Application, Call
from grantengine.reviews.rubric import Rubric, read_rubric
from grantengine.web import application_page, decision_page, proposing, sent_page
from grantengine.web.database import reader
from grantengine.web.decision_page import said
from grantengine.web.forms.decisions import proposal_form, proposal_of
from grantengine.web.forms.finance import today
from grantengine.web.forms.panel import NoteForm, subject_form
from grantengine.web.forms.screening import (
    SUPPLEMENT_DAYS,
    finding_of,
    refuse,
    screening_form,
)
from grantengine.web.i18n import _, ngettext, page_url
from grantengine.web.identity import require_role, signed_in
from grantengine.web.labels import aftermath as aftermath_labels
from grantengine.web.labels import reviews as labels
from grantengine.web.labels import screening as screening_labels
from grantengine.web.problems import status_of
from grantengine.web.routes import decision, panel, panel_work, signing_batches
from grantengine.web.routes import review_requests as review_request_pages
from grantengine.web.runtime import now, transaction
from grantengine.web.screening_page import grounds_in_words

bp = Blueprint("decisions", __name__)
bp.register_blueprint(decision.bp)
bp.register_blueprint(signing_batches.bp)
bp.register_blueprint(panel.bp)
bp.register_blueprint(panel_work.bp)
bp.register_blueprint(review_request_pages.bp)

_UNSCREENED = (ApplicationStatus.SUBMITTED, ApplicationStatus.SUPPLEMENT_ASKED)
OFFICIALS = (Role.PRESENTER, Role.DECISION_MAKER)
officials_only = require_role(*OFFICIALS)
presenters_only = require_role(Role.PRESENTER)


@bp.get("/decisions")
@officials_only
def index() -> str:
    """List the calls to decide and what waits for a signature."""
    return render_template(
        "decisions/index.html",
        calls=queries.calls_to_decide(reader()),
        waiting=queries.decisions_to_sign(reader()),
        requests=review_requests.waiting_requests(reader()),
        aftermath=aftermath_labels,
        labels=labels,
        units=decision_page.points_in_words,
        noindex=True,
    )


@bp.post("/decisions/calls/<slug>/eligibility")
@presenters_only
def admit_all(slug: str) -> Response:
    """Send every application that is not screened yet to review."""
    call = queries.call_by_slug(reader(), slug)
    with transaction() as session:
        finding = everything_holds(screening.checklist_of(session, call.id))
        for each in queries.applications_of_call(session, call.id):
            if each.status == ApplicationStatus.SUBMITTED:
                screening.screen_application(
                    session, each.id, finding, now=now(), actor_id=signed_in().id
                )
    return _back_to(call)


@bp.post("/decisions/calls/<slug>/reviews")
@presenters_only
def start_reviews(slug: str) -> tuple[str, int] | Response:
    """Share the applications among the reviewers, unless some would get too few: that is asked."""
    call = queries.call_by_slug(reader(), slug)
    unscreened = [
        each
        for each in queries.applications_of_call(reader(), call.id)
        if each.status in _UNSCREENED
    ]
    if unscreened:
        raise CallNotReadyError(waiting=len(unscreened), reason="unscreened")
    try:
        with transaction() as session:
            missing = assigning.assign_reviewers(
                session,
                call.id,
                now=now(),
                actor_id=signed_in().id,
                accepts_light_loads=request.form.get("light_loads") == "accepted",
            )
    except LoadsShortError as error:
        short = error.details["missing"]
        return panel.show_page(call, NoteForm(formdata=None), short), status_of(error)
    if missing:
        sentence = ngettext(
            "One application lacks a reviewer without a conflict.",
            "%(num)s applications lack reviewers without a conflict.",
            len(missing),
        )
        flash(sentence, "warning")
    else:
        flash(_("Every application has its reviewers."), "success")
    return _back_to(call)


@bp.post("/decisions/calls/<slug>/proposals")
@presenters_only
def propose_by_rank(slug: str) -> Response:
    """Propose for everything that can be, as the ranking and the rules of the call have it."""
    call = queries.call_by_slug(reader(), slug)
    with transaction() as session:
        rows = decision_page.rows_of(session, call)
        proposals = proposing.proposals_of(session, call, rows, presenter=signed_in())
        for application_id, proposal in proposals.items():
            deciding.propose_decision(
                session, application_id, proposal, presenter=signed_in(), now=now()
            )
    flash(
        ngettext("One decision proposed.", "%(num)s decisions proposed.", len(proposals)), "success"
    )
    return _back_to(call)


@bp.get("/decisions/applications/<application_id>")
@officials_only
def show_application(application_id: str) -> str:
    """Show an application with its reviews, and what can be done with it."""
    return _application_page(_submitted(application_id))


@bp.get("/decisions/applications/<application_id>/sendings")
@officials_only
def show_sendings(application_id: str) -> str:
    """Show what an application said at each sending, where it differed from the next one."""
    application = _submitted(application_id)
    return render_template(
        "decisions/sendings.html",
        application=application,
        changes=sent_page.changes_between(reader(), application),
        noindex=True,
    )


@bp.post("/decisions/applications/<application_id>/screening")
@presenters_only
def screen(application_id: str) -> tuple[str, int] | Response:
    """Say whether an application may be reviewed."""
    application = _submitted(application_id)
    items = screening.checklist_of(reader(), application.call_id)
    form = screening_form(items)
    if not form.validate():
        return _application_page(application, screened=form), 422
    try:
        with transaction() as session:
            screening.screen_application(
                session,
                application_id,
                finding_of(form, items),
                now=now(),
                actor_id=signed_in().id,
            )
    except ScreeningError as error:
        refuse(form, error)
        return _application_page(application, screened=form), status_of(error)
    return redirect(page_url(f"/decisions/applications/{application_id}"))


@bp.post("/decisions/applications/<application_id>/proposal")
@presenters_only
def propose(application_id: str) -> tuple[str, int] | Response:
    """Propose a decision with its grounds."""
    application = _submitted(application_id)
    rubric = _rubric_of(application)
    form = proposal_form(rubric)
    if not form.validate():
        return _application_page(application, proposal=form), 422
    try:
        with transaction() as session:
            deciding.propose_decision(
                session, application_id, proposal_of(form, rubric), presenter=signed_in(), now=now()
            )
    except GrantEngineError as error:
        form.form_errors.append(said(error))
        return _application_page(application, proposal=form), status_of(error)
    flash(_("Proposed. A decision-maker can now sign it."), "success")
    return _back_to(application.call)


def _submitted(application_id: str) -> Application:
    application = queries.application(reader(), application_id)
    if application.status in (ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN):
        raise NotFoundError(kind="application", id=application_id)
    if reviewing.stands_aside(reader(), application, signed_in()):
        raise ConflictOfInterestError(application=application_id, source=ConflictSource.DECLARED)
    return application


def _rubric_of(application: Application) -> Rubric | None:
    if application.status == ApplicationStatus.INADMISSIBLE:
        return None
    return read_rubric(application.call.rubric)


def _application_page(
    application: Application,
    *,
    screened: FlaskForm | None = None,
    proposal: FlaskForm | None = None,
) -> str:
    rows = decision_page.rows_of(reader(), application.call)
    row = next(each for each in rows if each.application.id == application.id)
    rubric = _rubric_of(application)
    items = screening.checklist_of(reader(), application.call_id)
    screenings = screening.screenings_of(reader(), application.id)
    first = decision_page.first_proposal(row)
    if rubric is None and row.decision is None:
        first["summary"] = grounds_in_words(screenings[-1], application.language)
    return render_template(
        "decisions/application.html",
        application=application,
        row=row,
        rubric=rubric,
        screening=screened or screening_form(items, due_on=today() + SUPPLEMENT_DAYS),
        items=items,
        screenings=screenings,
        proposal=proposal or proposal_form(rubric, first),
        conflicts=queries.conflicts_of(reader(), application.id),
        subject=subject_form(fields_of(reader(), application)),
        facts=application_page.facts_of(application),
        card=application_page.answers_shown(application),
        sendings=len(sending.sent_contents(reader(), application.id)),
        labels=labels,
        screening_labels=screening_labels,
        units=decision_page.points_in_words,
        noindex=True,
    )


def _back_to(call: Call) -> Response:
    return redirect(page_url(f"/decisions/calls/{call.slug}"))
