"""What an award brings about: its experiment, and the money bound to it."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.clock import HELSINKI
from grantengine.disbursements import queries as disbursement_queries
from grantengine.disbursements import service as disbursements
from grantengine.disbursements.models import Grant
from grantengine.disbursements.service import GrantTerms, InstalmentTerms
from grantengine.ledger.errors import OverdraftError
from grantengine.money import Money, split_by_weights
from grantengine.programme import queries as programme_queries
from grantengine.programme import service as programme
from grantengine.programme.lifecycle import ExperimentStatus, OrganisationKind
from grantengine.programme.models import Experiment, Organisation
from grantengine.programme.service import ExperimentPlan
from grantengine.reviews.errors import (
    EnvelopeShortError,
    GrantsUsedUpError,
    PayeeAccountMissingError,
)
from grantengine.reviews.models import Application, Call, Decision


def award(session: Session, decision: Decision, amount: Money, *, now: datetime) -> None:
    """Start the experiment of a decision and bind its grant.

    Raises:
        EnvelopeShortError: the envelope lacks the money, even by a cent.
        GrantsUsedUpError: the envelope has as many grants as it may have.
        PayeeAccountMissingError: there is no account to pay to.
    """
    application = decision.application
    if application.iban is None:
        raise PayeeAccountMissingError(case_number=application.case_number)
    _take_place(session, application.call.envelope)
    experiment = _start_experiment(session, application, now=now)
    decision.experiment_id = experiment.id
    decision.grant_id = _bind(session, decision, amount, experiment, now=now).id


def _take_place(session: Session, code: str) -> None:
    """Hold the envelope, so that of two who give its last grant one comes second."""
    envelope = programme_queries.envelope(session, code)
    session.refresh(envelope, with_for_update=True)
    limit = envelope.grants_target
    if limit is not None and disbursement_queries.grants_in_envelope(session, code) >= limit:
        raise GrantsUsedUpError(envelope=code, limit=limit)


def _start_experiment(session: Session, application: Application, *, now: datetime) -> Experiment:
    call = application.call
    plan = ExperimentPlan(
        title=application.title,
        summary=application.summary,
        tier=call.tier,
        language=application.language,
        organisation_id=_organisation(session, application, now=now).id,
        owner_id=application.applicant_id,
        goal_ids=[goal.id for goal in application.goals],
        region_code=application.region_code,
        municipality_code=application.municipality_code,
        hypothesis=application.learning_aim,
        starts_on=call.use_starts_on,
        ends_on=call.use_ends_on,
    )
    experiment = programme.propose_experiment(session, call.programme, plan, now=now)
    programme.move_experiment(session, experiment, ExperimentStatus.RUNNING, now=now)
    return experiment


def _organisation(session: Session, application: Application, *, now: datetime) -> Organisation:
    known = _known_organisation(
        session, name=application.organisation_name, business_id=application.business_id
    )
    return known or programme.register_organisation(
        session,
        name=application.organisation_name,
        kind=OrganisationKind(application.organisation_kind or OrganisationKind.WORKING_GROUP),
        business_id=application.business_id,
        municipality_code=application.municipality_code,
        now=now,
    )


def _bind(
    session: Session, decision: Decision, amount: Money, experiment: Experiment, *, now: datetime
) -> Grant:
    application = decision.application
    assert application.iban is not None
    assert application.case_number is not None
    terms = GrantTerms(
        experiment_id=experiment.id,
        organisation_id=experiment.organisation_id,
        envelope=application.call.envelope,
        amount=amount,
        case_number=application.case_number,
        payee_name=application.organisation_name,
        payee_iban=application.iban,
        recipient_kind=OrganisationKind(application.organisation_kind or "working_group"),
        instalments=instalments_of(application.call, amount, decided_at=now),
        decision_id=decision.id,
    )
    try:
        return disbursements.award_grant(session, terms, now=now)
    except OverdraftError as error:
        raise EnvelopeShortError(
            envelope=application.call.envelope,
            available=Money(error.details["available_cents"]),
            wanted=amount,
        ) from error


def instalments_of(call: Call, amount: Money, *, decided_at: datetime) -> list[InstalmentTerms]:
    """Divide an award as its call says; parts that round to nothing are left out."""
    plan: list[dict[str, Any]] = call.payment_plan["instalments"]
    parts = split_by_weights(amount, [each["share_percent"] for each in plan])
    day = decided_at.astimezone(HELSINKI).date()
    return [
        InstalmentTerms(
            amount=part,
            due_on=day + timedelta(days=each["days_after_decision"]),
            opens_on_learning=each["opens_on_learning"],
        )
        for part, each in zip(parts, plan, strict=True)
        if part
    ]


def _known_organisation(
    session: Session, *, name: str, business_id: str | None
) -> Organisation | None:
    """Find a registered body by its business id, or without one by its exact name."""
    query = sa.select(Organisation).order_by(Organisation.id)
    if business_id is not None:
        return session.scalars(query.where(Organisation.business_id == business_id)).first()
    query = query.where(Organisation.name == name, Organisation.business_id.is_(None))
    return session.scalars(query).first()
