"""The form editor: the questions of a call written, put in order, taken into use."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request
from slugify import slugify
from werkzeug.wrappers import Response

from grantengine.errors import GrantEngineError, NotFoundError
from grantengine.reviews import managing, questioning
from grantengine.reviews.errors import QuestionsError, QuestionsPublishedError, StaleQuestionsError
from grantengine.reviews.lifecycle import CallStatus
from grantengine.reviews.models import Application, Call
from grantengine.reviews.question_models import QuestionSet
from grantengine.reviews.questions import comparing, editing
from grantengine.reviews.questions.asking import (
    INDISPENSABLE,
    QUESTIONS_MAX,
    Question,
    QuestionKind,
    by_key,
)
from grantengine.reviews.questions.editing import Direction, Questions
from grantengine.web.database import reader
from grantengine.web.forms import applications as application_forms
from grantengine.web.forms.question_editor import (
    QuestionForm,
    question_form,
    question_typed,
    values_of,
)
from grantengine.web.forms.questions import form_sections
from grantengine.web.i18n import _, current_language, page_url
from grantengine.web.identity import signed_in
from grantengine.web.labels.questions import QUESTION_KINDS, QUESTIONS_PROBLEMS
from grantengine.web.places import place_choices
from grantengine.web.problems import sentence_of, status_of
from grantengine.web.routes.managed_calls import makers_only
from grantengine.web.runtime import now, transaction

bp = Blueprint("call_questions", __name__, url_prefix="/manage/calls/<slug>/questions")


@dataclass(frozen=True, slots=True)
class _Desk:
    """A call with the version that is being written, or else the one that is asked."""

    call: Call
    shown: QuestionSet
    is_written: bool

    @property
    def questions(self) -> Questions:
        return self.shown.questions

    @property
    def address(self) -> str:
        return page_url(f"/manage/calls/{self.call.slug}/questions")


@bp.get("")
@makers_only
def index(slug: str) -> str:
    """Show the questions in their order, and what can be done with them."""
    return _index_page(_desk(slug))


@bp.get("/preview")
@makers_only
def preview(slug: str) -> str:
    """Show the form as an applicant sees it; nothing can be sent."""
    desk = _desk(slug)
    sample = Application(call=desk.call, answers={}, attachments=[], language=current_language())
    form = application_forms.form_of(sample, desk.questions, place_choices(reader()), version=0)
    return render_template(
        "managed_calls/questions_preview.html",
        call=desk.call,
        number=desk.shown.number,
        address=desk.address,
        application=sample,
        form=form,
        sections=form_sections(desk.questions),
        noindex=True,
    )


@bp.get("/new")
@makers_only
def new(slug: str) -> str:
    """Show the form of a new question of the kind that was chosen."""
    desk, kind = _written(slug), _kind_sent()
    form = question_form(kind, None, desk.questions, {"revision": str(desk.shown.revision)})
    return _question_page(desk, form, kind)


@bp.post("/new")
@makers_only
def create(slug: str) -> tuple[str, int] | Response:
    """Add a question at the end."""
    desk, kind = _written(slug), _kind_sent()
    form = question_form(kind, None, desk.questions)
    taken = questioning.keys_taken(reader(), desk.call.id)
    key = editing.free_key(slugify(form.fi.form["name"].data or ""), taken)
    return _keep_question(desk, form, kind, key, None)


@bp.post("/usual")
@makers_only
def add_usual(slug: str) -> Response:
    """Take one of the usual questions up again."""
    desk = _written(slug)
    found = by_key(editing.unused_usual(desk.questions)).get(request.form.get("key", ""))
    if found is None:
        raise NotFoundError(kind="question")
    return _keep(desk, editing.with_question(desk.questions, found), anchor=found.key)


@bp.get("/<key>")
@makers_only
def edit(slug: str, key: str) -> str:
    """Show the form of a question."""
    desk = _written(slug)
    question = _question(desk, key)
    data = {**values_of(question), "revision": str(desk.shown.revision)}
    form = question_form(question.kind, key, desk.questions, data)
    return _question_page(desk, form, question.kind, question)


@bp.post("/<key>")
@makers_only
def update(slug: str, key: str) -> tuple[str, int] | Response:
    """Change a question."""
    desk = _written(slug)
    question = _question(desk, key)
    form = question_form(question.kind, key, desk.questions)
    return _keep_question(desk, form, question.kind, key, question)


@bp.post("/<key>/move")
@makers_only
def move(slug: str, key: str) -> Response:
    """Move a question up or down by one place."""
    desk = _written(slug)
    direction = Direction.UP if request.form.get("direction") == "up" else Direction.DOWN
    return _keep(desk, editing.moved(desk.questions, key, direction), anchor=key)


@bp.post("/<key>/removal")
@makers_only
def remove(slug: str, key: str) -> Response:
    """Ask a question no longer."""
    desk = _written(slug)
    return _keep(desk, editing.without_question(desk.questions, key))


@bp.post("/version")
@makers_only
def begin_version(slug: str) -> Response:
    """Begin the next version, with the questions asked now."""
    desk = _desk(slug)
    with transaction() as session:
        questioning.begin_questions(session, desk.call.id, now=now(), actor_id=signed_in().id)
    return redirect(desk.address, 303)


@bp.post("/version/removal")
@makers_only
def drop_version(slug: str) -> Response:
    """Leave the questions as they are asked now."""
    desk = _desk(slug)
    with transaction() as session:
        questioning.drop_questions(session, desk.call.id)
    flash(_("The new version is dropped. The questions stay as they are asked now."), "success")
    return redirect(desk.address, 303)


@bp.post("/version/use")
@makers_only
def use_version(slug: str) -> Response:
    """Ask the new version from now on, and write to everybody with a draft."""
    desk = _written(slug)
    if desk.call.status == CallStatus.DRAFT:
        raise QuestionsPublishedError(call=desk.call.id)
    with transaction() as session:
        questioning.use_questions(session, desk.call.id, now=now())
    flash(
        _("Applicants answer the new version from now on. All with a draft were told."), "success"
    )
    return redirect(desk.address, 303)


def _desk(slug: str) -> _Desk:
    call = managing.managed_call(reader(), slug)
    being_written = questioning.questions_written(reader(), call.id)
    shown = being_written or questioning.questions_asked(reader(), call.id)
    return _Desk(call, shown, being_written is not None)


def _written(slug: str) -> _Desk:
    desk = _desk(slug)
    if not desk.is_written:
        raise QuestionsPublishedError(call=desk.call.id)
    return desk


def _question(desk: _Desk, key: str) -> Question:
    found = by_key(desk.questions).get(key)
    if found is None:
        raise NotFoundError(kind="question", key=key)
    return found


def _kind_sent() -> QuestionKind:
    kind = request.values.get("kind", "")
    if kind not in set(QuestionKind) or kind == QuestionKind.BUDGET:
        raise NotFoundError(kind="question")
    return QuestionKind(kind)


def _revision_sent() -> int:
    text = request.form.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _keep_question(
    desk: _Desk, form: QuestionForm, kind: QuestionKind, key: str, question: Question | None
) -> tuple[str, int] | Response:
    if not form.validate():
        return _question_page(desk, form, kind, question), 422
    try:
        changed = editing.with_question(desk.questions, question_typed(form, kind, key))
        return _keep(desk, changed, anchor=key)
    except (QuestionsError, StaleQuestionsError) as error:
        return _question_page(desk, form, kind, question, error), status_of(error)


def _keep(desk: _Desk, questions: Questions, *, anchor: str = "") -> Response:
    with transaction() as session:
        questioning.keep_questions(
            session, desk.call.id, questions, known_revision=_revision_sent()
        )
    return redirect(f"{desk.address}#{anchor}" if anchor else desk.address, 303)


def _index_page(desk: _Desk) -> str:
    sets = questioning.question_sets(reader(), desk.call.id)
    asked = questioning.questions_asked(reader(), desk.call.id)
    is_new_version = desk.is_written and desk.call.status != CallStatus.DRAFT
    return render_template(
        "managed_calls/questions.html",
        call=desk.call,
        shown=desk.shown,
        questions=desk.questions,
        is_written=desk.is_written,
        is_new_version=is_new_version,
        change=comparing.difference(asked.questions, desk.questions) if is_new_version else None,
        can_change=desk.call.closes_at > now(),
        sets=sets,
        asked=asked,
        address=desk.address,
        kinds=QUESTION_KINDS,
        addable=[each for each in QuestionKind if each != QuestionKind.BUDGET],
        unused=editing.unused_usual(desk.questions),
        indispensable=INDISPENSABLE,
        is_full=len(desk.questions) >= QUESTIONS_MAX,
        noindex=True,
    )


def _question_page(
    desk: _Desk,
    form: QuestionForm,
    kind: QuestionKind,
    question: Question | None = None,
    error: GrantEngineError | None = None,
) -> str:
    return render_template(
        "managed_calls/question.html",
        call=desk.call,
        form=form,
        kind=kind,
        question=question,
        kinds=QUESTION_KINDS,
        address=desk.address,
        errors=[("", _objection(error))] if error else [],
        noindex=True,
    )


def _objection(error: GrantEngineError) -> str:
    said = QUESTIONS_PROBLEMS.get(error.details.get("reason", ""))
    return str(said) % error.details if said else sentence_of(error)
