"""The panel at work: reviews given to others, what applications are about, notes and minutes."""

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from grantengine.programme.lifecycle import Role
from grantengine.reviews import noting, pooling, queries
from grantengine.reviews.models import Review
from grantengine.web.database import reader
from grantengine.web.documents.minutes import render_minutes
from grantengine.web.forms.panel import NoteForm, SubjectForm
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_role, signed_in
from grantengine.web.routes.panel import show_page
from grantengine.web.runtime import now, transaction

bp = Blueprint("panel_work", __name__)

presenters_only = require_role(Role.PRESENTER)
officials_only = require_role(Role.PRESENTER, Role.DECISION_MAKER)


@bp.post("/decisions/reviews/<review_id>/release")
@presenters_only
def release(review_id: str) -> Response:
    """Give an unfinished review to somebody else."""
    with transaction() as session:
        found = pooling.release_review(session, review_id, now=now(), actor_id=signed_in().id)
        application_id = session.get_one(Review, review_id).application_id
    if found:
        flash(_("Somebody else has got it."), "success")
    else:
        flash(_("It is free, but nobody without a conflict is left. Others may join."), "warning")
    return redirect(page_url(f"/decisions/applications/{application_id}"), 303)


@bp.post("/decisions/applications/<application_id>/subject")
@presenters_only
def keep_subject(application_id: str) -> Response:
    """Say what an application is about."""
    application = queries.application(reader(), application_id)
    form = SubjectForm()
    if form.validate():
        with transaction() as session:
            pooling.keep_subject(session, application.id, form.fields.data)
        flash(_("Kept. It counts when reviewers are given."), "success")
    return redirect(page_url(f"/decisions/applications/{application_id}"), 303)


@bp.post("/decisions/calls/<slug>/notes")
@officials_only
def write_note(slug: str) -> tuple[str, int] | Response:
    """Keep what the panel said."""
    call = queries.call_by_slug(reader(), slug)
    form = NoteForm()
    if not form.validate():
        return show_page(call, form), 422
    with transaction() as session:
        noting.write_note(session, call.id, form.note.data, author=signed_in(), now=now())
    flash(_("The note is kept. It stands in the minutes."), "success")
    return redirect(page_url(f"/decisions/calls/{slug}") + "#notes", 303)


@bp.get("/decisions/calls/<slug>/minutes.pdf")
@officials_only
def minutes(slug: str) -> Response:
    """Give the minutes of a call as PDF, in the language of the address."""
    call = queries.call_by_slug(reader(), slug)
    pdf = render_minutes(reader(), call, now=now())
    return Response(
        pdf,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="minutes-{call.slug}.pdf"'},
    )
