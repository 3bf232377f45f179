"""Applications, from the first saved word to the case number: half of the service."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grantengine import history, outbox
from grantengine.clock import HELSINKI
from grantengine.disbursements.numbering import next_number
from grantengine.ids import new_id
from grantengine.programme.models import Person
from grantengine.reviews import card_record, queries, questioning, sending
from grantengine.reviews.card_rules import problems_of
from grantengine.reviews.errors import (
    IncompleteApplicationError,
    StaleDraftError,
)
from grantengine.reviews.experiment_card import (
    TEXT_FIELDS,
    TITLE_LENGTH_MAX,
    ExperimentCard,
    clean_text,
)
from grantengine.reviews.lifecycle import (
    APPLICATION_MOVES,
    DECISION_MOVES,
    REVIEW_MOVES,
    ApplicationStatus,
    CallStatus,
    DecisionStatus,
    ReviewStatus,
)
from grantengine.reviews.models import Application, Call
from grantengine.reviews.questions.comparing import kept_answers
from grantengine.reviews.service import ensure_takes_applications, finish_call, locked_call
from grantengine.transitions import IllegalMoveError, can_move

# Kokeileva Suomi: the register that the case numbers belong to.
CASE_SERIES = "KS"

Answers = Mapping[str, Sequence[str]]


def start_application(
    session: Session,
    call: Call,
    applicant: Person,
    *,
    language: str,
    now: datetime,
    source_key: str | None = None,
    application_id: str | None = None,
) -> Application:
    """Begin an application with empty fields.

    Args:
        session: the transaction.
        call: to apply to.
        applicant: who applies.
        language: of the application.
        now: the present instant.
        source_key: the id in the file that it is imported from.
        application_id: the id that was kept for it: asked for twice, it is begun once. A new
            id when None.

    Raises:
        CallNotOpenError: the call has not opened.
        CallClosedError: the call has closed.
    """
    ensure_takes_applications(call, now=now)
    if application_id is not None:
        # One row held, so that two clicks at once come one after the other.
        session.get_one(Person, applicant.id, with_for_update={"key_share": True, "of": Person})
        begun = session.get(Application, application_id)
        if begun is not None:
            return begun
    application = Application(
        id=application_id or new_id("apl", now),
        call_id=call.id,
        applicant_id=applicant.id,
        question_set_id=questioning.questions_asked(session, call.id).id,
        status=ApplicationStatus.DRAFT,
        language=language,
        version=1,
        answers={},
        title="",
        **dict.fromkeys(TEXT_FIELDS, ""),
        budget={},
        ethics={},
        more={},
        currency=call.currency,
        organisation_name="",
        screening_note="",
        source_key=source_key,
        created_at=now,
        saved_at=now,
    )
    session.add(application)
    session.flush()  # Its history and its attachments point at it.
    history.start(session, application, now=now, actor_id=applicant.id)
    return application


def save_draft(
    session: Session,
    application_id: str,
    answers: Answers,
    *,
    known_version: int,
    now: datetime,
) -> Application:
    """Keep what was typed, right or wrong, even after the call has closed.

    Args:
        session: the transaction.
        application_id: a draft.
        answers: every field as it was typed.
        known_version: the version that the typist started from.
        now: the present instant.

    What was sent stays as it was sent until it is sent again.

    Raises:
        StaleDraftError: it was saved elsewhere since then; nothing is overwritten.
        IllegalMoveError: it has been submitted, and the call has closed.
    """
    application = locked_application(session, application_id)
    _ensure_may_change(application, now=now)
    if application.version != known_version:
        raise StaleDraftError(
            application=application_id,
            saved_version=application.version,
            known_version=known_version,
        )
    asked = questioning.questions_asked(session, application.call_id)
    application.answers = kept_answers(application.answers, _cleaned(answers), asked.questions)
    if application.status == ApplicationStatus.DRAFT:
        application.question_set_id = asked.id
        typed = " ".join(_first(application.answers, "title").split())
        application.title = typed[:TITLE_LENGTH_MAX]
    application.version += 1
    application.saved_at = now
    return application


def submit_application(
    session: Session, application_id: str, card: ExperimentCard, *, now: datetime
) -> Application:
    """Submit a draft as the card that was read from it, under a case number.

    One that was submitted is sent again with its changes, under the number that it has.

    Raises:
        CallClosedError: it is too late, be it by a second; the draft stays.
        IncompleteApplicationError: the card breaks rules of the call; names each.
        IllegalMoveError: it has been submitted or withdrawn.
    """
    application = locked_application(session, application_id)
    if application.status not in (ApplicationStatus.DRAFT, ApplicationStatus.SUBMITTED):
        target = str(ApplicationStatus.SUBMITTED)
        raise IllegalMoveError(current=str(application.status), target=target)
    if application.status == ApplicationStatus.SUBMITTED and not application.has_unsent_changes:
        return application  # Sent twice by two clicks: nothing is new, so nothing is done.
    ensure_takes_applications(application.call, now=now)
    asked = questioning.questions_asked(session, application.call_id)
    problems = problems_of(card, card_record.card_rules(session, application, asked))
    if problems:
        raise IncompleteApplicationError(application=application_id, problems=problems)
    application.question_set_id = asked.id
    card_record.keep_card(session, application, card)
    application.case_number = application.case_number or _next_case_number(session, now=now)
    application.sent_version = application.version
    sending.keep_sent(session, application, now=now)
    application.submitted_at = now
    history.move(
        session,
        application,
        APPLICATION_MOVES,
        ApplicationStatus.SUBMITTED,
        now=now,
        actor_id=application.applicant_id,
    )
    _tell(session, application, "application_received", now=now)
    return application


def withdraw_application(
    session: Session, application_id: str, *, now: datetime, actor_id: str
) -> Application:
    """Take an application back before it is decided.

    Its unfinished reviews are released, its proposal is dropped, and a call that waited for
    nothing else is decided.

    Raises:
        IllegalMoveError: it is decided.
    """
    application = locked_with_call(session, application_id)
    target = ApplicationStatus.WITHDRAWN
    history.move(session, application, APPLICATION_MOVES, target, now=now, actor_id=actor_id)
    for review in queries.locked_reviews(session, application_id):
        if can_move(REVIEW_MOVES, current=review.status, target=ReviewStatus.RELEASED):
            history.move(session, review, REVIEW_MOVES, ReviewStatus.RELEASED, now=now)
    for decision in application.decisions:
        if decision.status == DecisionStatus.PROPOSED:
            history.move(session, decision, DECISION_MOVES, DecisionStatus.DROPPED, now=now)
    session.flush()  # Whether the call is decided is asked of the database.
    finish_call(session, application.call, now=now)
    return application


def locked_application(session: Session, application_id: str) -> Application:
    """Load an application and hold its row until the transaction ends."""
    return session.get_one(
        Application, application_id, with_for_update={"of": Application}, populate_existing=True
    )


def locked_with_call(session: Session, application_id: str) -> Application:
    """Load an application and hold its call's row and its own, in the order that all keep."""
    locked_call(session, session.get_one(Application, application_id).call_id)
    return locked_application(session, application_id)


