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
from grantengine.reviews.assignment.published import as_published
from grantengine.reviews.assignment_models import AssignmentRun
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
    people = programme.persons_with(session, Role.REVIEWER)
    # Case numbers and numbers of reviewers: what is published names nobody, and chance in our
    # own ids decides nothing.
    reviewers = {
        f"R{number:04d}": person
        for number, person in enumerate(sorted(people, key=lambda each: each.email), start=1)
    }
    cases = {_case(each): each for each in applications}
    needs = [Need(case, missing) for case, each in cases.items() if (missing := _missing(each)) > 0]
    blocked: dict[Pair, str] = {}
    for case, application in cases.items():
        found = _barred(session, application, people, now=now)
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
    pool = Pool(
        loads={number: loads[person.id] for number, person in reviewers.items()},
        blocked=blocked,
        scores=_affinities(cases, reviewers),
    )
    call = applications[0].call
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


def _case(application: Application) -> str:
    assert application.case_number is not None  # The database holds it of all that were sent.
    return application.case_number


def _missing(application: Application) -> int:
    standing = sum(each.status in _STANDING for each in application.reviews)
    return application.reviews_wanted - standing


def _barred(
    session: Session, application: Application, reviewers: Iterable[Person], *, now: datetime
) -> dict[str, str]:
    """Tell who may not be given an application, and why; conflicts found are written down."""
    met = {each.reviewer_id: "met" for each in application.reviews}
    known = queries.conflicted_reviewers(session, application.id)
    for reviewer in reviewers:
        source = found_conflict(
            reviewer=party_of_reviewer(reviewer), applicant=party_of_applicant(application)
        )
        if source is not None and reviewer.id not in known:
            write_conflict(session, application.id, reviewer, source, note="", now=now)
            known.add(reviewer.id)
    return met | dict.fromkeys(known, "conflict")


def _affinities(
    cases: Mapping[str, Application], reviewers: Mapping[str, Person]
) -> dict[Pair, int]:
    known = {
        number: Profile(languages=frozenset({person.language}))
        for number, person in reviewers.items()
    }
    return {
        (case, number): affinity(
            reviewer=profile, application=Profile(languages=frozenset({application.language}))
        )
        for case, application in cases.items()
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
