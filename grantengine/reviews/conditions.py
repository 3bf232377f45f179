"""Awards on the condition that the crowd's goal is met: reserved, then committed or lapsed."""

from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import history
from grantengine.campaigns import queries as campaigns
from grantengine.campaigns.events import CampaignSettled
from grantengine.campaigns.models import Campaign
from grantengine.clock import HELSINKI, Clock
from grantengine.db import Database
from grantengine.disbursements import changing
from grantengine.ids import new_id
from grantengine.money import Money
from grantengine.often import Often
from grantengine.programme import service as programme
from grantengine.programme.lifecycle import ExperimentStatus
from grantengine.programme.models import Experiment
from grantengine.reviews import letters
from grantengine.reviews.aftermath_models import AwardCondition
from grantengine.reviews.errors import AwardConditionError
from grantengine.reviews.lifecycle import CONDITION_MOVES, ConditionStatus, DecisionStatus
from grantengine.reviews.models import Application, Decision

# Written once, since every campaign that ends asks it: building one costs more than sending it.
_IS_WAITING = (
    AwardCondition.status == ConditionStatus.WAITING,
    Decision.status == DecisionStatus.SIGNED,
)
_WAITING_IDS = Often(
    sa.select(AwardCondition.id)
    .join(Decision, Decision.id == AwardCondition.decision_id)
    .where(*_IS_WAITING, Decision.experiment_id == sa.bindparam("experiment_id"))
)

LAPSE_TASK = "lapse_due_conditions"
# Letters tell days as instants: noon is of the same day everywhere.
NOON = time(12)


def check_condition(
    application: Application, *, goal: Money | None, until_on: date | None, today: date
) -> None:
    """Refuse a condition that cannot be met, or whose day is not before the use ends.

    Raises:
        AwardConditionError: says which field and why.
    """
    if goal is None or goal.cents <= 0:
        raise AwardConditionError(field="crowd_goal", reason="not_positive")
    if until_on is None or not today < until_on <= application.call.use_ends_on:
        raise AwardConditionError(field="crowd_goal_until", reason="day")


def add_condition(
    session: Session, decision: Decision, *, goal: Money, until_on: date, now: datetime
) -> None:
    """Write down what the award of a proposal waits for."""
    condition = AwardCondition(
        id=new_id("cnd", now),
        decision_id=decision.id,
        status=ConditionStatus.WAITING,
        goal_cents=goal.cents,
        currency=goal.currency,
        until_on=until_on,
    )
    session.add(condition)
    decision.condition = condition
    session.flush()  # Its history points at it.
    history.start(session, condition, now=now)


def on_campaign_settled(session: Session, event: CampaignSettled) -> None:
    """Commit the award that waited for this campaign, if it collected what was asked in time."""
    if not event.funded:
        return
    if not _WAITING_IDS.rows(session, {"experiment_id": event.experiment_id}):
        return
    found = _waiting(session, Decision.experiment_id == event.experiment_id)
    campaign = session.get_one(Campaign, event.campaign_id)
    collected = campaigns.totals(session, event.campaign_id).collected
    # The event tells a day; the settlement's own instant is on the campaign.
    now = campaign.settled_at or campaign.deadline_at
    for condition, decision in found:
        in_time = _day(campaign.deadline_at) <= condition.until_on
        if in_time and collected >= condition.goal:
            assert decision.grant_id is not None
            changing.confirm_grant(session, decision.grant_id, now=now)
            history.move(session, condition, CONDITION_MOVES, ConditionStatus.MET, now=now)
            _tell(session, "award_confirmed", decision, condition, now=now)


def lapse_due(database: Database, clock: Clock) -> None:
    """Let lapse every award whose day has passed; the task LAPSE_TASK.

    Where a campaign that ended in time is still being settled, its answer is waited for.
    """
    now = clock.now()
    with database.transaction() as session:
        for condition, decision in _waiting(session, AwardCondition.until_on < _day(now)):
            if not _is_being_settled(session, decision, condition):
                _lapse(session, condition, decision, now=now)


def replace(session: Session, condition: AwardCondition, *, now: datetime) -> None:
    """End a condition that a corrected decision replaces."""
    history.move(session, condition, CONDITION_MOVES, ConditionStatus.REPLACED, now=now)


def _lapse(
    session: Session, condition: AwardCondition, decision: Decision, *, now: datetime
) -> None:
    assert decision.grant_id is not None
    changing.change_grant(session, decision.grant_id, Money(0), cause_id=condition.id, now=now)
    history.move(session, condition, CONDITION_MOVES, ConditionStatus.LAPSED, now=now)
    experiment = session.get_one(Experiment, decision.experiment_id)
    if experiment.status == ExperimentStatus.PROPOSED:
        programme.move_experiment(session, experiment, ExperimentStatus.CANCELLED, now=now)
    _tell(session, "award_lapsed", decision, condition, now=now)


def _waiting(
    session: Session, wanted: sa.ColumnElement[bool]
) -> list[tuple[AwardCondition, Decision]]:
    query = (
        sa.select(AwardCondition, Decision)
        .join(Decision, Decision.id == AwardCondition.decision_id)
        .where(*_IS_WAITING, wanted)
        .order_by(AwardCondition.id)  # Same order everywhere, so no deadlock.
        .with_for_update(of=AwardCondition)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def _is_being_settled(session: Session, decision: Decision, condition: AwardCondition) -> bool:
    query = sa.select(Campaign.deadline_at).where(
        Campaign.experiment_id == decision.experiment_id, Campaign.settled_at.is_(None)
    )
    return any(_day(deadline) <= condition.until_on for deadline in session.scalars(query))


def _tell(
    session: Session, letter: str, decision: Decision, condition: AwardCondition, *, now: datetime
) -> None:
    letters.tell_applicant(
        session,
        letter,
        decision,
        now=now,
        goal_cents=condition.goal_cents,
        until_at=datetime.combine(condition.until_on, NOON, HELSINKI).isoformat(),
    )


def _day(instant: datetime) -> date:
    return instant.astimezone(HELSINKI).date()
