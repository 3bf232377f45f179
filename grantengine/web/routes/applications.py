"""An applicant's own application: written, sent, followed, withdrawn."""

from flask import Blueprint, flash, redirect, render_template, request, send_file
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from grantengine.errors import GrantEngineError, InvalidInputError, NotFoundError
from grantengine.history import history_of
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Person
from grantengine.reviews import applying, attaching, card_record, queries, questioning, screening
from grantengine.reviews.card_rules import problems_of
from grantengine.reviews.errors import (
    IncompleteApplicationError,
    StaleDraftError,
)
from grantengine.reviews.lifecycle import ApplicationStatus
from grantengine.reviews.models import Application
from grantengine.reviews.questions.answering import Problem
from grantengine.reviews.questions.asking import Question, QuestionKind
from grantengine.reviews.questions.comparing import question_of
from grantengine.reviews.reviewing import may_read, stands_aside
from grantengine.web import uploads
from grantengine.web.application_page import answers_shown, facts_of, sections_of, steps_of
from grantengine.web.database import reader
from grantengine.web.forms import applications as forms
from grantengine.web.forms.questions import form_sections
from grantengine.web.forms.supplement import SupplementForm
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_person, signed_in
from grantengine.web.labels import screening as screening_labels
from grantengine.web.labels.reviews import APPLICATION_STATUSES, OUTCOMES
from grantengine.web.places import place_choices
from grantengine.web.problems import sentence_of, status_of
from grantengine.web.runtime import now, transaction

bp = Blueprint("applications", __name__, url_prefix="/applications")

_OFFICIALS = frozenset({Role.PRESENTER, Role.DECISION_MAKER})


@bp.get("/<application_id>/edit")
@require_person
def edit(application_id: str) -> str | Response:
    """Show the form with what was saved last."""
    application = own_application(application_id)
    if application.status != ApplicationStatus.DRAFT:
        return redirect(page_url(f"/applications/{application_id}"))
    return _form_page(application, _form(application))


@bp.post("/<application_id>/edit")
@require_person
def update(application_id: str) -> tuple[str, int] | Response:
    """Keep what was typed, and submit it if that was asked."""
    application = own_application(application_id)
    answers = forms.answers_sent()
    try:
        with transaction() as session:
            saved = applying.save_draft(
                session,
                application_id,
                answers,
                known_version=forms.version_sent(),
                now=now(),
            )
    except StaleDraftError as error:
        return _stale_page(application, answers, error)
    try:
        _change_attachments(application)
    except GrantEngineError as error:
        form = _form(application, answers, version=saved.version)
        errors = [(f"#{error.details.get('field', 'attachments')}", file_sentence(error))]
        return _form_page(application, form, errors), status_of(error)
    if request.form.get("act") == "submit":
        return _submit(application, answers, version=saved.version)
    flash(_("The draft is saved."), "success")
    place = "preview" if request.form.get("act") == "preview" else "edit"
    return redirect(page_url(f"/applications/{application_id}/{place}"), 303)


@bp.get("/<application_id>/preview")
@require_person
def preview(application_id: str) -> str:
    """Show a draft as reviewers would read it."""
    application = own_application(application_id)
    questions = _asked(application)
    answers = forms.answers_in(_form(application), questions)
    return render_template(
        "applications/preview.html",
        application=application,
        card=sections_of(questions, answers, application.attachments, with_empty=True),
        noindex=True,
    )


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


def _change_attachments(application: Application) -> None:
    removed = request.form.get("remove")
    if removed:
        with transaction() as session:
            attaching.remove_attachment(session, application.id, removed)
    for question in _asked(application):
        if question.kind != QuestionKind.FILE:
            continue
        for file in request.files.getlist(question.key):
            if file.filename:
                _attach(application.id, file, question.key)


def _attach(application_id: str, file: FileStorage, question_key: str) -> None:
    try:
        kept = uploads.keep(file)
    except InvalidInputError as error:
        error.details["field"] = question_key
        raise
    part = attaching.KeptFile(kept.name, kept.content_type, kept.size_bytes, kept.sha256)
    with transaction() as session:
        attaching.add_attachment(
            session, application_id, part, now=now(), question_key=question_key
        )


