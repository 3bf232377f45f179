"""How much reviewers have been given, and how little a call lets them be given: queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.programme import queries as programme
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Person
from grantengine.reviews.lifecycle import ReviewStatus
from grantengine.reviews.models import Application, Review
from grantengine.reviews.pool_models import ReviewerProfile

# A review that still counts towards what an application needs and what a reviewer was given.
STANDING = frozenset({ReviewStatus.ASSIGNED, ReviewStatus.DECLARED, ReviewStatus.SUBMITTED})


@dataclass(frozen=True, slots=True)
class LightLoad:
    """A reviewer who has fewer applications of a call than it lets reviewers have."""

    reviewer: Person
    given: int
    fewest: int


def pool_of(session: Session) -> tuple[Mapping[str, ReviewerProfile], list[Person]]:
    """Read the profiles that there are by person, and who has not left the pool."""
    people = programme.persons_with(session, Role.REVIEWER)
    query = sa.select(ReviewerProfile).where(
        ReviewerProfile.person_id.in_([each.id for each in people])
    )
    profiles = {each.person_id: each for each in session.scalars(query)}
    left = {each.person_id for each in profiles.values() if each.left_at is not None}
    return profiles, [each for each in people if each.id not in left]


def given_in_call(session: Session, call_id: str) -> Mapping[str, int]:
    """Count by reviewer the applications of a call that they were given and keep."""
    query = (
        sa.select(Review.reviewer_id, sa.func.count())
        .join(Application, Application.id == Review.application_id)
        .where(Application.call_id == call_id, Review.status.in_(STANDING))
        .group_by(Review.reviewer_id)
    )
    return dict(iter(session.execute(query)))


def light_loads(session: Session, call_id: str, load_min: int | None) -> Sequence[LightLoad]:
    """List who has fewer applications of a call than its fewest, or than they can take.

    Args:
        session: to read from.
        call_id: the call.
        load_min: its fewest; None where it shares equally, so that nobody has too few.
    """
    if load_min is None:
        return []
    profiles, people = pool_of(session)
    given = given_in_call(session, call_id)
    loads = [
        LightLoad(each, given.get(each.id, 0), _fewest(profiles.get(each.id), load_min))
        for each in people
    ]
    return [each for each in loads if each.given < each.fewest]


def highest_capacity(session: Session) -> int | None:
    """Tell how many reviews whoever takes most takes at a time; None for any number, or nobody."""
    profiles, people = pool_of(session)
    taken = [profiles[each.id].capacity if each.id in profiles else None for each in people]
    limits = [each for each in taken if each is not None]
    return max(limits) if limits and len(limits) == len(taken) else None


def _fewest(profile: ReviewerProfile | None, load_min: int) -> int:
    own = profile.capacity if profile is not None else None
    return load_min if own is None else min(load_min, own)
