"""Corrections: a signed decision is never edited; a new version names the one it replaces.

Sources: Administrative Procedure Act (434/2003) sections 50 and 51; Act 688/2001 section 34 for
what is changed on request.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from grantengine.disbursements import changing
from grantengine.ledger.errors import OverdraftError
from grantengine.money import Money
from grantengine.programme import service as programme
from grantengine.programme.lifecycle import ExperimentStatus
from grantengine.programme.models import Experiment
from grantengine.reviews import conditions
from grantengine.reviews.awarding import award
from grantengine.reviews.errors import AwardConditionError, EnvelopeShortError
from grantengine.reviews.lifecycle import ConditionStatus, DecisionStatus
from grantengine.reviews.models import Application, Decision


def latest_signed(application: Application) -> Decision | None:
    """Give the version of a decision that is in force; None before there is one."""
    signed = [each for each in application.decisions if each.status == DecisionStatus.SIGNED]
    return max(signed, key=lambda each: each.version, default=None)


def corrected_by(decision: Decision) -> Decision | None:
    """Give the decision that this one corrects; None for the first version."""
    if decision.version == 1:
        return None
    return next(
        each
        for each in decision.application.decisions
        if each.status == DecisionStatus.SIGNED and each.version == decision.version - 1
    )


def is_bound(decision: Decision) -> bool:
    """Tell whether money is bound by a decision: awarded, and its condition has not lapsed."""
    lapsed = decision.condition is not None and decision.condition.status == ConditionStatus.LAPSED
    return decision.grant_id is not None and not lapsed


def refuse_new_condition(earlier: Decision) -> None:
    """Refuse to make an award conditional that was given without a condition, or has met it.

    Raises:
        AwardConditionError: the recipient relies on what was given.
    """
    condition = earlier.condition
    if is_bound(earlier) and (condition is None or condition.status == ConditionStatus.MET):
        raise AwardConditionError(field="crowd_goal", reason="given_without")


def bind(session: Session, decision: Decision, *, now: datetime) -> None:
    """Let the ledger follow a version that is being signed: what is more, less or other.

    Raises:
        EnvelopeShortError: the envelope lacks the money, even by a cent; nothing is done.
        GrantPaidError: more has been paid than the new version awards.
        PayeeAccountMissingError: there is no account to pay an award to.
    """
    earlier = corrected_by(decision)
    if earlier is None or not is_bound(earlier):
        if decision.amount is not None:
            award(session, decision, decision.amount, now=now)
        return
    _follow(session, decision, earlier, now=now)


def _follow(session: Session, decision: Decision, earlier: Decision, *, now: datetime) -> None:
    grant_id, experiment_id = earlier.grant_id, earlier.experiment_id
    assert grant_id is not None
    amount = decision.amount or Money(0, decision.currency)
    try:
        changing.change_grant(session, grant_id, amount, cause_id=decision.id, now=now)
    except OverdraftError as error:
        raise EnvelopeShortError(
            envelope=decision.application.call.envelope,
            available=Money(error.details["available_cents"]),
            wanted=amount,
        ) from error
    waited = earlier.condition
    if waited is not None and waited.status == ConditionStatus.WAITING:
        conditions.replace(session, waited, now=now)
    if decision.amount is None:
        _end(session, experiment_id, now=now)
        return
    decision.grant_id, decision.experiment_id = grant_id, experiment_id
    if decision.condition is None:
        changing.confirm_grant(session, grant_id, now=now)


def _end(session: Session, experiment_id: str | None, *, now: datetime) -> None:
    experiment = session.get_one(Experiment, experiment_id)
    if experiment.status != ExperimentStatus.LEARNED:
        programme.move_experiment(session, experiment, ExperimentStatus.CANCELLED, now=now)
