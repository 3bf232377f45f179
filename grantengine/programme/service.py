"""Setting a programme up and starting its experiments."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from grantengine import history, writing
from grantengine.ids import new_id
from grantengine.ledger import service as ledger
from grantengine.money import Money
from grantengine.programme import bookings, chart
from grantengine.programme.errors import DuplicatePersonError, GoalMissingError
from grantengine.programme.lifecycle import (
    EXPERIMENT_MOVES,
    ExperimentStatus,
    OrganisationKind,
    Role,
    Tier,
)
from grantengine.programme.models import (
    Envelope,
    Experiment,
    Goal,
    Organisation,
    Person,
    PersonRole,
    Programme,
    experiment_goals,
)
from grantengine.programme.slugs import free_slug


@dataclass(frozen=True, slots=True)
class EnvelopePlan:
    """An envelope to make: its code, names by language, amount and number of grants aimed at."""

    code: str
    names: dict[str, str]
    amount: Money
    grants_target: int | None = None


@dataclass(frozen=True, slots=True)
class ProgrammePlan:
    """A programme to start: how much is appropriated and how it is divided."""

    slug: str
    names: dict[str, str]
    authority: dict[str, str]
    budget_account: str
    starts_on: date
    ends_on: date
    appropriation: Money
    envelopes: Sequence[EnvelopePlan]
    profile: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ExperimentPlan:
    """An experiment to start; goals are goal ids, at least one."""

    title: str
    summary: str
    tier: Tier
    language: str
    organisation_id: str
    owner_id: str | None
    goal_ids: Sequence[str]
    region_code: str | None = None
    municipality_code: str | None = None
    hypothesis: str | None = None
    parent_id: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None


def start_programme(session: Session, plan: ProgrammePlan, *, now: datetime) -> Programme:
    """Make a programme, book its appropriation and allot it to its envelopes.

    Raises:
        OverdraftError: the envelopes together are larger than the appropriation.
    """
    programme = Programme(
        id=new_id("prg", now),
        slug=plan.slug,
        names=plan.names,
        authority=plan.authority,
        budget_account=plan.budget_account,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        profile=plan.profile,
    )
    session.add(programme)
    session.flush()  # Envelopes point at it.
    ledger.open_accounts(session, chart.PROGRAMME_ACCOUNTS, now=now)
    entry = bookings.appropriated(
        programme_id=programme.id, amount=plan.appropriation, on=plan.starts_on
    )
    ledger.post(session, entry, now=now)
    for position, envelope in enumerate(plan.envelopes):
        _add_envelope(session, programme, envelope, position=position, now=now)
    return programme


def register_organisation(
    session: Session,
    *,
    name: str,
    kind: OrganisationKind,
    now: datetime,
    business_id: str | None = None,
    municipality_code: str | None = None,
) -> Organisation:
    """Register a body; the business id (Y-tunnus) has been checked at the door."""
    organisation = Organisation(
        id=new_id("org", now),
        name=name,
        kind=kind,
        business_id=business_id,
        municipality_code=municipality_code,
        registered_at=now,
    )
    writing.put(session, organisation)
    return organisation


def end_sessions(session: Session, person_id: str) -> None:
    """End every session of a person, on whatever device and in whoever's hands."""
    session.execute(
        sa.update(Person)
        .where(Person.id == person_id)
        .values(session_version=Person.session_version + 1)
    )


def register_person(
    session: Session,
    *,
    name: str,
    email: str,
    language: str,
    roles: Sequence[Role],
    now: datetime,
    organisation_id: str | None = None,
    password_hash: str | None = None,
) -> Person:
    """Register somebody who signs in.

    Raises:
        DuplicatePersonError: the e-mail address is taken.
    """
    address = email.strip().lower()
    if session.scalar(sa.select(Person.id).where(Person.email == address)) is not None:
        raise DuplicatePersonError(email=address)
    person = Person(
        id=new_id("per", now),
        name=name,
        email=address,
        language=language,
        organisation_id=organisation_id,
        password_hash=password_hash,
        joined_at=now,
        role_rows=[PersonRole(role=role) for role in roles],
    )
    session.add(person)
    session.flush()  # Whatever the person does next points at it.
    return person


def propose_experiment(
    session: Session, programme: Programme, plan: ExperimentPlan, *, now: datetime
) -> Experiment:
    """Make an experiment that has been proposed but not funded.

    Raises:
        GoalMissingError: it links to no known goal.
    """
    goals = session.scalars(sa.select(Goal).where(Goal.id.in_(plan.goal_ids))).all()
    if not goals:
        raise GoalMissingError
    # One row held, so that of two experiments of one title the second sees the first's address.
    session.get_one(Programme, programme.id, with_for_update={"key_share": True})
    experiment = Experiment(
        id=new_id("exp", now),
        slug=free_slug(session, Experiment.slug, plan.title, otherwise="experiment"),
        programme_id=programme.id,
        organisation_id=plan.organisation_id,
        owner_id=plan.owner_id,
        parent_id=plan.parent_id,
        tier=plan.tier,
        status=ExperimentStatus.PROPOSED,
        language=plan.language,
        title=plan.title,
        summary=plan.summary,
        hypothesis=plan.hypothesis,
        region_code=plan.region_code,
        municipality_code=plan.municipality_code,
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
        created_at=now,
    )
    writing.put(session, experiment)
    links = [{"experiment_id": experiment.id, "goal_id": goal.id} for goal in goals]
    session.execute(sa.insert(experiment_goals), links)
    set_committed_value(experiment, "goals", list(goals))
    history.start(session, experiment, now=now, actor_id=plan.owner_id)
    return experiment


def move_experiment(
    session: Session,
    experiment: Experiment,
    target: ExperimentStatus,
    *,
    now: datetime,
    actor_id: str | None = None,
) -> None:
    """Move an experiment on: running when funded, learned when its learning is published.

    Being there already changes nothing: several grants may start one experiment.

    Raises:
        IllegalMoveError: the experiment cannot go there from where it stands.
    """
    if experiment.status != target:
        history.move(session, experiment, EXPERIMENT_MOVES, target, now=now, actor_id=actor_id)


def _add_envelope(
    session: Session, programme: Programme, plan: EnvelopePlan, *, position: int, now: datetime
) -> None:
    envelope = Envelope(
        id=new_id("env", now),
        programme_id=programme.id,
        code=plan.code,
        position=position,
        names=plan.names,
        grants_target=plan.grants_target,
    )
    session.add(envelope)
    accounts = chart.envelope_accounts(plan.code)
    ledger.open_accounts(session, accounts, now=now)
    for account in accounts:
        ledger.spread(
            session, account.code
        )  # Each promise takes from it, a match with each pledge.
    if plan.amount:
        entry = bookings.allotted(
            envelope_id=envelope.id,
            envelope=plan.code,
            amount=plan.amount,
            on=programme.starts_on,
        )
        ledger.post(session, entry, now=now)
