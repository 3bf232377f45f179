"""Requests to review a decision (oikaisuvaatimus): made, taken by somebody else, answered.

Source: Act 688/2001 section 34: the authority that decided answers, within it somebody who had no
part in the decision (Administrative Procedure Act 434/2003 section 28).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import history, tasks
from grantengine.clock import HELSINKI
from grantengine.errors import NotAllowedError, NotFoundError
from grantengine.ids import new_id
from grantengine.programme.models import Person
from grantengine.reviews import letters, queries
from grantengine.reviews.aftermath_models import ReviewRequest
from grantengine.reviews.applying import locked_application
from grantengine.reviews.conditions import NOON
from grantengine.reviews.correcting import latest_signed
from grantengine.reviews.errors import (
    NotLatestDecisionError,
    ReviewRequestHandlerError,
    ReviewRequestOutcomeError,
    ReviewRequestTextMissingError,
    ReviewRequestWaitingError,
)
from grantengine.reviews.experiment_card import clean_text, is_blank
from grantengine.reviews.judges import conflict_between
from grantengine.reviews.lifecycle import REVIEW_REQUEST_MOVES, ReviewRequestStatus
from grantengine.reviews.models import Decision
from grantengine.reviews.review_period import review_period
from grantengine.tasks import Priority
from grantengine.transitions import ensure_move
from grantengine.workdays import next_working_day

# Renders the answer as PDF once and keeps it; the web registers the function.
SEAL_TASK = "seal_review_answer"
# Ours: no act names a day, and "agile" has to be measured against something.
ANSWER_DAYS: Final = 30

WAITING: Final = (ReviewRequestStatus.RECEIVED, ReviewRequestStatus.HANDLED)


def request_review(
    session: Session,
    decision_id: str,
    *,
    applicant: Person,
    demand: str,
    grounds: str,
    now: datetime,
) -> ReviewRequest:
    """Take an applicant's request; one that comes late is taken too, and marked so.

    Raises:
        NotAllowedError: it is somebody else's decision.
        NotLatestDecisionError: a later version stands, so that one is what can be reviewed.
        ReviewRequestWaitingError: one waits to be answered already.
        ReviewRequestTextMissingError: it does not say what is asked, or why.
    """
    application = locked_application(session, session.get_one(Decision, decision_id).application_id)
    if application.applicant_id != applicant.id:
        raise NotAllowedError(decision=decision_id)
    latest = latest_signed(application)
    if latest is None or latest.id != decision_id or latest.signed_at is None:
        raise NotLatestDecisionError(decision=decision_id, case_number=application.case_number)
    for field, words in (("demand", demand), ("grounds", grounds)):
        if is_blank(words):
            raise ReviewRequestTextMissingError(field=field)
    if waiting_request(session, decision_id) is not None:
        raise ReviewRequestWaitingError(case_number=application.case_number)
    today = now.astimezone(HELSINKI).date()
    last_on = review_period(latest.signed_at.astimezone(HELSINKI).date()).last_on
    request = ReviewRequest(
        id=new_id("rvr", now),
        decision_id=decision_id,
        status=ReviewRequestStatus.RECEIVED,
        demand=clean_text(demand),
        grounds=clean_text(grounds),
        received_at=now,
        last_on=last_on,
        is_late=today > last_on,
        answer_due_on=next_working_day(today + timedelta(days=ANSWER_DAYS)),
        answer="",
    )
    session.add(request)
    session.flush()  # Its history points at it.
    history.start(session, request, now=now, actor_id=applicant.id)
    _tell(session, "review_request_received", request, latest, now=now)
    return request


def take_request(
    session: Session, request_id: str, *, handler: Person, now: datetime
) -> ReviewRequest:
    """Let an official handle a request; also one whose handler may not handle it any more.

    Raises:
        ReviewRequestHandlerError: the official presented or made the decision, applied, or has
            a conflict of interest.
        IllegalMoveError: somebody has taken it.
    """
    request, decision = _locked(session, request_id)
    _refuse_partial(session, decision, handler)
    if request.status == ReviewRequestStatus.HANDLED and is_to_be_taken(session, request, decision):
        back = ReviewRequestStatus.RECEIVED
        history.move(session, request, REVIEW_REQUEST_MOVES, back, now=now, actor_id=handler.id)
    target = ReviewRequestStatus.HANDLED
    history.move(session, request, REVIEW_REQUEST_MOVES, target, now=now, actor_id=handler.id)
    request.handler_id = handler.id
    return request


def answer_request(
    session: Session,
    request_id: str,
    outcome: ReviewRequestStatus,
    *,
    words: str,
    handler: Person,
    now: datetime,
) -> ReviewRequest:
    """Answer a request: kept, changed, returned, or not examined because it came late.

    After `changed` and `returned` a corrected decision can be proposed, presented and signed
    like any other; the answer alone changes neither the decision nor its money.

    Raises:
        ReviewRequestHandlerError: it is not the one who took it, or a conflict was found since.
        ReviewRequestOutcomeError: it would be dismissed as late, and came in time.
        ReviewRequestTextMissingError: there are no reasons in words.
        IllegalMoveError: nobody has taken it, or it has been answered.
    """
    request, decision = _locked(session, request_id)
    _refuse_partial(session, decision, handler)
    case_number = decision.application.case_number
    if request.handler_id is not None and request.handler_id != handler.id:
        raise ReviewRequestHandlerError(case_number=case_number)
    if outcome is ReviewRequestStatus.DISMISSED and not request.is_late:
        raise ReviewRequestOutcomeError(case_number=case_number)
    if is_blank(words):
        raise ReviewRequestTextMissingError(field="answer")
    ensure_move(REVIEW_REQUEST_MOVES, current=request.status, target=outcome)
    running = decision.application.call.programme
    request.answered_at = now  # First, since the database wants it with the answer.
    history.move(session, request, REVIEW_REQUEST_MOVES, outcome, now=now, actor_id=handler.id)
    request.answer = clean_text(words)
    request.content = {
        "authority": running.authority,
        "profile": running.profile,
        "handler": handler.name,
    }
    _tell(session, "review_request_answered", request, decision, now=now)
    tasks.enqueue(session, SEAL_TASK, now=now, priority=Priority.PATIENT, request_id=request.id)
    return request


def may_handle(session: Session, decision: Decision, official: Person) -> bool:
    """Tell whether an official had no part in a decision and is free of conflicts of interest."""
    application = decision.application
    if official.id in (decision.presenter_id, decision.decision_maker_id, application.applicant_id):
        return False
    if application.id in queries.recusals_of(session, official.id):
        return False
    return conflict_between(session, application, official) is None


def is_to_be_taken(session: Session, request: ReviewRequest, decision: Decision) -> bool:
    """Tell whether a request waits for somebody who may handle it."""
    if request.status != ReviewRequestStatus.HANDLED:
        return request.status == ReviewRequestStatus.RECEIVED
    handler = session.get_one(Person, request.handler_id)
    return not may_handle(session, decision, handler)


def waiting_request(session: Session, decision_id: str) -> ReviewRequest | None:
    """Find the request to review a decision that waits for an answer."""
    query = sa.select(ReviewRequest).where(
        ReviewRequest.decision_id == decision_id, ReviewRequest.status.in_(WAITING)
    )
    return session.scalars(query).first()


def requests_of(session: Session, decision_id: str) -> Sequence[ReviewRequest]:
    """List the requests to review a decision, newest first."""
    query = sa.select(ReviewRequest).where(ReviewRequest.decision_id == decision_id)
    return session.scalars(query.order_by(ReviewRequest.id.desc())).all()


def waiting_requests(session: Session) -> Sequence[tuple[ReviewRequest, Decision]]:
    """List what waits for an answer with its decision, the soonest due first."""
    query = (
        queries.decisions_with_parties()
        .join(ReviewRequest, ReviewRequest.decision_id == Decision.id)
        .add_columns(ReviewRequest)
        .where(ReviewRequest.status.in_(WAITING))
        .order_by(ReviewRequest.answer_due_on, ReviewRequest.id)
    )
    return [(row[1], row[0]) for row in session.execute(query).unique()]


def review_request(session: Session, request_id: str) -> tuple[ReviewRequest, Decision]:
    """Load a request with its decision.

    Raises:
        NotFoundError: there is none.
    """
    found = session.get(ReviewRequest, request_id)
    if found is None:
        raise NotFoundError(kind="review_request", id=request_id)
    return found, queries.decision(session, found.decision_id)


def _locked(session: Session, request_id: str) -> tuple[ReviewRequest, Decision]:
    request = session.get(
        ReviewRequest, request_id, with_for_update={"of": ReviewRequest}, populate_existing=True
    )
    if request is None:
        raise NotFoundError(kind="review_request", id=request_id)
    return request, queries.decision(session, request.decision_id)


def _refuse_partial(session: Session, decision: Decision, official: Person) -> None:
    if not may_handle(session, decision, official):
        raise ReviewRequestHandlerError(case_number=decision.application.case_number)


def _tell(
    session: Session, letter: str, request: ReviewRequest, decision: Decision, *, now: datetime
) -> None:
    letters.tell_applicant(
        session,
        letter,
        decision,
        now=now,
        request_id=request.id,
        is_late=request.is_late,
        last_at=datetime.combine(request.last_on, NOON, HELSINKI).isoformat(),
        answer_due_at=datetime.combine(request.answer_due_on, NOON, HELSINKI).isoformat(),
        outcome=request.status,
    )
