"""Reading matching: which rules decide about a campaign, and what they have promised so far."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, with_expression
from sqlalchemy.orm.attributes import set_committed_value

from grantengine.campaigns import chart
from grantengine.campaigns.lifecycle import COUNTED
from grantengine.campaigns.match_models import CampaignMatch, MatchPot, MatchRule, PledgeMatch
from grantengine.campaigns.matching.conditions import Conditions
from grantengine.campaigns.matching.promise import Situation
from grantengine.campaigns.matching.terms import MatchKind
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.ledger import queries as ledger
from grantengine.loaded import Loaded
from grantengine.money import Money, total
from grantengine.often import Often
from grantengine.programme.models import Experiment

ROUNDS = (MatchKind.ROUND, MatchKind.QUADRATIC)

_OTHER = aliased(MatchRule)


def _decides_at(instant: str) -> sa.ColumnElement[bool]:
    """Say that a version is the newest of its code at an instant, and not over."""
    at: sa.BindParameter[datetime] = sa.bindparam(instant)
    return sa.and_(
        MatchRule.starts_at <= at,
        MatchRule.ends_at.is_(None) | (MatchRule.ends_at > at),
        ~sa.exists().where(
            _OTHER.code == MatchRule.code,
            _OTHER.starts_at <= at,
            (_OTHER.starts_at > MatchRule.starts_at)
            | ((_OTHER.starts_at == MatchRule.starts_at) & (_OTHER.id > MatchRule.id)),
        ),
    )


# Written once, since every page or pledge asks them: building one costs more than sending it.
_PROMISING_CODES = sa.select(sa.func.count(_OTHER.code.distinct())).where(
    _OTHER.kind == MatchKind.PROMISE
)
_RULES = (
    sa.select(MatchRule)
    .options(with_expression(MatchRule.promising_codes, _PROMISING_CODES.scalar_subquery()))
    .order_by(MatchRule.code)
)
# With what most conditions ask for beside each, so that a pledge loads no experiment.
_RULE, _POT = Loaded(MatchRule), Loaded(MatchPot)
_PROMISES = Often(
    sa.select(
        Experiment.tier,
        Experiment.region_code,
        _PROMISING_CODES.scalar_subquery(),
        *_RULE.columns,
        *_POT.columns,
    )
    .select_from(MatchRule)
    .join(Experiment, Experiment.id == sa.bindparam("experiment_id"))
    .outerjoin(MatchPot)
    .where(MatchRule.kind == MatchKind.PROMISE, _decides_at("at"))
    .order_by(MatchRule.code)
)
# A top-up adds to a campaign as a whole, so one version has to decide: that which every backer
# has seen, the one in force when the campaign opened.
_TOP_UPS = _RULES.where(MatchRule.kind == MatchKind.TOPUP, _decides_at("opened_at"))
# Asked first by whoever would load objects, which costs several times more: mostly there are none.
_TOP_UP_IDS = Often(
    sa.select(MatchRule.id).where(MatchRule.kind == MatchKind.TOPUP, _decides_at("opened_at"))
)
_GIVEN_IDS = Often(
    sa.select(CampaignMatch.rule_id).where(CampaignMatch.campaign_id == sa.bindparam("campaign_id"))
)
_IN_FORCE = _RULES.where(
    sa.case((MatchRule.kind == MatchKind.TOPUP, _decides_at("opened_at")), else_=_decides_at("at"))
)
_IS_OF_BACKER = Pledge.backer == sa.bindparam("backer")
_OF_BACKERS_OWN = (
    sa.func.coalesce(sa.func.sum(PledgeMatch.counted_cents).filter(_IS_OF_BACKER), 0),
    sa.func.count().filter(_IS_OF_BACKER),
)
_OF_PLEDGES = (
    sa.select(MatchRule.code, sa.func.sum(PledgeMatch.amount_cents), *_OF_BACKERS_OWN)
    .join(MatchRule, MatchRule.id == PledgeMatch.rule_id)
    .join(Pledge, Pledge.id == PledgeMatch.pledge_id)
    .where(Pledge.status.in_(COUNTED))
    .group_by(MatchRule.code)
)
_IS_OF_CAMPAIGN = Pledge.campaign_id == sa.bindparam("campaign_id")
_OF_CAMPAIGN = Often(_OF_PLEDGES.where(_IS_OF_CAMPAIGN))
_OF_BACKER = Often(_OF_PLEDGES.where(_IS_OF_BACKER))
_OF_BOTH = Often(_OF_PLEDGES.where(_IS_OF_CAMPAIGN, _IS_OF_BACKER))


@dataclass(frozen=True, slots=True)
class _Sums:
    """Of a rule: what it gave to these pledges, what counted of the backer's, how many those are."""

    matched: Money
    counted: Money
    pledges: int


_NONE = _Sums(Money(0), Money(0), 0)


def rules_in_force(session: Session, campaign: Campaign, *, at: datetime) -> list[MatchRule]:
    """List the versions of rules that decide about a campaign at an instant, by code."""
    found = session.scalars(_IN_FORCE, {"at": at, "opened_at": campaign.opens_at})
    return [rule for rule in found if holds_for(rule, campaign) and _takes_part(rule, campaign)]


