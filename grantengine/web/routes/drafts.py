"""An application being written: saved by hand or by itself, looked at, sent."""

from flask import (
    Blueprint,
    Response,
    after_this_request,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
)
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from grantengine.errors import GrantEngineError, InvalidInputError
from grantengine.history import history_of
from grantengine.reviews import applying, attaching, card_record, questioning, together
from grantengine.reviews.card_rules import problems_of
from grantengine.reviews.errors import IncompleteApplicationError, StaleDraftError
from grantengine.reviews.models import Application
from grantengine.reviews.questions import comparing
from grantengine.reviews.questions.answering import Problem
from grantengine.reviews.questions.asking import Question, QuestionKind
from grantengine.reviews.service import ensure_takes_applications
from grantengine.web import security, uploads
from grantengine.web.application_page import sections_of, steps_of
from grantengine.web.database import reader
from grantengine.web.draft_page import both_texts, chosen_answers, left_over_answers
from grantengine.web.forms import applications as forms
from grantengine.web.forms.questions import form_sections
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_person, signed_in
from grantengine.web.large_requests import heard_out
from grantengine.web.places import place_choices
from grantengine.web.problems import sentence_of, status_of
from grantengine.web.routes.applications import file_sentence, written_application
from grantengine.web.runtime import now, transaction

bp = Blueprint("drafts", __name__, url_prefix="/applications")

Answers = dict[str, list[str]]


@bp.get("/<application_id>/edit")
@require_person
def edit(application_id: str) -> str | AnyResponse:
    """Show the form with what was saved last."""
    application = written_application(application_id)
    if not applying.may_be_changed(application, now=now()):
        return redirect(page_url(f"/applications/{application_id}"))
    return _form_page(application, _form(application))


@bp.post("/<application_id>/edit")
@heard_out
@require_person
def update(application_id: str) -> tuple[str, int] | AnyResponse:
    """Keep what was typed, and submit it if that was asked."""
    application, answers = written_application(application_id), forms.answers_sent()
    try:
        saved = _save(application_id, answers)
    except StaleDraftError as error:
        return _stale_page(application, answers, error)
    try:
        _change_attachments(application)
    except GrantEngineError as error:
        form = _form(application, answers, version=saved.version)
        errors = [(f"#{error.details.get('field', 'attachments')}", file_sentence(error))]
        return _form_page(application, form, errors), status_of(error)
    if request.form.get("act") == "submit" and application.applicant_id == signed_in().id:
        return _submit(application, answers, version=saved.version)
    flash(_("The draft is saved."), "success")
    place = "preview" if request.form.get("act") == "preview" else "edit"
    return redirect(page_url(f"/applications/{application_id}/{place}"), 303)


@bp.post("/<application_id>/autosave")
@require_person
def autosave(application_id: str) -> tuple[Response, int]:
    """Keep what was typed so far; the page's script asks for it, and again until it is answered."""
    written_application(application_id)
    try:
        saved = _save(application_id, forms.answers_sent())
    except GrantEngineError as error:
        return jsonify({"code": error.code, "detail": sentence_of(error)}), status_of(error)
    return jsonify({"version": saved.version}), 200


@bp.post("/<application_id>/choice")
@require_person
def choose(application_id: str) -> tuple[str, int] | AnyResponse:
    """Keep of two texts the one that was chosen, field by field."""
    application = written_application(application_id)
    answers = chosen_answers(application)
    try:
        _save(application_id, answers)
    except StaleDraftError as error:
        return _stale_page(application, answers, error)
    flash(_("The draft is saved."), "success")
    return redirect(page_url(f"/applications/{application_id}/edit"), 303)


@bp.get("/<application_id>/preview")
@require_person
def preview(application_id: str) -> str:
    """Show a draft as reviewers would read it."""
    application = written_application(application_id)
    questions = _asked(application)
    answers = forms.answers_in(_form(application), questions)
    return render_template(
        "applications/preview.html",
        application=application,
        card=sections_of(questions, answers, application.attachments, with_empty=True),
        noindex=True,
    )


def _save(application_id: str, answers: Answers) -> Application:
    with transaction() as session:
        return applying.save_draft(
            session, application_id, answers, known_version=forms.version_sent(), now=now()
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
        error.details.update(field=question_key, name=file.filename)
        raise
    part = attaching.KeptFile(kept.name, kept.content_type, kept.size_bytes, kept.sha256)
    with transaction() as session:
        attaching.add_attachment(
            session, application_id, part, now=now(), question_key=question_key
        )


def _asked(application: Application) -> tuple[Question, ...]:
    return questioning.questions_asked(reader(), application.call_id).questions


def _form(
    application: Application,
    answers: Answers | None = None,
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
    application: Application, answers: Answers, *, version: int
) -> tuple[str, int] | AnyResponse:
    form, questions = _form(application, answers, version=version), _asked(application)
    try:
        # Whoever is late is told that, and has nothing left to mend.
        ensure_takes_applications(application.call, now=now())
        # What its own field objects to is shown with what the call objects to.
        if not form.validate():
            errors = forms.show_problems(form, questions, _problems(application, form))
            return _form_page(application, form, errors), 422
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
    application: Application, answers: Answers, error: StaleDraftError
) -> tuple[str, int]:
    labels = {field.name: str(field.label.text) for field in _form(application)}
    page = render_template(
        "applications/stale.html",
        application=application,
        address=page_url(f"/applications/{application.id}"),
        going_on=page_url(f"/applications/{application.id}/edit"),
        version=error.details["saved_version"],
        rows=both_texts(application.answers, answers, labels),
        noindex=True,
    )
    return page, status_of(error)


def _form_page(
    application: Application,
    form: forms.ApplicantForm,
    errors: list[tuple[str, str]] | None = None,
) -> str:
    after_this_request(security.running_own_script)
    questions = _asked(application)
    answered = application.questions
    return render_template(
        "applications/edit.html",
        application=application,
        call=application.call,
        form=form,
        sections=form_sections(questions),
        change=comparing.difference(answered, questions),
        left_over=left_over_answers(application, questions),
        steps=steps_of(application, history_of(reader(), application.id)),
        errors=errors or [],
        is_open=applying.is_open_for_changes(application, now=now()),
        is_owner=application.applicant_id == signed_in().id,
        co_applicants=together.co_applicants_of(reader(), application.id),
        now=now(),
        noindex=True,
    )
