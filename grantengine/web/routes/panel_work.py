"""The panel at work: reviews given to others, what applications are about, notes and minutes."""

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from grantengine.programme.lifecycle import Role
from grantengine.reviews import pooling, queries
from grantengine.reviews.models import Review
from grantengine.web.database import reader
from grantengine.web.forms.panel import SubjectForm
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_role, signed_in
from grantengine.web.runtime import now, transaction

bp = Blueprint("panel_work", __name__)

presenters_only = require_role(Role.PRESENTER)


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