def may_be_changed(application: Application, *, now: datetime) -> bool:
    """Tell whether somebody may still write: a draft always, what was sent until the closing."""
    if application.status == ApplicationStatus.SUBMITTED:
        return now < application.call.closes_at
    return application.status == ApplicationStatus.DRAFT


def _ensure_may_change(application: Application, *, now: datetime) -> None:
    if not may_be_changed(application, now=now):
        target = str(ApplicationStatus.SUBMITTED)
        raise IllegalMoveError(current=str(application.status), target=target)


def _next_case_number(session: Session, *, now: datetime) -> str:
    year = now.astimezone(HELSINKI).year
    number = next_number(session, f"{CASE_SERIES}/{year}")
    # Padded, so that the order of the texts is the order of arrival.
    return f"{CASE_SERIES}/{year}/{number:05d}"


def _cleaned(answers: Answers) -> dict[str, Any]:
    return {name: [clean_text(value) for value in values] for name, values in answers.items()}


def _first(answers: Mapping[str, Any], name: str) -> str:
    values = answers.get(name) or [""]
    return str(values[0])


def _tell(session: Session, application: Application, letter: str, *, now: datetime) -> None:
    outbox.enqueue(
        session,
        letter,
        recipient=application.applicant.email,
        language=application.language,
        facts={
            "application_id": application.id,
            "case_number": application.case_number,
            "title": application.title,
            "name": application.applicant.name,
        },
        now=now,
    )


def is_open_for_changes(application: Application, *, now: datetime) -> bool:
    """Tell whether an application can still be sent, for the first time or again."""
    in_time = application.call.opens_at <= now < application.call.closes_at
    is_published = application.call.status != CallStatus.DRAFT
    return may_be_changed(application, now=now) and in_time and is_published
