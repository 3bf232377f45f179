"""Calls: planned, published, and moved along by their own instants."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import history
from grantengine.ids import new_id
from grantengine.money import Money
from grantengine.programme import queries as programme
from grantengine.programme.lifecycle import OrganisationKind, Tier
from grantengine.programme.models import Goal
from grantengine.programme.slugs import free_slug
from grantengine.reviews import queries
from grantengine.reviews.errors import CallClosedError, CallNotOpenError, CallPlanError
from grantengine.reviews.lifecycle import CALL_MOVES, AidBasis, CallStatus
from grantengine.reviews.models import Call
from grantengine.reviews.rubric import default_rubric, read_rubric

_WHOLE_PERCENT = 100


@dataclass(frozen=True, slots=True)
class InstalmentShare:
    """A part of every grant of a call.

    Attributes:
        share_percent: of the grant; all parts together are 100.
        days_after_decision: when it is due.
        opens_on_learning: whether it waits for the learning card.
    """

    share_percent: int
    days_after_decision: int
    opens_on_learning: bool = False


DEFAULT_INSTALMENTS = (
    InstalmentShare(share_percent=70, days_after_decision=14),
    InstalmentShare(share_percent=30, days_after_decision=180, opens_on_learning=True),
)


@dataclass(frozen=True, slots=True)
class CallPlan:
    """A call to make.

    Attributes:
        texts: by language: `{"fi": {"title", "purpose", "who"}, …}`.
        envelope: code of the envelope that pays.
        grants_target: how many grants are aimed at.
        cost_share_max_percent: the grant's largest share of all costs.
        goal_ids: goals of which an application serves at least one.
        rubric: data of a rubric; None for the usual one.
    """

    texts: Mapping[str, Mapping[str, str]]
    tier: Tier
    envelope: str
    grant_min: Money
    grant_max: Money
    grants_target: int
    opens_at: datetime
    closes_at: datetime
    use_starts_on: date
    use_ends_on: date
    goal_ids: Sequence[str]
    cost_share_max_percent: int = 90
    reviews_per_application: int = 2
    applicant_kinds: Sequence[OrganisationKind] = tuple(OrganisationKind)
    instalments: Sequence[InstalmentShare] = DEFAULT_INSTALMENTS
    aid_basis: AidBasis = AidBasis.NONE
    rubric: dict[str, Any] | None = field(default=None)


def draft_call(session: Session, plan: CallPlan, *, now: datetime, actor_id: str | None) -> Call:
    """Make a call that nobody but officials sees yet.

    Raises:
        CallPlanError: names the field that cannot be as it is planned.
        RubricError: the rubric cannot be used.
        UnknownEnvelopeError: there is no such envelope.
    """
    _check(plan)
    programme.envelope(session, plan.envelope)
    rubric = plan.rubric or default_rubric()
    read_rubric(rubric)
    goals = session.scalars(sa.select(Goal).where(Goal.id.in_(plan.goal_ids))).all()
    if len(goals) != len(set(plan.goal_ids)):
        raise CallPlanError(field="goal_ids", reason="invalid")
    call = Call(
        id=new_id("cal", now),
        programme_id=programme.current_programme(session).id,
        slug=free_slug(session, Call.slug, _title(plan), otherwise="call"),
        status=CallStatus.DRAFT,
        tier=plan.tier,
        envelope=plan.envelope,
        texts={language: dict(texts) for language, texts in plan.texts.items()},
        rubric=rubric,
        payment_plan=_payment_plan(plan),
        applicant_kinds=[str(kind) for kind in plan.applicant_kinds],
        grant_min_cents=plan.grant_min.cents,
        grant_max_cents=plan.grant_max.cents,
        currency=plan.grant_max.currency,
        grants_target=plan.grants_target,
        cost_share_max_percent=plan.cost_share_max_percent,
        reviews_per_application=plan.reviews_per_application,
        aid_basis=plan.aid_basis,
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        use_starts_on=plan.use_starts_on,
        use_ends_on=plan.use_ends_on,
        created_at=now,
        goals=list(goals),
    )
    session.add(call)
    session.flush()  # Its history and its applications point at it.
    history.start(session, call, now=now, actor_id=actor_id)
    return call


def publish_call(session: Session, call_id: str, *, now: datetime, actor_id: str | None) -> Call:
    """Show a call to everybody; it opens and closes by itself.

    Raises:
        IllegalMoveError: it is published already.
    """
    call = locked_call(session, call_id)
    history.move(session, call, CALL_MOVES, CallStatus.PUBLISHED, now=now, actor_id=actor_id)
    advance(session, call, now=now)
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


def _check(plan: CallPlan) -> None:
    wrong = {
        "closes_at": plan.opens_at >= plan.closes_at,
        "use_ends_on": plan.use_starts_on >= plan.use_ends_on,
        "grant_max": not Money(0) < plan.grant_min <= plan.grant_max,
        "cost_share_max_percent": not 1 <= plan.cost_share_max_percent <= _WHOLE_PERCENT,
        "grants_target": plan.grants_target < 1,
        "reviews_per_application": plan.reviews_per_application < 1,
        "applicant_kinds": not plan.applicant_kinds,
        "goal_ids": not plan.goal_ids,
        "texts": not plan.texts
        or not all(texts.get("title", "").strip() for texts in plan.texts.values()),
        "instalments": not _is_whole(plan.instalments),
    }
    for name, is_wrong in wrong.items():
        if is_wrong:
            raise CallPlanError(field=name, reason="invalid")


def _is_whole(instalments: Sequence[InstalmentShare]) -> bool:
    each_can_be = all(
        each.share_percent > 0 and each.days_after_decision >= 0 for each in instalments
    )
    return each_can_be and sum(each.share_percent for each in instalments) == _WHOLE_PERCENT


def _payment_plan(plan: CallPlan) -> dict[str, Any]:
    return {
        "instalments": [
            {
                "share_percent": each.share_percent,
                "days_after_decision": each.days_after_decision,
                "opens_on_learning": each.opens_on_learning,
            }
            for each in plan.instalments
        ]
    }


def _title(plan: CallPlan) -> str:
    return next(iter(plan.texts.values()))["title"]
