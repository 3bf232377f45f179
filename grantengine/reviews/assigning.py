"""Reviewers given to applications: conflicts found and kept, work shared: part of the service."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import history, outbox
from grantengine.ids import new_id
from grantengine.programme import queries as programme
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Person
from grantengine.reviews import queries
from grantengine.reviews.assignment.affinity import Profile, affinity
from grantengine.reviews.assignment.problem import Need, Pair, ReviewShortage
from grantengine.reviews.assignment.published import as_published
from grantengine.reviews.assignment_models import AssignmentRun
from grantengine.reviews.attached_models import Conflict
from grantengine.reviews.call_models import Call
from grantengine.reviews.conflicts import conflict_of
from grantengine.reviews.experiment_card import clean_text
from grantengine.reviews.judges import cases_of, judges_of, profile_of, subjects_of
from grantengine.reviews.lifecycle import (
    APPLICATION_MOVES,
    CALL_MOVES,
    ApplicationStatus,
    CallStatus,
    ConflictSource,
    ReviewStatus,
)
from grantengine.reviews.models import Application, Review
from grantengine.reviews.pool_models import ReviewerProfile
from grantengine.reviews.selecting import rules_of
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
    # Whoever has left the pool keeps what they finished, and is given nothing new.
    profiles, people = _pool(session)
    # Case numbers and numbers of reviewers: what is published names nobody, and chance in our
    # own ids decides nothing.
    reviewers = {
        f"R{number:04d}": person
        for number, person in enumerate(sorted(people, key=lambda each: each.email), start=1)
    }
    cases = {_case(each): each for each in applications}
    needs = [Need(case, missing) for case, each in cases.items() if (missing := _missing(each)) > 0]
    blocked: dict[Pair, str] = {}
    found_by_application = _barred(session, applications, people, now=now)
    for case, application in cases.items():
        found = found_by_application[application.id]
        blocked |= {
            (case, number): found[person.id]
            for number, person in reviewers.items()
            if person.id in found
        }
    if not needs:
        return {}
    # The solver takes a while to load, and most requests need none.
    from grantengine.reviews.assignment.sharing import Pool, share_out

    loads = queries.loads_of(session, [each.id for each in people])
    call = applications[0].call
    pool = Pool(
        loads={number: loads[person.id] for number, person in reviewers.items()},
        blocked=blocked,
        scores=_affinities(session, call, cases, reviewers, profiles),
        capacities={
            number: kept.capacity
            for number, person in reviewers.items()
            if (kept := profiles.get(person.id)) is not None and kept.capacity is not None
        },
    )
    problem, plan = share_out(needs, pool, seed=call.slug)
    if plan.pairs:
        session.add(
            AssignmentRun(
                id=new_id("asr", now), call_id=call.id, made_at=now, problem=as_published(problem)
            )
        )
    for case, number in plan.pairs:
        _add_review(session, cases[case].id, reviewers[number], now=now)
    session.flush()  # The caller looks at the reviews.
    return {
        cases[each.application_id].id: each.missing
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


def _case(application: Application) -> str:
    assert application.case_number is not None  # The database holds it of all that were sent.
    return application.case_number


def _missing(application: Application) -> int:
    standing = sum(each.status in _STANDING for each in application.reviews)
    return application.reviews_wanted - standing


def _pool(session: Session) -> tuple[Mapping[str, ReviewerProfile], list[Person]]:
    people = programme.persons_with(session, Role.REVIEWER)
    query = sa.select(ReviewerProfile).where(
        ReviewerProfile.person_id.in_([each.id for each in people])
    )
    profiles = {each.person_id: each for each in session.scalars(query)}
    left = {each.person_id for each in profiles.values() if each.left_at is not None}
    return profiles, [each for each in people if each.id not in left]


def _barred(
    session: Session,
    applications: Sequence[Application],
    people: Sequence[Person],
    *,
    now: datetime,
) -> dict[str, dict[str, str]]:
    """Tell who may not be given each application, and why; conflicts found are written down."""
    judges = judges_of(session, people)
    cases = cases_of(session, applications)
    barred = {}
    for application in applications:
        known = queries.conflicted_reviewers(session, application.id)
        for person in people:
            source = conflict_of(judges[person.id], cases[application.id])
            if source is not None and person.id not in known:
                write_conflict(session, application.id, person, source, note="", now=now)
                known.add(person.id)
        met = {each.reviewer_id: "met" for each in application.reviews}
        barred[application.id] = met | dict.fromkeys(known, "conflict")
    return barred


def _affinities(
    session: Session,
    call: Call,
    cases: Mapping[str, Application],
    reviewers: Mapping[str, Person],
    profiles: Mapping[str, ReviewerProfile],
) -> dict[Pair, int]:
    rules = rules_of(session, call.id)
    subjects = subjects_of(session, [each.id for each in cases.values()])
    known = {
        number: profile_of(person, profiles.get(person.id)) for number, person in reviewers.items()
    }
    wanted = {
        case: Profile(
            expertise=frozenset(subjects.get(each.id, rules.fields)),
            goals=frozenset(goal.id for goal in each.goals),
            languages=frozenset({each.language}),
            regions=frozenset({each.region_code} if each.region_code else ()),
        )
        for case, each in cases.items()
    }
    return {
        (case, number): affinity(reviewer=profile, application=about, weights=rules.weights)
        for case, about in wanted.items()
        for number, profile in known.items()
    }


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
