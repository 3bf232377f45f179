"""Reading calls, applications, reviews and decisions; lists cost a constant number of queries."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from grantengine.errors import NotFoundError
from grantengine.programme.models import Envelope, Person
from grantengine.reviews.attached_models import Conflict
from grantengine.reviews.lifecycle import (
    ApplicationStatus,
    CallStatus,
    DecisionStatus,
    ReviewStatus,
)
from grantengine.reviews.models import Application, Call, Decision, Review

_UNDECIDED = (
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.SUPPLEMENT_ASKED,
    ApplicationStatus.ELIGIBLE,
    ApplicationStatus.INADMISSIBLE,
    ApplicationStatus.IN_REVIEW,
)


def call_by_slug(session: Session, slug: str) -> Call:
    """Find a published call for its page.

    Raises:
        NotFoundError: there is none, or it is a draft.
    """
    call = session.scalars(sa.select(Call).where(Call.slug == slug)).first()
    if call is None or call.status == CallStatus.DRAFT:
        raise NotFoundError(kind="call", slug=slug)
    return call


def public_calls(session: Session) -> Sequence[Call]:
    """List the published calls, those that close last first."""
    query = sa.select(Call).where(Call.status != CallStatus.DRAFT)
    # Each says who funds it.
    query = query.options(joinedload(Call.paid_from).joinedload(Envelope.funder))
    return session.scalars(query.order_by(Call.closes_at.desc(), Call.id)).all()


def open_calls(session: Session, *, now: datetime) -> Sequence[Call]:
    """List the calls that take applications now, those that close first first."""
    query = sa.select(Call).where(
        Call.status.in_((CallStatus.PUBLISHED, CallStatus.OPEN)),
        Call.opens_at <= now,
        Call.closes_at > now,
    )
    return session.scalars(query.order_by(Call.closes_at, Call.id)).all()


def calls_to_advance(session: Session, *, now: datetime) -> Sequence[Call]:
    """List the calls whose opening or closing instant has passed unmarked, with their rows held."""
    is_due = sa.or_(
        sa.and_(Call.status == CallStatus.PUBLISHED, Call.opens_at <= now),
        sa.and_(Call.status == CallStatus.OPEN, Call.closes_at <= now),
    )
    query = sa.select(Call).where(is_due).order_by(Call.id).with_for_update(of=Call)
    return session.scalars(query).all()


def application(session: Session, application_id: str) -> Application:
    """Load an application with what its page shows.

    Raises:
        NotFoundError: there is none.
    """
    query = (
        sa.select(Application)
        .where(Application.id == application_id)
        .options(
            joinedload(Application.call),
            joinedload(Application.applicant),
            joinedload(Application.region),
            joinedload(Application.municipality),
            selectinload(Application.goals),
            selectinload(Application.attachments),
            selectinload(Application.reviews).joinedload(Review.reviewer),
            selectinload(Application.decisions),
        )
    )
    found = session.scalars(query).unique().first()
    if found is None:
        raise NotFoundError(kind="application", id=application_id)
    return found


def applications_of_call(session: Session, call_id: str) -> Sequence[Application]:
    """List the submitted applications of a call with what ranking and deciding need."""
    query = (
        sa.select(Application)
        .where(
            Application.call_id == call_id,
            Application.status.not_in((ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN)),
        )
        .options(
            joinedload(Application.call),
            joinedload(Application.applicant),
            joinedload(Application.region),
            selectinload(Application.reviews).joinedload(Review.reviewer),
            selectinload(Application.decisions),
        )
    )
    return session.scalars(query.order_by(Application.submitted_at, Application.id)).unique().all()


def applications_to_review(session: Session, call_id: str) -> Sequence[Application]:
    """List the applications of a call that reviewers are to read, with their rows held."""
    wanted = (ApplicationStatus.ELIGIBLE, ApplicationStatus.IN_REVIEW)
    query = (
        sa.select(Application)
        .where(Application.call_id == call_id, Application.status.in_(wanted))
        .options(
            joinedload(Application.applicant),
            selectinload(Application.reviews),
            selectinload(Application.goals),
        )
    )
    held = query.with_for_update(of=Application).execution_options(populate_existing=True)
    return session.scalars(held.order_by(Application.id)).unique().all()


def application_from_source(session: Session, call_id: str, source_key: str) -> Application | None:
    """Find the application that was imported under an id of its source."""
    query = sa.select(Application).where(
        Application.call_id == call_id, Application.source_key == source_key
    )
    return session.scalars(query).first()


def loads_of(session: Session, reviewer_ids: Sequence[str]) -> dict[str, int]:
    """Count the unfinished reviews of each reviewer; everybody has a count."""
    unfinished = (ReviewStatus.ASSIGNED, ReviewStatus.DECLARED)
    query = (
        sa.select(Review.reviewer_id, sa.func.count().label("reviews"))
        .where(Review.reviewer_id.in_(reviewer_ids), Review.status.in_(unfinished))
        .group_by(Review.reviewer_id)
    )
    found = {row.reviewer_id: row.reviews for row in session.execute(query)}
    return {reviewer_id: found.get(reviewer_id, 0) for reviewer_id in reviewer_ids}


def locked_reviews(session: Session, application_id: str) -> Sequence[Review]:
    """List the reviews of an application as they stand now, with their rows held."""
    query = sa.select(Review).where(Review.application_id == application_id).order_by(Review.id)
    held = query.with_for_update(of=Review).execution_options(populate_existing=True)
    return session.scalars(held).all()


def conflicted_reviewers(session: Session, application_id: str) -> set[str]:
    """List the reviewers against whom a conflict is written down."""
    query = sa.select(Conflict.reviewer_id).where(Conflict.application_id == application_id)
    return set(session.scalars(query))


def recusals_of(session: Session, person_id: str) -> set[str]:
    """List the applications from which somebody stands aside."""
    query = sa.select(Conflict.application_id).where(Conflict.reviewer_id == person_id)
    return set(session.scalars(query))


def conflicts_of(session: Session, application_id: str) -> Sequence[Conflict]:
    """List who takes no part in an application, each with the source and in name order."""
    query = (
        sa.select(Conflict)
        .join(Conflict.reviewer)
        .where(Conflict.application_id == application_id)
        .options(contains_eager(Conflict.reviewer))
    )
    return session.scalars(query.order_by(Person.name)).all()


def conflicts_of_call(session: Session, call_id: str) -> Sequence[tuple[str, str, str]]:
    """List case number, name and source of every conflict in a call, by case number."""
    query = (
        sa.select(Application.case_number, Person.name, Conflict.source)
        .join(Application, Application.id == Conflict.application_id)
        .join(Person, Person.id == Conflict.reviewer_id)
        .where(Application.call_id == call_id)
    )
    rows = session.execute(query.order_by(Application.case_number, Person.name))
    return [(case_number or "", name, source) for case_number, name, source in rows]


def recused_names(session: Session, application_id: str) -> list[str]:
    """List the names of those who took no part in an application, in name order."""
    query = sa.select(Person.name).join(Conflict, Conflict.reviewer_id == Person.id)
    query = query.where(Conflict.application_id == application_id)
    return list(session.scalars(query.order_by(Person.name)))


def queue_of(session: Session, reviewer_id: str) -> Sequence[Review]:
    """List a reviewer's reviews, unfinished ones first, oldest first."""
    query = (
        sa.select(Review)
        .where(Review.reviewer_id == reviewer_id, Review.status != ReviewStatus.RELEASED)
        .options(joinedload(Review.application).joinedload(Application.call))
    )
    return session.scalars(
        query.order_by(Review.submitted_at.is_not(None), Review.assigned_at, Review.id)
    ).all()