def own_application(application_id: str) -> Application:
    """Find an application of the signed-in person; that of others is not there for them."""
    application = queries.application(reader(), application_id)
    if application.applicant_id != signed_in().id:
        raise NotFoundError(kind="application", id=application_id)
    return application


def _readable(application_id: str) -> Application:
    application = queries.application(reader(), application_id)
    if not _may_read(application, signed_in()):
        raise NotFoundError(kind="application", id=application_id)
    return application


def _may_read(application: Application, person: Person) -> bool:
    if application.applicant_id == person.id:
        return True
    if application.status in (ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN):
        return False
    own = [each for each in application.reviews if each.reviewer_id == person.id]
    if own:
        return may_read(reader(), own[0], person)
    if person.roles.isdisjoint(_OFFICIALS):
        return False
    return not stands_aside(reader(), application, person)


def _asked(application: Application) -> tuple[Question, ...]:
    return questioning.questions_asked(reader(), application.call_id).questions


def _form(
    application: Application,
    answers: dict[str, list[str]] | None = None,
    *,
    version: int | None = None,
) -> forms.ApplicantForm:
    return forms.form_of(
        application,
        _asked(application),
        place_choices(reader()),
        answers=answers,
        version=application.version if version is None else version,
    )


def _submit(
    application: Application, answers: dict[str, list[str]], *, version: int
) -> tuple[str, int] | Response:
    form, questions = _form(application, answers, version=version), _asked(application)
    # What its own field objects to is shown with what the call objects to.
    if not form.validate():
        problems = _problems(application, form)
        return _form_page(application, form, forms.show_problems(form, questions, problems)), 422
    try:
        with transaction() as session:
            card = forms.card_of(form, questions)
            applying.submit_application(session, application.id, card, now=now())
    except IncompleteApplicationError as error:
        errors = forms.show_problems(form, questions, error.details["problems"])
        return _form_page(application, form, errors), 422
    except GrantEngineError as error:
        return _form_page(application, form, [("#content", sentence_of(error))]), status_of(error)
    flash(_("The application is sent. You got a receipt by e-mail."), "success")
    return redirect(page_url(f"/applications/{application.id}"), 303)


def _problems(application: Application, form: forms.ApplicantForm) -> list[Problem]:
    asked = questioning.questions_asked(reader(), application.call_id)
    card = forms.card_of(form, asked.questions)
    return problems_of(card, card_record.card_rules(reader(), application, asked))


def _stale_page(
    application: Application, answers: dict[str, list[str]], error: StaleDraftError
) -> tuple[str, int]:
    # The other tab's text is what is saved; this tab's text is shown beside it, to be copied.
    labels, saved = _labels(application), application.answers
    page = render_template(
        "stale.html",
        address=page_url(f"/applications/{application.id}/edit"),
        rows=[
            (labels.get(question_of(name), name), "\n".join(values), "\n".join(saved.get(name, ())))
            for name, values in answers.items()
            if any(values)
        ],
        noindex=True,
    )
    return page, status_of(error)


def _labels(application: Application) -> dict[str, str]:
    return {field.name: str(field.label.text) for field in _form(application)}


def _form_page(
    application: Application,
    form: forms.ApplicantForm,
    errors: list[tuple[str, str]] | None = None,
) -> str:
    return render_template(
        "applications/edit.html",
        application=application,
        call=application.call,
        form=form,
        sections=form_sections(_asked(application)),
        steps=steps_of(application, history_of(reader(), application.id)),
        errors=errors or [],
        is_open=applying.is_open_for_changes(application, now=now()),
        now=now(),
        noindex=True,
    )


def file_sentence(error: GrantEngineError) -> str:
    """Say why a file was not kept."""
    sentences = {
        "empty": _("The file is empty."),
        "too_large": _("The file is too large."),
        "wrong_type": _("Attach a PDF, PNG or JPEG file."),
    }
    return sentences.get(error.details.get("reason", ""), sentence_of(error))
