"""Reading what rules reckoned at the close look at: rounds, their campaigns, their pledges."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grantengine.campaigns.lifecycle import COUNTED, HIDDEN, CampaignStatus, PledgeStatus
from grantengine.campaigns.match_models import MatchRule
from grantengine.campaigns.match_queries import ROUNDS, holds_for
from grantengine.campaigns.matching.parts import GivenPledge
from grantengine.campaigns.matching.terms import MatchKind
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.ledger import queries as ledger
from grantengine.loaded import Loaded
from grantengine.money import Money
from grantengine.often import Often
from grantengine.programme.models import Experiment

if TYPE_CHECKING:
    from grantengine.campaigns.matching.crowd import Crowd

# Written once, since every campaign that ends asks it: building one costs more than sending it.
_RULE = Loaded(MatchRule)
_AWAITED = Often(
    sa.select(*_RULE.columns)
    .where(
        MatchRule.kind.in_(ROUNDS),
        MatchRule.closed_at.is_(None),
        MatchRule.starts_at < sa.bindparam("deadline_at"),
        MatchRule.ends_at >= sa.bindparam("deadline_at"),
    )
    .order_by(MatchRule.starts_at, MatchRule.id)
)


def most_of_rules(
    session: Session, campaign: Campaign, rules: Sequence[MatchRule], *, more: Money = Money(0)
) -> dict[str, Money]:
    """Say the most that each rule reckoned at the close could add, as pledges stand now.

    Never what it will add: others draw from the pot too, and pledges come and go.

    Args:
        session: any session.
        campaign: an open one.
        rules: those in force; what promises at once is left out.
        more: a pledge that nobody has made, of somebody new.

    Returns:
        The upper end of the range, by rule id.
    """
    found = {}
    for rule in rules:
        if rule.kind == MatchKind.PROMISE:
            continue
        from grantengine.campaigns.matching.ranges import most_of  # It brings numpy, slow to load.

        pledges = pledges_of_round(session, rule, [campaign])
        if more:
            pledges.append(GivenPledge("", "", campaign.id, more.cents))
        pot = ledger.balance(session, rule.account)
        found[rule.id] = most_of(rule.terms, pot=pot, crowd=crowd_of([campaign], pledges))
    return found


def rounds_of(session: Session, campaign: Campaign) -> list[MatchRule]:
    """List the rounds that a campaign takes part in and that have not been reckoned."""
    found = _RULE.found(session, _AWAITED, {"deadline_at": campaign.deadline_at})
    return [rule for rule in found if holds_for(rule, campaign)]


def members_of(session: Session, rule: MatchRule) -> list[Campaign]:
    """List the campaigns that take part in a round: they end within it and meet its conditions."""
    query = (
        sa.select(Campaign)
        .options(joinedload(Campaign.experiment).selectinload(Experiment.goals))
        .where(
            Campaign.status.not_in(HIDDEN),
            Campaign.deadline_at > rule.starts_at,
            Campaign.deadline_at <= rule.ends_at,
        )
        .order_by(Campaign.id)
    )
    return [campaign for campaign in session.scalars(query) if holds_for(rule, campaign)]


def have_ended(
    session: Session, rule: MatchRule, members: Sequence[Campaign], *, now: datetime
) -> bool:
    """Tell whether a round is over and nothing about its campaigns can change any more."""
    assert rule.ends_at is not None
    if now < rule.ends_at or any(each.status == CampaignStatus.OPEN for each in members):
        return False
    still_charged = sa.exists().where(
        Pledge.campaign_id.in_([each.id for each in members]),
        Pledge.status == PledgeStatus.STANDING,
    )
    return not session.scalar(sa.select(still_charged))


def pledges_of_round(
    session: Session, rule: MatchRule, members: Sequence[Campaign]
) -> list[GivenPledge]:
    """List the pledges that a version of a rule decides about: those made while it was in force.

    What was given back is left out. A top-up looks at a campaign as a whole.
    """
    left = Pledge.amount_cents - Pledge.returned_cents
    query = sa.select(Pledge.id, Pledge.backer, Pledge.campaign_id, left.label("cents")).where(
        Pledge.campaign_id.in_([each.id for each in members]),
        Pledge.status.in_(COUNTED),
        left > 0,
    )
    if rule.kind != MatchKind.TOPUP:
        newer = sa.select(sa.func.min(MatchRule.starts_at)).where(
            MatchRule.code == rule.code, MatchRule.starts_at > rule.starts_at
        )
        ends_at = session.scalar(newer) or rule.ends_at
        query = query.where(Pledge.made_at >= rule.starts_at)
        query = query.where(Pledge.made_at < ends_at) if ends_at else query
    return [
        GivenPledge(row.id, row.backer, row.campaign_id, int(row.cents))
        for row in session.execute(query.order_by(Pledge.id))
    ]


def crowd_of(members: Sequence[Campaign], pledges: Sequence[GivenPledge]) -> "Crowd":
    """Gather pledges as the reckoning wants them."""
    from grantengine.campaigns.matching.crowd import Entrant, gather  # numpy, slow to load

    return gather(
        [Entrant(each.id, each.goal) for each in members],
        backers=[each.backer for each in pledges],
        campaigns=[each.campaign for each in pledges],
        cents=[each.cents for each in pledges],
    )
