"""Calls: drafted, published, and moved along by their own instants."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import history
from grantengine.ids import new_id
from grantengine.programme import queries as programme
from grantengine.programme.models import Goal
from grantengine.programme.slugs import free_slug
from grantengine.reviews import planning, queries, questioning
from grantengine.reviews.errors import (
    CallClosedError,
    CallNotOpenError,
    CallPlanError,
    StaleDraftError,
)
from grantengine.reviews.lifecycle import CALL_MOVES, CallStatus
from grantengine.reviews.models import Call
from grantengine.reviews.planning import CallPlan
from grantengine.reviews.rubric import default_rubric, read_rubric
from grantengine.transitions import ensure_move

# What a call keeps just as its plan says it.
_TAKEN_OVER = (
    "tier",
    "envelope",
    "grants_target",
    "cost_share_max_percent",
    "self_financing_min_percent",
    "reviews_per_application",
    "aid_basis",
    "opens_at",
    "closes_at",
    "use_starts_on",
    "use_ends_on",
)


def draft_call(
    session: Session,
    plan: CallPlan,
    *,
    now: datetime,
    actor_id: str | None,
    call_id: str | None = None,
) -> Call:
    """Make a call that nobody but officials sees yet.

    Args:
        session: the transaction.
        plan: what the call is to be.
        now: the present instant.
        actor_id: who makes it.
        call_id: the id that was kept for it: sent twice, it changes the draft that it made
            the first time. A new id when None.

    Raises:
        CallPlanError: names the field that cannot be as it is planned.
        RubricError: the rubric cannot be used.
        UnknownEnvelopeError: there is no such envelope.
        IllegalMoveError: the draft that was made the first time is published.
    """
    running = programme.current_programme(session)
    # One row held, so that two clicks at once come one after the other.
    session.refresh(running, with_for_update={"key_share": True})
    made = session.get(Call, call_id) if call_id else None
    if made is not None:
        return change_draft_call(session, made.id, plan, known_version=made.version)
    call = Call(
        id=call_id or new_id("cal", now),
        programme_id=running.id,
        status=CallStatus.DRAFT,
        version=1,
        created_at=now,
    )
    _fill(session, call, plan)
    call.slug = free_slug(session, Call.slug, planning.title_of(plan), otherwise="call")
    session.add(call)
    session.flush()  # Its history, its questions and its applications point at it.
    history.start(session, call, now=now, actor_id=actor_id)
    questioning.begin_questions(session, call.id, now=now, actor_id=actor_id)
    return call


def change_draft_call(
    session: Session, call_id: str, plan: CallPlan, *, known_version: int
) -> Call:
    """Change a call that is not published yet; its address stays.

    Args:
        session: the transaction.
        call_id: a draft.
        plan: what the call is to be.
        known_version: the version that the change started from.

    Raises:
        IllegalMoveError: it is published, so applicants rely on what it says.
        StaleDraftError: somebody else changed it since; nothing is overwritten.
        CallPlanError, RubricError, UnknownEnvelopeError: as when it is made.
    """
    call = locked_call(session, call_id)
    ensure_move(CALL_MOVES, current=call.status, target=CallStatus.PUBLISHED)
    if call.version != known_version:
        raise StaleDraftError(saved_version=call.version, known_version=known_version)
    _fill(session, call, plan)
    call.version += 1
    return call


def publish_call(session: Session, call_id: str, *, now: datetime, actor_id: str | None) -> Call:
    """Show a call to everybody; it opens and closes by itself.

    Raises:
        IllegalMoveError: it is published already.
    """
    call = locked_call(session, call_id)
    history.move(session, call, CALL_MOVES, CallStatus.PUBLISHED, now=now, actor_id=actor_id)
    questioning.use_first_questions(session, call.id, now=now)
    advance(session, call, now=now)
    return call


def close_call(session: Session, call_id: str, *, now: datetime, actor_id: str | None) -> Call:
    """Close an open call before its time; from this instant on it takes no application.

    Raises:
        CallNotOpenError: it has not opened yet.
        IllegalMoveError: it is closed already.
    """
    call = locked_call(session, call_id)
    advance(session, call, now=now)
    if now <= call.opens_at:
        raise CallNotOpenError(slug=call.slug, opens_at=call.opens_at)
    history.move(session, call, CALL_MOVES, CallStatus.CLOSED, now=now, actor_id=actor_id)
    call.closes_at = now
    return call


def advance(session: Session, call: Call, *, now: datetime) -> None:
    """Move a published call to where its opening and closing instants have brought it."""
    if call.status == CallStatus.PUBLISHED and now >= call.opens_at:
        history.move(session, call, CALL_MOVES, CallStatus.OPEN, now=now)
    if call.status == CallStatus.OPEN and now >= call.closes_at:
        history.move(session, call, CALL_MOVES, CallStatus.CLOSED, now=now)


def advance_due_calls(session: Session, *, now: datetime) -> int:
    """Open and close every call whose instant has come; return how many were looked at."""
    calls = queries.calls_to_advance(session, now=now)
    for call in calls:
        advance(session, call, now=now)
    return len(calls)


def ensure_takes_applications(call: Call, *, now: datetime) -> None:
    """Let an application pass that arrives while the call is open, to the instant.

    The instants decide, not the status, which the scheduler may set a little later.

    Raises:
        CallNotOpenError: it has not opened yet.
        CallClosedError: it has closed.
    """
    if call.status == CallStatus.DRAFT or now < call.opens_at:
        raise CallNotOpenError(slug=call.slug, opens_at=call.opens_at)
    if now >= call.closes_at:
        raise CallClosedError(slug=call.slug, closes_at=call.closes_at)


def finish_call(session: Session, call: Call, *, now: datetime) -> None:
    """Move a call in review to decided once none of its applications waits for a decision.

    Whoever asks holds the call's row: of two who decide the last two applications at once,
    the second has to see what the first did.
    """
    if call.status == CallStatus.IN_REVIEW and queries.undecided_count(session, call.id) == 0:
        history.move(session, call, CALL_MOVES, CallStatus.DECIDED, now=now)


def locked_call(session: Session, call_id: str) -> Call:
    """Load a call and hold its row until the transaction ends."""
    return session.get_one(Call, call_id, with_for_update={"of": Call}, populate_existing=True)


def _fill(session: Session, call: Call, plan: CallPlan) -> None:
    planning.check(plan)
    programme.envelope(session, plan.envelope)
    rubric = plan.rubric or default_rubric()
    read_rubric(rubric)
    goals = session.scalars(sa.select(Goal).where(Goal.id.in_(plan.goal_ids))).all()
    if len(goals) != len(set(plan.goal_ids)):
        raise CallPlanError(field="goal_ids", reason="invalid")
    call.rubric = rubric
    call.goals = list(goals)
    call.texts = {language: dict(texts) for language, texts in plan.texts.items()}
    call.payment_plan = planning.payment_plan(plan)
    call.applicant_kinds = [str(kind) for kind in plan.applicant_kinds]
    call.grant_min_cents = plan.grant_min.cents
    call.grant_max_cents = plan.grant_max.cents
    call.currency = plan.grant_max.currency
    for name in _TAKEN_OVER:
        setattr(call, name, getattr(plan, name))
