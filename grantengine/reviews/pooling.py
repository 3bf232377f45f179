"""The pool of reviewers kept: profiles, ties, and who has left it: part of the service."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import history
from grantengine.errors import NotFoundError
from grantengine.ids import new_id
from grantengine.programme import queries as programme
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Person
from grantengine.reviews import queries
from grantengine.reviews.applying import locked_application
from grantengine.reviews.assigning import give_reviewers
from grantengine.reviews.experiment_card import clean_text
from grantengine.reviews.judges import conflict_between
from grantengine.reviews.lifecycle import REVIEW_MOVES, ReviewStatus, TieKind
from grantengine.reviews.models import Application, Review
from grantengine.reviews.pool_models import (
    ApplicationSubject,
    ReviewerProfile,
    ReviewerTie,
)
from grantengine.reviews.reviewing import step_aside
from grantengine.reviews.service import locked_call

_UNFINISHED = (ReviewStatus.ASSIGNED, ReviewStatus.DECLARED)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What a reviewer is at home in, as codes; and how many reviews at a time, None for any."""

    expertise: Sequence[str]
    goal_ids: Sequence[str]
    languages: Sequence[str]
    regions: Sequence[str]
    capacity: int | None


def reviewer(session: Session, person_id: str) -> Person:
    """Load somebody who reviews.

    Raises:
        NotFoundError: there is no such person, or they do not review.
    """
    person = session.get(Person, person_id)
    if person is None or Role.REVIEWER not in person.roles:
        raise NotFoundError(kind="reviewer", id=person_id)
    return person


def keep_profile(session: Session, person: Person, knowledge: Knowledge) -> ReviewerProfile:
    """Keep what a reviewer is at home in; the whole of it each time."""
    profile = _profile(session, person)
    profile.expertise = list(knowledge.expertise)
    profile.goal_ids = list(knowledge.goal_ids)
    profile.languages = list(knowledge.languages)
    profile.regions = list(knowledge.regions)
    profile.capacity = knowledge.capacity
    return profile


def declare_tie(
    session: Session,
    person: Person,
    kind: TieKind,
    *,
    organisation_name: str,
    business_id: str | None,
    declared_by: Person,
    now: datetime,
) -> ReviewerTie:
    """Keep what binds a reviewer to a body: from now on a conflict with whatever it applies for.

    Unfinished reviews that it concerns go to somebody else at once. Whoever brings mentors and
    experiments together tells it here too, with `TieKind.MENTOR`.
    """
    tie = ReviewerTie(
        id=new_id("tie", now),
        person_id=person.id,
        kind=kind,
        organisation_name=clean_text(organisation_name),
        business_id=business_id or None,
        declared_at=now,
        declared_by_id=declared_by.id,
    )
    session.add(tie)
    session.flush()  # Conflicts are found by what the database says.
    _step_aside_where_bound(session, person, now=now)
    return tie


def end_tie(session: Session, tie_id: str, person: Person, *, now: datetime) -> None:
    """Say that something no longer binds a reviewer.

    Raises:
        NotFoundError: there is none, it is another's, or it has ended.
    """
    tie = session.get(ReviewerTie, tie_id, with_for_update=True)
    if tie is None or tie.person_id != person.id or tie.ended_at is not None:
        raise NotFoundError(kind="tie", id=tie_id)
    tie.ended_at = now


def take_out(session: Session, person: Person, *, now: datetime, actor_id: str) -> int:
    """Take a reviewer out of the pool: unfinished reviews are freed and given to others.

    What they wrote is kept with the freed review; finished reviews count as before.

    Returns:
        How many reviews found nobody else.
    """
    profile = _profile(session, person)
    profile.left_at = now
    session.flush()  # Whoever shares out the work reads who has left.
    return sum(
        _replace(session, call_id, person, now=now, actor_id=actor_id)
        for call_id in session.scalars(_calls_with_work(person.id)).all()
    )


def take_back(session: Session, person: Person) -> None:
    """Let somebody who had left be given reviews again."""
    _profile(session, person).left_at = None


