"""Applying together: inviting by letter, accepting by a click, removing."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from grantengine.errors import InvalidInputError
from grantengine.reviews import together
from grantengine.web.database import reader
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_person, signed_in
from grantengine.web.routes.applications import own_application
from grantengine.web.runtime import now, transaction

bp = Blueprint("co_applicants", __name__)


@bp.post("/applications/<application_id>/co-applicants")
@require_person
def invite(application_id: str) -> Response:
    """Invite somebody by letter; the answer to any address is the same."""
    application = own_application(application_id)
    address = request.form.get("email", "")
    try:
        with transaction() as session:
            together.invite_co_applicant(
                session, application.id, address, now=now(), actor_id=signed_in().id
            )
    except InvalidInputError as error:
        flash(_sentence(error), "error")
    else:
        flash(_("The invitation is on its way to %(email)s.", email=address.strip()), "success")
    return _back(application_id)


@bp.post("/applications/<application_id>/co-applicants/<co_applicant_id>/removal")
@require_person
def remove(application_id: str, co_applicant_id: str) -> Response:
    """Take an invitation back, or end applying together."""
    application = own_application(application_id)
    with transaction() as session:
        together.remove_co_applicant(
            session, application.id, co_applicant_id, now=now(), actor_id=signed_in().id
        )
    flash(_("Removed. What was written stays in the application."), "success")
    return _back(application_id)


@bp.get("/join/<token>")
def join_page(token: str) -> str:
    """Ask for the click that accepts; opening a link changes nothing."""
    invited = together.invitation(reader(), token)
    return render_template(
        "applications/join.html",
        application=invited.application,
        call=invited.application.call,
        address=page_url(f"/join/{token}"),
        token=token,
        noindex=True,
    )


@bp.post("/join/<token>")
@require_person
def join(token: str) -> Response:
    """Accept an invitation."""
    with transaction() as session:
        application = together.accept_invitation(session, token, signed_in(), now=now())
    flash(_("You write this application together now."), "success")
    return redirect(page_url(f"/applications/{application.id}/edit"), 303)


def _back(application_id: str) -> Response:
    return redirect(page_url(f"/applications/{application_id}/edit#together"), 303)


def _sentence(error: InvalidInputError) -> str:
    sentences = {
        "own": _("That is your own address."),
        "too_many": _("Ten people can apply together. Remove one first."),
    }
    return sentences.get(error.details["reason"], _("This is not an e-mail address."))
