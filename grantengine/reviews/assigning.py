"""Reviewers given to applications: conflicts found and kept, work shared: part of the service."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from grantengine import history, outbox
from grantengine.ids import new_id
from grantengine.programme import queries as programme
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Person
from grantengine.reviews import queries
from grantengine.reviews.assignment.affinity import Profile, affinity
from grantengine.reviews.assignment.problem import Need, Pair, ReviewShortage
from grantengine.reviews.attached_models import Conflict
from grantengine.reviews.conflicts import Party, found_conflict
from grantengine.reviews.experiment_card import clean_text
from grantengine.reviews.lifecycle import (
    APPLICATION_MOVES,
    CALL_MOVES,
    ApplicationStatus,
    CallStatus,
    ConflictSource,
    ReviewStatus,
)
from grantengine.reviews.models import Application, Review
from grantengine.reviews.service import finish_call, locked_call

# A review that still counts towards what an application needs.
_STANDING = {ReviewStatus.ASSIGNED, ReviewStatus.DECLARED, ReviewStatus.SUBMITTED}


def assign_reviewers(
    session: Session, call_id: str, *, now: datetime, actor_id: str | None
) -> Mapping[str, int]:
    """Give every eligible application of a closed call the reviewers that it lacks.

    Found conflicts are written down with their source and never crossed. May be called again
    when reviewers have joined.

    Returns:
        By application id, how many reviewers could not be found.

    Raises:
        IllegalMoveError: the call is still open, or decided.
    """
    call = locked_call(session, call_id)
    if call.status != CallStatus.IN_REVIEW:
        history.move(session, call, CALL_MOVES, CallStatus.IN_REVIEW, now=now, actor_id=actor_id)
    applications = queries.applications_to_review(session, call_id)
    shortages = give_reviewers(session, applications, now=now)
    for application in applications:
        if application.status == ApplicationStatus.ELIGIBLE:
            target = ApplicationStatus.IN_REVIEW
            history.move(session, application, APPLICATION_MOVES, target, now=now)
    session.flush()  # Whether anything is left to decide is asked of the database.
    finish_call(session, call, now=now)
    return shortages


def give_reviewers(
    session: Session, applications: Sequence[Application], *, now: datetime
) -> Mapping[str, int]:
    """Give applications of one call the reviewers that they lack, around every conflict.

    Args:
        session: in whose transaction their rows are held.
        applications: with their reviews.
        now: the instant.

    Returns:
        By application id, how many reviewers could not be found.
    """
    reviewers = {person.id: person for person in programme.persons_with(session, Role.REVIEWER)}
    needs: list[Need] = []
    blocked: dict[Pair, str] = {}
    for application in applications:
        standing = [each for each in application.reviews if each.status in _STANDING]
        if len(standing) < application.reviews_wanted:
            needs.append(Need(application.id, application.reviews_wanted - len(standing)))
        blocked |= {(application.id, each.reviewer_id): "met" for each in application.reviews}
        blocked |= _blocked_by_conflict(session, application, reviewers.values(), now=now)
    if not needs:
        return {}
    # The solver takes a while to load, and most requests need none.
    from grantengine.reviews.assignment.sharing import Pool, share_out

    pool = Pool(
        loads=queries.loads_of(session, list(reviewers)),
        blocked=blocked,
        scores=_affinities(applications, reviewers.values()),
    )
    _problem, plan = share_out(needs, pool, seed=applications[0].call_id)
    for application_id, reviewer_id in plan.pairs:
        _add_review(session, application_id, reviewers[reviewer_id], now=now)
    session.flush()  # The caller looks at the reviews.
    return {
        each.application_id: each.missing
        for each in plan.shortages
        if isinstance(each, ReviewShortage)
    }


def write_conflict(
    session: Session,
    application_id: str,
    reviewer: Person,
    source: ConflictSource,
    *,
    note: str,
    now: datetime,
) -> None:
    """Keep why somebody takes no part in an application."""
    conflict = Conflict(
        id=new_id("coi", now),
        application_id=application_id,
        reviewer_id=reviewer.id,
        source=source,
        note=clean_text(note),
        found_at=now,
    )
    session.add(conflict)


def party_of_applicant(application: Application) -> Party:
    """Tell who stands behind an application, as the search for conflicts wants it."""
    return Party(
        person_id=application.applicant_id,
        email=application.applicant.email,
        organisation_name=application.organisation_name,
        business_id=application.business_id,
    )


def party_of_reviewer(reviewer: Person) -> Party:
    """Tell who a reviewer is, as the search for conflicts wants it."""
    organisation = reviewer.organisation
    return Party(
        person_id=reviewer.id,
        email=reviewer.email,
        organisation_name=organisation.name if organisation else None,
        business_id=organisation.business_id if organisation else None,
    )


def _affinities(
    applications: Sequence[Application], reviewers: Iterable[Person]
) -> dict[Pair, int]:
    known = {each.id: Profile(languages=frozenset({each.language})) for each in reviewers}
    return {
        (application.id, reviewer_id): affinity(
            reviewer=profile, application=Profile(languages=frozenset({application.language}))
        )
        for application in applications
        for reviewer_id, profile in known.items()
    }


def _blocked_by_conflict(
    session: Session, application: Application, reviewers: Iterable[Person], *, now: datetime
) -> dict[Pair, str]:
    known = queries.conflicted_reviewers(session, application.id)
    for reviewer in reviewers:
        source = found_conflict(
            reviewer=party_of_reviewer(reviewer), applicant=party_of_applicant(application)
        )
        if source is not None and reviewer.id not in known:
            write_conflict(session, application.id, reviewer, source, note="", now=now)
            known.add(reviewer.id)
    return {(application.id, reviewer_id): "conflict" for reviewer_id in known}


def _add_review(session: Session, application_id: str, reviewer: Person, *, now: datetime) -> None:
    review = Review(
        id=new_id("rev", now),
        application_id=application_id,
        reviewer_id=reviewer.id,
        status=ReviewStatus.ASSIGNED,
        comment="",
        assigned_at=now,
    )
    session.add(review)
    session.flush()  # Its history points at it.
    history.start(session, review, now=now)
    outbox.enqueue(
        session,
        "review_assigned",
        recipient=reviewer.email,
        language=reviewer.language,
        facts={"review_id": review.id, "name": reviewer.name},
        now=now,
    )