def release_review(session: Session, review_id: str, *, now: datetime, actor_id: str) -> bool:
    """Take one unfinished review from its reviewer for good and give it to somebody else.

    Returns:
        Whether somebody else was found.

    Raises:
        NotFoundError: there is no such review.
        IllegalMoveError: it is finished, or has been freed.
    """
    review = session.get(Review, review_id)
    if review is None:
        raise NotFoundError(kind="review", id=review_id)
    locked_call(session, review.application.call_id)
    held = queries.locked_reviews(session, review.application_id)
    released = next(each for each in held if each.id == review_id)
    target = ReviewStatus.RELEASED
    history.move(session, released, REVIEW_MOVES, target, now=now, actor_id=actor_id)
    session.flush()  # The work is shared out by what the database says.
    return not give_reviewers(session, [released.application], now=now)


def keep_subject(session: Session, application_id: str, fields: Sequence[str]) -> None:
    """Say what one application is about, instead of what its call says of all of them."""
    locked_application(session, application_id)
    subject = session.get(ApplicationSubject, application_id)
    if subject is None:
        subject = ApplicationSubject(application_id=application_id)
        session.add(subject)
    subject.fields = list(fields)


def profiles_of(session: Session, person_ids: Sequence[str]) -> dict[str, ReviewerProfile]:
    """Read the profiles that there are, by person."""
    query = sa.select(ReviewerProfile).where(ReviewerProfile.person_id.in_(person_ids))
    return {each.person_id: each for each in session.scalars(query)}


def ties_of(session: Session, person_id: str) -> Sequence[ReviewerTie]:
    """List what binds a reviewer now, the oldest first."""
    query = sa.select(ReviewerTie).where(
        ReviewerTie.person_id == person_id, ReviewerTie.ended_at.is_(None)
    )
    return session.scalars(query.order_by(ReviewerTie.id)).all()


def reviewers(session: Session) -> Sequence[Person]:
    """List everybody who reviews, those who have left among them, by name."""
    return sorted(programme.persons_with(session, Role.REVIEWER), key=lambda each: each.name)


def _step_aside_where_bound(session: Session, person: Person, *, now: datetime) -> None:
    unfinished = sa.select(Review).where(
        Review.reviewer_id == person.id, Review.status.in_(_UNFINISHED)
    )
    for review in session.scalars(unfinished.order_by(Review.application_id)).all():
        source = conflict_between(session, review.application, person)
        if source is not None:
            step_aside(session, review.id, person, source, now=now)


def _profile(session: Session, person: Person) -> ReviewerProfile:
    # The person's row is held, so that two who keep a first profile at once make one.
    session.refresh(person, with_for_update={"of": Person, "key_share": True})
    profile = session.get(ReviewerProfile, person.id)
    if profile is None:
        profile = ReviewerProfile(
            person_id=person.id,
            expertise=[],
            goal_ids=[],
            languages=[person.language],
            regions=[],
        )
        session.add(profile)
    return profile


def _calls_with_work(person_id: str) -> sa.Select[str]:
    query = sa.select(Application.call_id).join(Review, Review.application_id == Application.id)
    wanted = query.where(Review.reviewer_id == person_id, Review.status.in_(_UNFINISHED))
    return wanted.distinct().order_by(Application.call_id)


def _replace(
    session: Session, call_id: str, person: Person, *, now: datetime, actor_id: str
) -> int:
    locked_call(session, call_id)
    applications = queries.applications_to_review(session, call_id)
    freed = []
    for application in applications:
        for review in application.reviews:
            if review.reviewer_id == person.id and review.status in _UNFINISHED:
                target = ReviewStatus.RELEASED
                history.move(session, review, REVIEW_MOVES, target, now=now, actor_id=actor_id)
                freed.append(application)
    session.flush()  # The work is shared out by what the database says.
    missing = give_reviewers(session, freed, now=now) if freed else {}
    return sum(missing.values())