def promises_in_force(session: Session, campaign: Campaign, *, at: datetime) -> list[MatchRule]:
    """List those of the rules in force that promise at once."""
    asked = {"at": at, "experiment_id": campaign.experiment_id}
    return [
        rule
        for tier, region_code, promising_codes, *row in _PROMISES.rows(session, asked)
        for rule in [_rule_of(session, row, promising_codes)]
        if _holds(rule.conditions, campaign, tier, region_code)
    ]


def top_ups_of(session: Session, campaign: Campaign) -> list[MatchRule]:
    """List the top-ups of a campaign: the versions that were in force when it opened."""
    opened = {"opened_at": campaign.opens_at}
    found = session.scalars(_TOP_UPS, opened) if _TOP_UP_IDS.rows(session, opened) else ()
    return [rule for rule in found if holds_for(rule, campaign)]


def holds_for(rule: MatchRule, campaign: Campaign) -> bool:
    """Tell whether a campaign's experiment is what a rule asks for."""
    conditions = rule.conditions
    if conditions.asks_for_nothing:
        return True
    experiment = campaign.experiment
    return _holds(conditions, campaign, experiment.tier, experiment.region_code)


def situations(
    session: Session, campaign: Campaign, rules: Sequence[MatchRule], *, backer: str | None
) -> dict[str, Situation]:
    """Gather what each promise rule has promised so far, by rule id; None is a new backer."""
    stages = chart.match_stages(campaign.id)
    held = ledger.balances(session, [*stages, *{rule.account for rule in rules}])
    whole = total(held.get(code, Money(0)) for code in stages)
    # Where one rule alone has ever promised, what the ledger says is matched is its own. Of several
    # the ledger knows the sum, and the matches of the pledges whose is which.
    is_shared = any(rule.promising_codes != 1 for rule in rules)
    is_shared = is_shared and _any_sets(rules, _CAPS_ON_CAMPAIGN)
    here = _sums_here(session, campaign, rules, backer, is_shared=is_shared)
    anywhere = _sums_anywhere(session, rules, backer)
    return {
        rule.id: Situation(
            goal=campaign.goal,
            matched=here.get(rule.code, _NONE).matched if is_shared else whole,
            counted=here.get(rule.code, _NONE).counted,
            counted_of_backer=anywhere.get(rule.code, _NONE).counted,
            pledges_counted=here.get(rule.code, _NONE).pledges,
            pot=held.get(rule.account, Money(0)),
        )
        for rule in rules
    }


def matches_of_campaign(session: Session, campaign_id: str) -> Sequence[CampaignMatch]:
    """List what rules gave to a campaign at its close, with the rules."""
    if not _GIVEN_IDS.rows(session, {"campaign_id": campaign_id}):
        return []
    query = sa.select(CampaignMatch).where(CampaignMatch.campaign_id == campaign_id)
    return session.scalars(query.order_by(CampaignMatch.rule_id)).all()


_CAPS_HERE = ("cap_per_backer_campaign_cents", "pledges_per_backer")
_CAPS_ON_CAMPAIGN = ("cap_per_campaign_cents", "cap_share_of_goal_bps")


def _takes_part(rule: MatchRule, campaign: Campaign) -> bool:
    """Tell whether a campaign ends within a round; other kinds ask for nothing."""
    if rule.kind not in ROUNDS:
        return True
    return rule.ends_at is not None and campaign.deadline_at <= rule.ends_at


def _rule_of(session: Session, row: Sequence[Any], promising_codes: int) -> MatchRule:
    parts = len(_RULE.columns)
    rule, (pot_id, *_) = _RULE.of(session, row[:parts]), row[parts:]
    set_committed_value(rule, "promising_codes", promising_codes)
    set_committed_value(rule, "pot", _POT.of(session, row[parts:]) if pot_id else None)
    return rule


def _holds(conditions: Conditions, campaign: Campaign, tier: str, region_code: str | None) -> bool:
    asks_for_goal = conditions.goal_code is not None
    goals = campaign.experiment.goals if asks_for_goal else ()
    return conditions.hold_for(
        tier=tier, region_code=region_code, goal_codes=[goal.code for goal in goals]
    )


def _sums_here(
    session: Session,
    campaign: Campaign,
    rules: Sequence[MatchRule],
    backer: str | None,
    *,
    is_shared: bool,
) -> dict[str, _Sums]:
    """Ask for sums of the campaign only where rules share it or look at one backer's pledges."""
    if is_shared:
        return _rows(session, _OF_CAMPAIGN, campaign_id=campaign.id, backer=backer)
    if backer is None or not _any_sets(rules, _CAPS_HERE):
        return {}
    return _rows(session, _OF_BOTH, campaign_id=campaign.id, backer=backer)


def _sums_anywhere(
    session: Session, rules: Sequence[MatchRule], backer: str | None
) -> dict[str, _Sums]:
    if backer is None or not _any_sets(rules, ("cap_per_backer_cents",)):
        return {}
    return _rows(session, _OF_BACKER, backer=backer)


def _any_sets(rules: Sequence[MatchRule], caps: Iterable[str]) -> bool:
    return any(getattr(rule, cap) is not None for rule in rules for cap in caps)


def _rows(session: Session, query: Often, **keys: str | None) -> dict[str, _Sums]:
    return {
        code: _Sums(Money(int(matched)), Money(int(counted)), pledges)
        for code, matched, counted, pledges in query.rows(session, keys)
    }
