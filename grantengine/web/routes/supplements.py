"""Supplements: what those who apply were asked for after sending, in words and as a file."""

from flask import Blueprint, flash, redirect
from werkzeug.wrappers import Response

from grantengine.errors import InvalidInputError
from grantengine.reviews import attaching, screening
from grantengine.reviews.errors import ScreeningError
from grantengine.web import uploads
from grantengine.web.forms.supplement import SupplementForm
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_person, signed_in
from grantengine.web.labels.screening import PROBLEMS
from grantengine.web.large_requests import heard_out
from grantengine.web.problems import status_of
from grantengine.web.routes.applications import file_sentence, show_page, written_application
from grantengine.web.runtime import now, transaction

bp = Blueprint("supplements", __name__)


@bp.post("/applications/<application_id>/supplement")
@heard_out
@require_person
def create(application_id: str) -> tuple[str, int] | Response:
    """Take the answer and the file; neither is kept without the other."""
    application = written_application(application_id)
    form = SupplementForm()
    try:
        _keep(application.id, form)
    except InvalidInputError as error:
        form.file.errors = [file_sentence(error)]
        return show_page(application, form), status_of(error)
    except ScreeningError as error:
        form.reply.errors = [str(PROBLEMS[error.details["reason"]])]
        return show_page(application, form), status_of(error)
    flash(_("The supplement is sent."), "success")
    return redirect(page_url(f"/applications/{application_id}"), 303)


def _keep(application_id: str, form: SupplementForm) -> None:
    at, reply = now(), form.reply.data or ""
    file = uploads.keep(form.file.data) if form.file.data else None
    with transaction() as session:
        if file is not None:
            kept = attaching.KeptFile(file.name, file.content_type, file.size_bytes, file.sha256)
            attaching.add_attachment(session, application_id, kept, now=at)
        screening.answer_supplement(session, application_id, reply, now=at, actor_id=signed_in().id)
