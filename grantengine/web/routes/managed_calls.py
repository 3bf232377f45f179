"""The desk of those who make calls: drafting, publishing, closing."""

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from grantengine.history import history_of
from grantengine.programme import queries as programme
from grantengine.programme.lifecycle import Role
from grantengine.reviews import managing, screening, service
from grantengine.reviews.errors import CallPlanError, RubricError, StaleDraftError
from grantengine.reviews.lifecycle import CALL_MOVES, CallStatus
from grantengine.reviews.models import Call
from grantengine.reviews.rubric import read_rubric
from grantengine.transitions import ensure_move
from grantengine.web import call_page, once
from grantengine.web.database import reader
from grantengine.web.forms.applications import version_sent
from grantengine.web.forms.call_values import first_values, plan_of, values_of
from grantengine.web.forms.calls import CallForm, offer
from grantengine.web.forms.checklists import checklist_typed
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_role, signed_in
from grantengine.web.labels.experiments import TIERS
from grantengine.web.labels.reviews import (
    AID_BASES,
    APPLICANT_KINDS,
    CALL_PLAN_PROBLEMS,
    CALL_STATUSES,
)
from grantengine.web.problems import sentence_of, status_of
from grantengine.web.runtime import now, transaction

bp = Blueprint("managed_calls", __name__, url_prefix="/manage/calls")

makers_only = require_role(Role.PRESENTER, Role.STEWARD)


@bp.get("")
@makers_only
def index() -> str:
    """List every call, drafts too."""
    return render_template(
        "managed_calls/index.html",
        calls=managing.all_calls(reader()),
        sent=managing.applications_sent(reader()),
        statuses=CALL_STATUSES,
        noindex=True,
    )


@bp.get("/new")
@makers_only
def new() -> str:
    """Show the form with the usual criteria and instalments."""
    return _form_page(CallForm(data=first_values()))


@bp.post("/new")
@makers_only
def create() -> tuple[str, int] | Response:
    """Keep a new draft; the same form sent twice keeps one."""
    form = _sent_form()
    if not form.validate():
        return _form_page(form), 422
    try:
        plan, points = plan_of(form), checklist_typed(form.checklist)
        with transaction() as session:
            call = service.draft_call(
                session, plan, now=now(), actor_id=signed_in().id, call_id=once.id_sent("cal")
            )
            screening.keep_checklist(session, call.id, points)
    except (CallPlanError, RubricError) as error:
        return _form_page(form, errors=[_line(error)]), status_of(error)
    return _kept(call)


@bp.get("/<slug>")
@makers_only
def show(slug: str) -> str:
    """Show a call as applicants read it, and what can be done with it."""
    call = managing.managed_call(reader(), slug)
    return render_template(
        "managed_calls/show.html",
        call=call,
        steps=call_page.steps_of(call, history_of(reader(), call.id)),
        sent=managing.applications_sent(reader()).get(call.id, 0),
        points=screening.checklist_of(reader(), call.id),
        rubric=read_rubric(call.rubric),
        statuses=CALL_STATUSES,
        tiers=TIERS,
        kinds=APPLICANT_KINDS,
        aid_bases=AID_BASES,
        noindex=True,
    )


@bp.get("/<slug>/edit")
@makers_only
def edit(slug: str) -> str:
    """Show the form of a draft."""
    call = _draft(slug)
    points = screening.checklist_data(reader(), call.id)
    return _form_page(CallForm(data=values_of(call, points)), call)


@bp.post("/<slug>/edit")
@makers_only
def update(slug: str) -> tuple[str, int] | Response:
    """Change a draft."""
    call = _draft(slug)
    form = _sent_form()
    if not form.validate():
        return _form_page(form, call), 422
    try:
        plan, points = plan_of(form), checklist_typed(form.checklist)
        with transaction() as session:
            service.change_draft_call(session, call.id, plan, known_version=version_sent())
            screening.keep_checklist(session, call.id, points)
    except (CallPlanError, RubricError) as error:
        return _form_page(form, call, [_line(error)]), status_of(error)
    except StaleDraftError as error:
        return _form_page(form, call, [("", sentence_of(error))]), status_of(error)
    return _kept(call)


@bp.post("/<slug>/publication")
@makers_only
def publish(slug: str) -> Response:
    """Show the call to everybody, unless it would be over at once."""
    call = managing.managed_call(reader(), slug)
    if call.closes_at <= now():
        flash(_("The closing time has passed. Choose a later one before you publish."), "warning")
        return redirect(page_url(f"/manage/calls/{slug}/edit"), 303)
    with transaction() as session:
        service.publish_call(session, call.id, now=now(), actor_id=signed_in().id)
    flash(_("The call is public. It opens and closes by itself."), "success")
    return redirect(page_url(f"/manage/calls/{slug}"), 303)


@bp.post("/<slug>/closing")
@makers_only
def close(slug: str) -> Response:
    """Close an open call before its time."""
    call = managing.managed_call(reader(), slug)
    with transaction() as session:
        service.close_call(session, call.id, now=now(), actor_id=signed_in().id)
    flash(_("The call is closed. Its applications wait to be screened."), "success")
    return redirect(page_url(f"/manage/calls/{slug}"), 303)


def _draft(slug: str) -> Call:
    call = managing.managed_call(reader(), slug)
    ensure_move(CALL_MOVES, current=call.status, target=CallStatus.PUBLISHED)
    return call


def _sent_form() -> CallForm:
    form = CallForm()
    _offer(form)
    return form


def _offer(form: CallForm) -> None:
    envelopes = programme.current_programme(reader()).envelopes
    offer(form, envelopes, programme.goals(reader()))


def _line(error: CallPlanError | RubricError) -> tuple[str, str]:
    field = error.details.get("field", "criteria")
    sentence = CALL_PLAN_PROBLEMS.get(field) if isinstance(error, CallPlanError) else None
    return f"#{field}", str(sentence or sentence_of(error))


def _kept(call: Call) -> Response:
    flash(_("The draft is kept. Applicants see it once it is published."), "success")
    return redirect(page_url(f"/manage/calls/{call.slug}"), 303)


def _form_page(
    form: CallForm, call: Call | None = None, errors: list[tuple[str, str]] | None = None
) -> str:
    _offer(form)
    return render_template(
        "managed_calls/edit.html",
        form=form,
        call=call,
        errors=errors or [],
        made_as=(once.FIELD, once.kept_id("cal")),
        noindex=True,
    )
