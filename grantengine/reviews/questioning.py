"""The questions of a call: written, taken into use, changed as a new version."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import outbox
from grantengine.ids import new_id
from grantengine.reviews.errors import (
    CallClosedError,
    QuestionsPublishedError,
    StaleQuestionsError,
)
from grantengine.reviews.lifecycle import ApplicationStatus, CallStatus
from grantengine.reviews.models import Application, Call
from grantengine.reviews.question_models import QuestionSet
from grantengine.reviews.questions.asking import Question, check, written
from grantengine.reviews.questions.usual import usual_questions


def question_sets(session: Session, call_id: str) -> Sequence[QuestionSet]:
    """List every version of a call's questions, the oldest first."""
    query = sa.select(QuestionSet).where(QuestionSet.call_id == call_id)
    return session.scalars(query.order_by(QuestionSet.number)).all()


def questions_asked(session: Session, call_id: str) -> QuestionSet:
    """Give the version that applicants answer now; of a call in draft, the one being written."""
    sets = question_sets(session, call_id)
    used = [each for each in sets if each.used_from is not None]
    return used[-1] if used else sets[-1]


def questions_written(session: Session, call_id: str) -> QuestionSet | None:
    """Give the version that is being written; None if nobody is changing the questions."""
    query = sa.select(QuestionSet).where(
        QuestionSet.call_id == call_id, QuestionSet.used_from.is_(None)
    )
    return session.scalars(query).first()


def keys_taken(session: Session, call_id: str) -> set[str]:
    """List every key that a question has in any version, so that none is given twice."""
    return {question.key for each in question_sets(session, call_id) for question in each.questions}


def begin_questions(
    session: Session, call_id: str, *, now: datetime, actor_id: str | None
) -> QuestionSet:
    """Begin the next version with the questions asked now, the first with the usual ones.

    Asked for twice, the version that is being written is given again.
    """
    _hold(session, call_id)
    being_written = questions_written(session, call_id)
    if being_written is not None:
        return being_written
    sets = question_sets(session, call_id)
    begun = QuestionSet(
        id=new_id("qst", now),
        call_id=call_id,
        number=len(sets) + 1,
        data=sets[-1].data if sets else written(usual_questions()),
        revision=1,
        made_at=now,
        made_by_id=actor_id,
    )
    session.add(begun)
    session.flush()  # Applications point at it, and it is read by query.
    return begun


def keep_questions(
    session: Session, call_id: str, questions: Sequence[Question], *, known_revision: int
) -> QuestionSet:
    """Change the version that is being written.

    Args:
        session: the transaction.
        call_id: a call with a version that is being written.
        questions: all of them, in their order.
        known_revision: the revision that the change started from.

    Raises:
        QuestionsError: they cannot be asked.
        QuestionsPublishedError: no version is being written.
        StaleQuestionsError: somebody else changed them since; nothing is overwritten.
    """
    check(questions)
    current = _being_written(session, call_id)
    if current.revision != known_revision:
        raise StaleQuestionsError(
            call=call_id, saved_revision=current.revision, known_revision=known_revision
        )
    current.data = written(questions)
    current.revision += 1
    return current


def drop_questions(session: Session, call_id: str) -> None:
    """Leave the questions as they are asked now; a first version stays.

    Raises:
        QuestionsPublishedError: no version is being written.
    """
    current = _being_written(session, call_id)
    if current.number > 1:
        session.delete(current)


def use_first_questions(session: Session, call_id: str, *, now: datetime) -> QuestionSet:
    """Ask the questions that were written from now on; the call is being published."""
    current = _being_written(session, call_id)
    current.used_from = now
    return current


def use_questions(session: Session, call_id: str, *, now: datetime) -> QuestionSet:
    """Ask the new version from now on, and write to everybody with a draft.

    Drafts take it up when they are next opened; what has been submitted keeps what it answered.

    Raises:
        QuestionsPublishedError: no version is being written.
        CallClosedError: nobody can answer any more.
    """
    call = session.get_one(Call, call_id)
    if now >= call.closes_at or call.status == CallStatus.CLOSED:
        raise CallClosedError(slug=call.slug, closes_at=call.closes_at)
    current = use_first_questions(session, call_id, now=now)
    drafts = sa.select(Application).where(
        Application.call_id == call_id, Application.status == ApplicationStatus.DRAFT
    )
    for draft in session.scalars(drafts.order_by(Application.id)):
        _tell(session, draft, now=now)
    return current


def _hold(session: Session, call_id: str) -> None:
    # The call's row held, so that two who change the questions at once come one after the other.
    session.get_one(Call, call_id, with_for_update={"of": Call}, populate_existing=True)


def _being_written(session: Session, call_id: str) -> QuestionSet:
    _hold(session, call_id)
    current = questions_written(session, call_id)
    if current is None:
        raise QuestionsPublishedError(call=call_id)
    session.refresh(current)
    return current


def _tell(session: Session, draft: Application, *, now: datetime) -> None:
    outbox.enqueue(
        session,
        "questions_changed",
        recipient=draft.applicant.email,
        language=draft.language,
        facts={
            "application_id": draft.id,
            "title": draft.title,
            "call_title": draft.call.title_in(draft.language),
            "name": draft.applicant.name,
            "closes_at": draft.call.closes_at.isoformat(),
        },
        now=now,
    )
