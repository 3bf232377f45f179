"""What an award brings about: its experiment, and the money bound to it."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.clock import HELSINKI
from grantengine.disbursements import queries as disbursement_queries
from grantengine.disbursements import service as disbursements
from grantengine.disbursements.lifecycle import InstalmentStatus
from grantengine.disbursements.models import Grant, Instalment
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
    if decision.condition is None:
        # Else it stays proposed until its campaign is funded.
        programme.move_experiment(session, experiment, ExperimentStatus.RUNNING, now=now)
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
    return programme.propose_experiment(session, call.programme, plan, now=now)


def _organisation(session: Session, application: Application, *, now: datetime) -> Organisation:
    known = programme_queries.organisation_known_as(
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
        case_number=_case_of(decision, application.case_number),
        payee_name=application.organisation_name,
        payee_iban=application.iban,
        recipient_kind=OrganisationKind(application.organisation_kind or "working_group"),
        instalments=instalments_of(application.call, amount, since=_counted_from(decision, now)),
        decision_id=decision.id,
    )
    bind = disbursements.award_grant if decision.condition is None else disbursements.reserve_grant
    try:
        return bind(session, terms, now=now)
    except OverdraftError as error:
        raise EnvelopeShortError(
            envelope=application.call.envelope,
            available=Money(error.details["available_cents"]),
            wanted=amount,
        ) from error


def instalments_of(call: Call, amount: Money, *, since: date) -> list[InstalmentTerms]:
    """Divide an award as its call says; parts that round to nothing are left out.

    Args:
        call: which names the parts and their days.
        amount: the award.
        since: the day that its days are counted from: that of the decision, or the last one on
            which its condition can be met.
    """
    plan: list[dict[str, Any]] = call.payment_plan["instalments"]
    parts = split_by_weights(amount, [each["share_percent"] for each in plan])
    return [
        InstalmentTerms(
            amount=part,
            due_on=since + timedelta(days=each["days_after_decision"]),
            opens_on_learning=each["opens_on_learning"],
        )
        for part, each in zip(parts, plan, strict=True)
        if part
    ]


def funder_of(call: Call) -> dict[str, Any] | None:
    """Tell whose money a call grants, in plain values, for the document; None for our own."""
    if call.funder is None:
        return None
    return {"name": call.funder.name, "envelope": call.paid_from.names}


def planned_instalments(session: Session, grant_id: str | None) -> list[dict[str, Any]]:
    """List the instalments of a grant as they stand, in plain values, for the document."""
    if grant_id is None:
        return []
    query = sa.select(Instalment).where(
        Instalment.grant_id == grant_id, Instalment.status != InstalmentStatus.DROPPED
    )
    return [
        {
            "amount_cents": each.amount_cents,
            "due_on": each.due_on.isoformat(),
            "opens_on_learning": each.opens_on_learning,
        }
        for each in session.scalars(query.order_by(Instalment.number))
    ]


def _counted_from(decision: Decision, now: datetime) -> date:
    condition = decision.condition
    return condition.until_on if condition else now.astimezone(HELSINKI).date()


def _case_of(decision: Decision, case_number: str) -> str:
    # A grant that a correction gives anew must not bear the number of the one that lapsed.
    return case_number if decision.version == 1 else f"{case_number}/{decision.version}"