def undecided_count(session: Session, call_id: str) -> int:
    """Count the applications of a call that wait for a decision."""
    query = sa.select(sa.func.count()).select_from(Application)
    query = query.where(Application.call_id == call_id, Application.status.in_(_UNDECIDED))
    return session.execute(query).scalar_one()


def calls_to_decide(session: Session) -> Sequence[Call]:
    """List the calls past their closing, newest first."""
    wanted = (CallStatus.CLOSED, CallStatus.IN_REVIEW, CallStatus.DECIDED)
    query = sa.select(Call).where(Call.status.in_(wanted))
    return session.scalars(query.order_by(Call.closes_at.desc(), Call.id)).all()


def decision(session: Session, decision_id: str) -> Decision:
    """Load a decision with its application and people.

    Raises:
        NotFoundError: there is none.
    """
    found = (
        session.scalars(decisions_with_parties().where(Decision.id == decision_id)).unique().first()
    )
    if found is None:
        raise NotFoundError(kind="decision", id=decision_id)
    return found


def decision_by_code(session: Session, code: str) -> Decision:
    """Find a signed decision by the code that is printed on it.

    Raises:
        NotFoundError: there is none.
    """
    found = session.scalars(
        decisions_with_parties().where(Decision.verification_code == code)
    ).first()
    if found is None:
        raise NotFoundError(kind="decision", code=code)
    return found


def decisions_to_sign(session: Session, call_id: str | None = None) -> Sequence[Decision]:
    """List the proposals that wait for a decision-maker, oldest first."""
    query = decisions_with_parties().where(Decision.status == DecisionStatus.PROPOSED)
    if call_id is not None:
        query = query.where(Application.call_id == call_id)
    return session.scalars(query.order_by(Decision.proposed_at, Decision.id)).all()


def signed_decisions(
    session: Session, *, after: str | None = None, limit: int = 100
) -> Sequence[Decision]:
    """List the signed decisions, newest first.

    Args:
        session: for reading.
        after: id of the last decision of the page before; None for the first page.
        limit: how many at most.
    """
    query = decisions_with_parties().where(Decision.status == DecisionStatus.SIGNED)
    last = session.get(Decision, after) if after else None
    if last is not None and last.signed_at is not None:
        # Many are signed at one instant, so the id decides among those.
        query = query.where(sa.tuple_(Decision.signed_at, Decision.id) < (last.signed_at, last.id))
    query = query.order_by(Decision.signed_at.desc(), Decision.id.desc())
    return session.scalars(query.limit(limit)).unique().all()


def decisions_with_parties() -> sa.Select[Decision]:
    """Select decisions with their applications and people; to be narrowed down."""
    return (
        sa.select(Decision)
        .join(Application, Application.id == Decision.application_id)
        .options(
            joinedload(Decision.application).joinedload(Application.call),
            joinedload(Decision.application).joinedload(Application.applicant),
            joinedload(Decision.presenter),
            joinedload(Decision.decision_maker),
        )
    )
