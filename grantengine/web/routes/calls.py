"""Calls: the list, the page of one, and beginning an application."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from grantengine.reviews import applying, queries, selecting, standings
from grantengine.reviews.rubric import read_rubric
from grantengine.web import once
from grantengine.web.database import reader
from grantengine.web.i18n import current_language, page_url
from grantengine.web.identity import current_person, require_person, signed_in
from grantengine.web.labels.experiments import TIERS
from grantengine.web.labels.panel import OBJECTIVES
from grantengine.web.labels.reviews import AID_BASES, APPLICANT_KINDS, CALL_STATUSES
from grantengine.web.runtime import now, transaction

bp = Blueprint("calls", __name__)


@bp.get("/calls")
def index() -> str:
    """List the calls: those open now, those to come, those past."""
    instant = now()
    calls = queries.public_calls(reader())
    return render_template(
        "calls/index.html",
        open_calls=sorted(
            (each for each in calls if each.opens_at <= instant < each.closes_at),
            key=lambda each: each.closes_at,
        ),
        coming=[each for each in calls if instant < each.opens_at],
        past=[each for each in calls if each.closes_at <= instant],
        statuses=CALL_STATUSES,
        now=instant,
    )


@bp.get("/calls/<slug>")
def show(slug: str) -> str:
    """Show a call: what it asks, how it decides, until when."""
    call = queries.call_by_slug(reader(), slug)
    instant = now()
    return render_template(
        "calls/show.html",
        call=call,
        rubric=read_rubric(call.rubric),
        is_open=call.opens_at <= instant < call.closes_at,
        statuses=CALL_STATUSES,
        tiers=TIERS,
        kinds=APPLICANT_KINDS,
        aid_bases=AID_BASES,
        draw=standings.draw_of(reader(), call.id),
        assignments=standings.assignments_of(reader(), call.id),
        rules=selecting.rules_of(reader(), call.id),
        objectives=OBJECTIVES,
        are_files_public=standings.are_files_public(reader(), call),
        made_as={once.FIELD: once.kept_id("apl")} if current_person() else {},
        now=instant,
    )


@bp.post("/calls/<slug>/applications")
@require_person
def apply(slug: str) -> Response:
    """Begin an application."""
    call = queries.call_by_slug(reader(), slug)
    with transaction() as session:
        application = applying.start_application(
            session,
            session.merge(call, load=False),
            signed_in(),
            language=current_language(),
            now=now(),
            application_id=once.id_sent("apl"),
        )
    return redirect(page_url(f"/applications/{application.id}/edit"))
