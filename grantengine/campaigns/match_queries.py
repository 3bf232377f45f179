"""Reading matching: which rules decide about a campaign, and what they have promised so far."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, with_expression

from grantengine.campaigns import chart
from grantengine.campaigns.lifecycle import COUNTED
from grantengine.campaigns.match_models import CampaignMatch, MatchRule, PledgeMatch
from grantengine.campaigns.matching.promise import Situation
from grantengine.campaigns.matching.terms import MatchKind
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.ledger import queries as ledger
from grantengine.money import Money, total

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
_PROMISES = _RULES.where(MatchRule.kind == MatchKind.PROMISE, _decides_at("at"))
# A top-up adds to a campaign as a whole, so one version has to decide: that which every backer
# has seen, the one in force when the campaign opened.
_TOP_UPS = _RULES.where(MatchRule.kind == MatchKind.TOPUP, _decides_at("opened_at"))
_IN_FORCE = _RULES.where(
    sa.case((MatchRule.kind == MatchKind.TOPUP, _decides_at("opened_at")), else_=_decides_at("at"))
)
_OF_PLEDGES = (
    sa.select(
        MatchRule.code,
        sa.func.sum(PledgeMatch.amount_cents),
        sa.func.sum(PledgeMatch.counted_cents),
        sa.func.count(),
    )
    .join(MatchRule, MatchRule.id == PledgeMatch.rule_id)
    .join(Pledge, Pledge.id == PledgeMatch.pledge_id)
    .where(Pledge.status.in_(COUNTED))
    .group_by(MatchRule.code)
)
_OF_CAMPAIGN = _OF_PLEDGES.where(Pledge.campaign_id == sa.bindparam("campaign_id"))
_OF_BACKER = _OF_PLEDGES.where(Pledge.backer == sa.bindparam("backer"))
_OF_BOTH = _OF_CAMPAIGN.where(Pledge.backer == sa.bindparam("backer"))


def rules_in_force(session: Session, campaign: Campaign, *, at: datetime) -> list[MatchRule]:
    """List the versions of rules that decide about a campaign at an instant, by code."""
    found = session.scalars(_IN_FORCE, {"at": at, "opened_at": campaign.opens_at})
    return [rule for rule in found if holds_for(rule, campaign) and _takes_part(rule, campaign)]


def promises_in_force(session: Session, campaign: Campaign, *, at: datetime) -> list[MatchRule]:
    """List those of the rules in force that promise at once."""
    return [rule for rule in session.scalars(_PROMISES, {"at": at}) if holds_for(rule, campaign)]


def top_ups_of(session: Session, campaign: Campaign) -> list[MatchRule]:
    """List the top-ups of a campaign: the versions that were in force when it opened."""
    found = session.scalars(_TOP_UPS, {"opened_at": campaign.opens_at})
    return [rule for rule in found if holds_for(rule, campaign)]


def holds_for(rule: MatchRule, campaign: Campaign) -> bool:
    """Tell whether a campaign's experiment is what a rule asks for."""
    conditions = rule.conditions
    if conditions.asks_for_nothing:
        return True
    experiment = campaign.experiment
    return conditions.hold_for(
        tier=experiment.tier,
        region_code=experiment.region_code,
        goal_codes=[goal.code for goal in experiment.goals],
    )


def situations(
    session: Session, campaign: Campaign, rules: Sequence[MatchRule], *, backer: str | None
) -> dict[str, Situation]:
    """Gather what each promise rule has promised so far, by rule id; None is a new backer."""
    stages = chart.match_stages(campaign.id)
    held = ledger.balances(session, [*stages, *{rule.account for rule in rules}])
    matched = _matched(session, campaign, rules, total(held.get(code, Money(0)) for code in stages))
    here = _of(session, _OF_BOTH, rules, _CAPS_HERE, campaign_id=campaign.id, backer=backer)
    anywhere = _of(session, _OF_BACKER, rules, ("cap_per_backer_cents",), backer=backer)
    return {
        rule.id: Situation(
            goal=campaign.goal,
            matched=matched[rule.code],
            counted=Money(here.get(rule.code, (0, 0, 0))[1]),
            counted_of_backer=Money(anywhere.get(rule.code, (0, 0, 0))[1]),
            pledges_counted=here.get(rule.code, (0, 0, 0))[2],
            pot=held.get(rule.account, Money(0)),
        )
        for rule in rules
    }


def matches_of_campaign(session: Session, campaign_id: str) -> Sequence[CampaignMatch]:
    """List what rules gave to a campaign at its close, with the rules."""
    query = sa.select(CampaignMatch).where(CampaignMatch.campaign_id == campaign_id)
    return session.scalars(query.order_by(CampaignMatch.rule_id)).all()


_CAPS_HERE = ("cap_per_backer_campaign_cents", "pledges_per_backer")
_CAPS_ON_CAMPAIGN = ("cap_per_campaign_cents", "cap_share_of_goal_bps")


def _takes_part(rule: MatchRule, campaign: Campaign) -> bool:
    """Tell whether a campaign ends within a round; other kinds ask for nothing."""
    if rule.kind not in ROUNDS:
        return True
    return rule.ends_at is not None and campaign.deadline_at <= rule.ends_at


def _matched(
    session: Session, campaign: Campaign, rules: Sequence[MatchRule], whole: Money
) -> dict[str, Money]:
    """Tell what each rule has promised to the campaign.

    Where one rule alone has ever promised, that is what the ledger says is matched. Of several
    the ledger knows the sum, and the matches of the pledges whose is which.
    """
    is_alone = all(rule.promising_codes == 1 for rule in rules)
    if is_alone or not _any_sets(rules, _CAPS_ON_CAMPAIGN):
        return {rule.code: whole for rule in rules}
    found = _rows(session, _OF_CAMPAIGN, campaign_id=campaign.id)
    return {rule.code: Money(found.get(rule.code, (0, 0, 0))[0]) for rule in rules}


def _of(
    session: Session,
    query: sa.Select[*tuple[str, int, int, int]],
    rules: Sequence[MatchRule],
    caps: Iterable[str],
    *,
    backer: str | None,
    **keys: str,
) -> dict[str, tuple[int, int, int]]:
    """Ask for sums only where somebody is known and a rule looks at them."""
    if backer is None or not _any_sets(rules, caps):
        return {}
    return _rows(session, query, backer=backer, **keys)


def _any_sets(rules: Sequence[MatchRule], caps: Iterable[str]) -> bool:
    return any(getattr(rule, cap) is not None for rule in rules for cap in caps)


def _rows(
    session: Session, query: sa.Select[*tuple[str, int, int, int]], **keys: str
) -> dict[str, tuple[int, int, int]]:
    return {
        code: (int(amount), int(counted), pledges)
        for code, amount, counted, pledges in session.execute(query, keys)
    }
