"""Screening applications: admitted, turned away, or asked for a supplement and its reply."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grantengine import history, outbox
from grantengine.ids import new_id
from grantengine.reviews.applying import locked_application
from grantengine.reviews.checklist import (
    NOTE_LENGTH_MAX,
    Finding,
    Item,
    check_finding,
    default_checklist,
    read_checklist,
)
from grantengine.reviews.errors import ScreeningError
from grantengine.reviews.experiment_card import clean_text, is_blank
from grantengine.reviews.lifecycle import APPLICATION_MOVES, ApplicationStatus
from grantengine.reviews.models import Application
from grantengine.reviews.screening_models import Checklist, Screening
from grantengine.transitions import IllegalMoveError


def checklist_of(session: Session, call_id: str) -> list[Item]:
    """List the points that are checked of the applications of a call."""
    return read_checklist(checklist_data(session, call_id))


def checklist_data(session: Session, call_id: str) -> dict[str, Any]:
    """Give the data of a call's checklist, or of the usual one."""
    own = session.get(Checklist, call_id)
    return default_checklist() if own is None else own.data


def keep_checklist(session: Session, call_id: str, data: dict[str, Any]) -> None:
    """Give a call its own checklist; whoever asks has made sure that it is a draft."""
    session.merge(Checklist(call_id=call_id, data=data))


def screen_application(
    session: Session, application_id: str, finding: Finding, *, now: datetime, actor_id: str | None
) -> Screening:
    """Keep a finding about an application; one that lacks something is asked for it by letter.

    Raises:
        ScreeningError: the finding lacks what its outcome needs.
        IllegalMoveError: the application does not wait to be screened.
    """
    application = locked_application(session, application_id)
    check_finding(checklist_of(session, application.call_id), finding, now=now)
    history.move(
        session, application, APPLICATION_MOVES, finding.outcome, now=now, actor_id=actor_id
    )
    screening = Screening(
        id=new_id("scr", now),
        application_id=application_id,
        outcome=finding.outcome,
        answers={code: str(answer) for code, answer in finding.answers.items()},
        reason=finding.reason,
        note=clean_text(finding.note).strip(),
        due_at=finding.due_at,
        screened_by_id=actor_id,
        screened_at=now,
    )
    session.add(screening)
    application.screening_note = screening.note
    if finding.outcome == ApplicationStatus.SUPPLEMENT_ASKED:
        _ask(session, application, screening, now=now)
    session.flush()  # What waits for a reply is read by query.
    return screening


def answer_supplement(
    session: Session, application_id: str, reply: str, *, now: datetime, actor_id: str
) -> Screening:
    """Keep the reply of the applicant, or of a co-applicant; the application waits to be screened again.

    A reply that comes after its day is taken as long as nobody has acted on its absence.

    Raises:
        ScreeningError: the reply says nothing, or too much.
        IllegalMoveError: nothing is asked, or nothing any more.
    """
    application = locked_application(session, application_id)
    if is_blank(reply) or len(reply) > NOTE_LENGTH_MAX:
        raise ScreeningError(field="reply", reason="missing" if is_blank(reply) else "too_long")
    target = ApplicationStatus.SUBMITTED
    # What was sent may be sent again while the call is open, which is no reply.
    if application.status != ApplicationStatus.SUPPLEMENT_ASKED:
        raise IllegalMoveError(current=str(application.status), target=str(target))
    history.move(session, application, APPLICATION_MOVES, target, now=now, actor_id=actor_id)
    screening = screenings_of(session, application_id)[-1]
    screening.reply = clean_text(reply).strip()
    screening.replied_at = now
    return screening


def screenings_of(session: Session, application_id: str) -> Sequence[Screening]:
    """List the findings about an application, the oldest first."""
    query = (
        sa.select(Screening)
        .where(Screening.application_id == application_id)
        .options(joinedload(Screening.screened_by))
    )
    return session.scalars(query.order_by(Screening.id)).all()


def _ask(
    session: Session, application: Application, screening: Screening, *, now: datetime
) -> None:
    assert screening.due_at is not None  # The finding was checked.
    outbox.enqueue(
        session,
        "supplement_asked",
        recipient=application.applicant.email,
        language=application.language,
        facts={
            "application_id": application.id,
            "case_number": application.case_number,
            "title": application.title,
            "name": application.applicant.name,
            "question": screening.note,
            "due_at": screening.due_at.isoformat(),
        },
        now=now,
    )
