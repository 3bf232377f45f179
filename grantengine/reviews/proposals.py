"""What a presenter proposes, and whether it can be proposed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from grantengine.clock import HELSINKI
from grantengine.money import Money
from grantengine.reviews import conditions
from grantengine.reviews.errors import (
    AwardAmountError,
    AwardConditionError,
    GroundsMissingError,
    ReviewsMissingError,
)
from grantengine.reviews.experiment_card import is_blank
from grantengine.reviews.lifecycle import ApplicationStatus, DecisionOutcome, ReviewStatus
from grantengine.reviews.models import Application


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a presenter proposes.

    Attributes:
        amount: the award; None for anything else.
        summary: the main reasons in words, never empty.
        criteria: grounds in words by criterion; may be empty if inadmissible.
        crowd_goal, crowd_goal_until: what the crowd has to raise by which day, if the award
            waits for it; both or neither.
    """

    outcome: DecisionOutcome
    summary: str
    criteria: Mapping[str, str] = field(default_factory=dict)
    amount: Money | None = None
    crowd_goal: Money | None = None
    crowd_goal_until: date | None = None

    @property
    def is_conditional(self) -> bool:
        """Tell whether the award waits for the crowd."""
        return self.crowd_goal is not None or self.crowd_goal_until is not None


def check_proposal(application: Application, proposal: Proposal, *, now: datetime) -> None:
    """Refuse a proposal that cannot be made of an application as it stands.

    Raises:
        ReviewsMissingError: not every reviewer has answered.
        what `check_grounds` raises.
    """
    check_grounds(application, proposal, now=now)
    if application.status == ApplicationStatus.INADMISSIBLE:
        if proposal.outcome is not DecisionOutcome.INADMISSIBLE:
            raise ReviewsMissingError(application=application.id, done=0, wanted=1)
        return
    done = sum(1 for each in application.reviews if each.status == ReviewStatus.SUBMITTED)
    wanted = application.reviews_wanted
    if done < wanted:
        raise ReviewsMissingError(application=application.id, done=done, wanted=wanted)


def check_grounds(application: Application, proposal: Proposal, *, now: datetime) -> None:
    """Refuse a proposal without grounds, of a wrong amount, or on a condition that cannot be met.

    Raises:
        GroundsMissingError: there are no grounds in words.
        AwardAmountError: the amount is no award, more than was applied for, or of a proposal
            that awards nothing.
        AwardConditionError: the condition cannot be met, or there is no award.
    """
    if is_blank(proposal.summary):
        raise GroundsMissingError(criterion="summary")
    is_award = proposal.outcome is DecisionOutcome.AWARDED
    if proposal.amount is not None and not is_award:
        raise AwardAmountError(wanted=proposal.amount, limit=Money(0), reason="not_awarded")
    if is_award and application.status != ApplicationStatus.INADMISSIBLE:
        _check_amount(application, proposal.amount)
    if proposal.is_conditional:
        if not is_award:
            raise AwardConditionError(field="crowd_goal", reason="not_awarded")
        conditions.check_condition(
            application,
            goal=proposal.crowd_goal,
            until_on=proposal.crowd_goal_until,
            today=now.astimezone(HELSINKI).date(),
        )


def _check_amount(application: Application, amount: Money | None) -> None:
    assert application.applied is not None
    limit = min(application.applied, application.call.grant_max)
    if amount is None or amount.cents <= 0:
        raise AwardAmountError(wanted=amount, limit=limit, reason="not_positive")
    if amount > limit:
        raise AwardAmountError(wanted=amount, limit=limit, reason="above_applied")
