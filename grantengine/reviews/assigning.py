"""Reviewers given to applications: conflicts found and kept, work shared: part of the service."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from grantengine import history, outbox
from grantengine.ids import new_id
from grantengine.programme.models import Person
from grantengine.reviews import queries
from grantengine.reviews.assignment.problem import (
    Assignment,
    LoadShortage,
    Need,
    Pair,
    Problem,
    ReviewShortage,
)
from grantengine.reviews.assignment.published import as_published, shortage_as_published
from grantengine.reviews.assignment_models import AssignmentRun
from grantengine.reviews.attached_models import Conflict
from grantengine.reviews.call_models import Call
from grantengine.reviews.conflicts import conflict_of
from grantengine.reviews.errors import LoadsShortError
from grantengine.reviews.experiment_card import clean_text
from grantengine.reviews.fits import affinities
from grantengine.reviews.judges import cases_of, judges_of
from grantengine.reviews.lifecycle import (
    APPLICATION_MOVES,
    CALL_MOVES,
    ApplicationStatus,
    CallStatus,
    ConflictSource,
    ReviewStatus,
)
from grantengine.reviews.loads import STANDING, given_in_call, pool_of
from grantengine.reviews.models import Application, Review
from grantengine.reviews.selecting import rules_of
from grantengine.reviews.service import finish_call, locked_call


def assign_reviewers(
    session: Session,
    call_id: str,
    *,
    now: datetime,
    actor_id: str | None,
    accepts_light_loads: bool = False,
) -> Mapping[str, int]:
    """Give every eligible application of a closed call the reviewers that it lacks.

    Found conflicts are written down with their source and never crossed. May be called again
    when reviewers have joined.

    Args:
        session: the transaction.
        call_id: the call.
        now: the present instant.
        actor_id: who asks for it; None for the engine.
        accepts_light_loads: whether reviewers may be given fewer than the fewest of the call,
            where there is no other way.

    Returns:
        By application id, how many reviewers could not be found.

    Raises:
        IllegalMoveError: the call is still open, or decided.
        LoadsShortError: names who cannot be given the fewest of the call; nobody is given
            anything.
    """
    call = locked_call(session, call_id)
    if call.status != CallStatus.IN_REVIEW:
        history.move(session, call, CALL_MOVES, CallStatus.IN_REVIEW, now=now, actor_id=actor_id)
    applications = queries.applications_to_review(session, call_id)
    shortages = give_reviewers(
        session, applications, now=now, accepts_light_loads=accepts_light_loads
    )
    for application in applications:
        if application.status == ApplicationStatus.ELIGIBLE:
            target = ApplicationStatus.IN_REVIEW
            history.move(session, application, APPLICATION_MOVES, target, now=now)
    session.flush()  # Whether anything is left to decide is asked of the database.
    finish_call(session, call, now=now)
    return shortages


def give_reviewers(
    session: Session,
    applications: Sequence[Application],
    *,
    now: datetime,
    accepts_light_loads: bool = True,
) -> Mapping[str, int]:
    """Give applications of one call the reviewers that they lack, around every conflict.

    Args:
        session: in whose transaction their rows are held.
        applications: with their reviews.
        now: the instant.
        accepts_light_loads: whether reviewers may be given fewer than the fewest of the call,
            where there is no other way; so it is when a few are given anew.

    Returns:
        By application id, how many reviewers could not be found.

    Raises:
        LoadsShortError: names who cannot be given the fewest of the call.
    """
    # Whoever has left the pool keeps what they finished, and is given nothing new.
    profiles, people = pool_of(session)
    # Case numbers and numbers of reviewers: what is published names nobody, and chance in our
    # own ids decides nothing.
    reviewers = {
        f"R{number:04d}": person
        for number, person in enumerate(sorted(people, key=lambda each: each.email), start=1)
    }
    cases = {_case(each): each for each in applications}
    needs = [Need(case, missing) for case, each in cases.items() if (missing := _missing(each)) > 0]
    # Conflicts are written down even where nobody is needed.
    barred = _barred(session, applications, people, now=now)
    if not needs:
        return {}
    # The solver takes a while to load, and most requests need none.
    from grantengine.reviews.assignment.sharing import Pool, share_out

    loads = queries.loads_of(session, [each.id for each in people])
    call = applications[0].call
    rules = rules_of(session, call.id)
    pool = Pool(
        loads={number: loads[person.id] for number, person in reviewers.items()},
        blocked=_blocked(cases, reviewers, barred),
        scores=affinities(session, rules, cases, reviewers, profiles),
        capacities={
            number: kept.capacity
            for number, person in reviewers.items()
            if (kept := profiles.get(person.id)) is not None and kept.capacity is not None
        },
        fewest=_fewest(session, call, reviewers, rules.load_min),
    )
    problem, plan = share_out(needs, pool, seed=call.slug, objective=rules.objective)
    if not accepts_light_loads:
        _refuse_light_loads(call, plan, reviewers)
    if plan.pairs:
        _keep_run(session, call, problem, plan, now=now)
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


def _refuse_light_loads(call: Call, plan: Assignment, reviewers: Mapping[str, Person]) -> None:
    missing = {
        reviewers[each.reviewer_id].id: each.missing
        for each in plan.shortages
        if isinstance(each, LoadShortage)
    }
    if missing:
        raise LoadsShortError(call=call.id, missing=missing)


def _keep_run(
    session: Session, call: Call, problem: Problem, plan: Assignment, *, now: datetime
) -> None:
    run = AssignmentRun(
        id=new_id("asr", now),
        call_id=call.id,
        made_at=now,
        problem=as_published(problem),
        shortages=[shortage_as_published(each) for each in plan.shortages],
    )
    session.add(run)


def _case(application: Application) -> str:
    assert application.case_number is not None  # The database holds it of all that were sent.
    return application.case_number


def _missing(application: Application) -> int:
    standing = sum(each.status in STANDING for each in application.reviews)
    return application.reviews_wanted - standing


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


def _blocked(
    cases: Mapping[str, Application],
    reviewers: Mapping[str, Person],
    barred: Mapping[str, Mapping[str, str]],
) -> dict[Pair, str]:
    return {
        (case, number): reason
        for case, application in cases.items()
        for number, person in reviewers.items()
        if (reason := barred[application.id].get(person.id)) is not None
    }


def _fewest(
    session: Session, call: Call, reviewers: Mapping[str, Person], load_min: int | None
) -> Mapping[str, int] | None:
    """Tell by number how many more each reviewer is to get at least; None for equal shares."""
    if load_min is None:
        return None
    given = given_in_call(session, call.id)
    return {
        number: max(0, load_min - given.get(person.id, 0)) for number, person in reviewers.items()
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
