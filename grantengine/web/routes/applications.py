"""An application that was sent: read, followed, withdrawn."""

from decimal import Decimal

from flask import Blueprint, flash, redirect, render_template, send_file
from werkzeug.wrappers import Response

from grantengine.errors import GrantEngineError, NotFoundError
from grantengine.history import history_of
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Person
from grantengine.reviews import applying, queries, screening, together
from grantengine.reviews.lifecycle import ApplicationStatus
from grantengine.reviews.models import Application
from grantengine.reviews.reviewing import may_read, stands_aside
from grantengine.web import uploads
from grantengine.web.application_page import answers_shown, facts_of, steps_of
from grantengine.web.database import reader
from grantengine.web.formatting import number
from grantengine.web.forms.supplement import SupplementForm
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_person, signed_in
from grantengine.web.labels import screening as screening_labels
from grantengine.web.labels.reviews import APPLICATION_STATUSES, OUTCOMES
from grantengine.web.problems import sentence_of
from grantengine.web.runtime import now, transaction

bp = Blueprint("applications", __name__, url_prefix="/applications")

_OFFICIALS = frozenset({Role.PRESENTER, Role.DECISION_MAKER})


@bp.get("/<application_id>")
@require_person
def show(application_id: str) -> str:
    """Show the application as it was sent, and where it stands."""
    return show_page(_readable(application_id), SupplementForm(formdata=None))


def show_page(application: Application, form: SupplementForm) -> str:
    """Write the page of an application, with the form of a supplement if one is asked for."""
    events = history_of(reader(), application.id)
    return render_template(
        "applications/show.html",
        application=application,
        supplement=form,
        screenings=screening.screenings_of(reader(), application.id),
        screening_labels=screening_labels,
        facts=facts_of(application),
        steps=steps_of(application, events),
        events=[(each.at, APPLICATION_STATUSES[ApplicationStatus(each.status)]) for each in events],
        card=answers_shown(application),
        statuses=APPLICATION_STATUSES,
        outcomes=OUTCOMES,
        is_owner=application.applicant_id == signed_in().id,
        is_writer=together.may_write(reader(), application, signed_in()),
        may_be_changed=applying.may_be_changed(application, now=now()),
        co_applicants=together.co_applicants_of(reader(), application.id),
        noindex=True,
    )


@bp.post("/<application_id>/withdrawal")
@require_person
def withdraw(application_id: str) -> Response:
    """Take the application back."""
    application = own_application(application_id)
    with transaction() as session:
        applying.withdraw_application(session, application.id, now=now(), actor_id=signed_in().id)
    flash(_("The application is withdrawn."), "success")
    return redirect(page_url("/desk"), 303)


@bp.get("/<application_id>/attachments/<attachment_id>")
@require_person
def download(application_id: str, attachment_id: str) -> Response:
    """Give a file as a download, never to be shown in place."""
    application = _readable(application_id)
    found = [each for each in application.attachments if each.id == attachment_id]
    if not found:
        raise NotFoundError(kind="attachment", id=attachment_id)
    return send_file(
        uploads.path_of(found[0].sha256),
        mimetype=found[0].content_type,
        as_attachment=True,
        download_name=found[0].name,
    )


def own_application(application_id: str) -> Application:
    """Find an application of the signed-in person; that of others is not there for them."""
    application = queries.application(reader(), application_id)
    if application.applicant_id != signed_in().id:
        raise NotFoundError(kind="application", id=application_id)
    return application


def written_application(application_id: str) -> Application:
    """Find an application that the signed-in person writes, alone or together."""
    application = queries.application(reader(), application_id)
    if not together.may_write(reader(), application, signed_in()):
        raise NotFoundError(kind="application", id=application_id)
    return application


def _readable(application_id: str) -> Application:
    application = queries.application(reader(), application_id)
    if not _may_read(application, signed_in()):
        raise NotFoundError(kind="application", id=application_id)
    return application


def _may_read(application: Application, person: Person) -> bool:
    if together.may_write(reader(), application, person):
        return True
    if application.status in (ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN):
        return False
    own = [each for each in application.reviews if each.reviewer_id == person.id]
    if own:
        return may_read(reader(), own[0], person)
    if person.roles.isdisjoint(_OFFICIALS):
        return False
    return not stands_aside(reader(), application, person)


def file_sentence(error: GrantEngineError) -> str:
    """Say why a file was not kept, and of several which, as `name` in the details tells."""
    limit_bytes = int(error.details.get("limit_bytes", 0))
    sentences = {
        "empty": _("The file is empty."),
        "too_large": _(
            "The file is larger than %(megabytes)s MB, the most that one may have.",
            megabytes=number(Decimal(limit_bytes) / 1_000_000),
        ),
        "wrong_type": _("Attach a PDF, PNG or JPEG file."),
    }
    sentence = sentences.get(error.details.get("reason", ""), sentence_of(error))
    return f"{error.details['name']}: {sentence}" if error.details.get("name") else sentence
