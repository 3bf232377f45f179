"""Verbs on match rules and pots: opening and filling a pot, adopting a version of a rule."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.campaigns import bookings, chart
from grantengine.campaigns.errors import MatchTermsError
from grantengine.campaigns.funding import helsinki_date
from grantengine.campaigns.match_models import MatchPot, MatchRule
from grantengine.campaigns.matching.conditions import Conditions
from grantengine.campaigns.matching.terms import FOLLOWED, MatchKind, MatchTerms
from grantengine.campaigns.matching.trace import WHOLE_BPS
from grantengine.errors import InvalidInputError
from grantengine.ids import new_id
from grantengine.ledger import service as ledger
from grantengine.money import Money
from grantengine.programme.lifecycle import Tier
from grantengine.programme.models import Goal, Region

DEFAULT_CODE = "match"
_POT_CODE = re.compile(r"[a-z0-9-]{1,40}")
# Rounds share a pot among campaigns, so somebody has to say when all of them are in.
_NEED_AN_END = frozenset({MatchKind.ROUND, MatchKind.QUADRATIC})
_FRACTIONS = ("factor", "cap_share_of_goal", "threshold")


@dataclass(frozen=True, slots=True)
class RulePlan:
    """A version of a rule: what it adds, for whom, from which pot, in what time.

    Attributes:
        terms: what it adds, and where it stops.
        starts_at: from when on it decides about pledges; not in the past.
        code: what the versions of one rule have in common; a newer version takes over.
        ends_at: when it ends without another; a round is reckoned then.
        pot_id: None gives from the programme's own pot.
        conditions: for which experiments.
    """

    terms: MatchTerms
    starts_at: datetime
    code: str = DEFAULT_CODE
    ends_at: datetime | None = None
    pot_id: str | None = None
    conditions: Conditions = field(default_factory=Conditions)


def open_pot(session: Session, *, code: str, names: Mapping[str, str], now: datetime) -> MatchPot:
    """Open a pot of a funder's own; there is nothing in it yet.

    Raises:
        InvalidInputError: there is a pot of this code, or it cannot be a part of an account's.
    """
    if not _POT_CODE.fullmatch(code):
        raise InvalidInputError(field="code", reason="not_lowercase_letters")
    known = session.scalars(sa.select(MatchPot.id).where(MatchPot.code == code)).first()
    if known is not None:
        raise InvalidInputError(field="code", reason="taken")
    pot = MatchPot(id=new_id("mpt", now), code=code, names=dict(names), opened_at=now)
    session.add(pot)
    session.flush()  # Rules of the same transaction point at it.
    ledger.open_accounts(session, chart.pot_accounts(code), now=now)
    ledger.spread(session, chart.pot(code))  # Every pledge takes from it.
    return pot


def set_aside(session: Session, pot: MatchPot, amount: Money, *, key: str, now: datetime) -> None:
    """Set money of the programme's own pot aside for another; the same key does it once.

    Raises:
        OverdraftError: the programme's own pot does not hold that much.
    """
    entry = bookings.pot_set_aside(pot_code=pot.code, key=key, amount=amount, on=helsinki_date(now))
    ledger.post(session, entry, now=now)


def contribute(session: Session, pot: MatchPot, amount: Money, *, key: str, now: datetime) -> None:
    """Put a funder's money into its pot, when it has come; the same key does it once."""
    entry = bookings.pot_contributed(
        pot_code=pot.code, key=key, amount=amount, on=helsinki_date(now)
    )
    ledger.post(session, entry, now=now)


def adopt_rule(session: Session, plan: RulePlan, *, now: datetime) -> MatchRule:
    """Adopt a version of a rule; it decides about pledges from its start on.

    Raises:
        MatchTermsError: it could not be followed, sets what its kind does not look at, or
            names a tier, region or goal that there is not; names the field.
    """
    _ensure_followable(plan, now=now)
    _ensure_known(session, plan.conditions)
    terms = plan.terms
    rule = MatchRule(
        id=new_id("mrl", now),
        code=plan.code,
        kind=terms.kind,
        pot_id=plan.pot_id,
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        tier=plan.conditions.tier,
        region_code=plan.conditions.region_code,
        goal_code=plan.conditions.goal_code,
        factor_bps=int(terms.factor * WHOLE_BPS),
        cap_per_pledge_cents=_cents(terms.cap_per_pledge),
        cap_per_backer_campaign_cents=_cents(terms.cap_per_backer_campaign),
        cap_per_backer_cents=_cents(terms.cap_per_backer),
        pledges_per_backer=terms.pledges_per_backer,
        cap_per_campaign_cents=_cents(terms.cap_per_campaign),
        cap_share_of_goal_bps=_bps(terms.cap_share_of_goal),
        threshold_bps=_bps(terms.threshold),
        min_backers=terms.min_backers,
        adopted_at=now,
    )
    session.add(rule)
    session.flush()  # Pledges of the same transaction are matched under it.
    return rule


def _ensure_followable(plan: RulePlan, *, now: datetime) -> None:
    if plan.starts_at < now:
        raise MatchTermsError(field="starts_at")
    needs_end = plan.terms.kind in _NEED_AN_END
    if plan.ends_at is None and needs_end:
        raise MatchTermsError(field="ends_at")
    if plan.ends_at is not None and plan.ends_at <= plan.starts_at:
        raise MatchTermsError(field="ends_at")
    for name in sorted(set().union(*FOLLOWED.values()) - FOLLOWED[plan.terms.kind]):
        if getattr(plan.terms, name) not in (None, 1):
            raise MatchTermsError(field=name)
    for name in _FRACTIONS:
        share: Fraction | None = getattr(plan.terms, name)
        if share is not None and (share * WHOLE_BPS).denominator != 1:
            raise MatchTermsError(field=name)


def _ensure_known(session: Session, conditions: Conditions) -> None:
    if conditions.tier is not None and conditions.tier not in set(Tier):
        raise MatchTermsError(field="tier")
    if conditions.region_code is not None and session.get(Region, conditions.region_code) is None:
        raise MatchTermsError(field="region_code")
    goal = sa.select(Goal.id).where(Goal.code == conditions.goal_code)
    if conditions.goal_code is not None and session.scalar(goal) is None:
        raise MatchTermsError(field="goal_code")


def _bps(share: Fraction | None) -> int | None:
    return None if share is None else int(share * WHOLE_BPS)


def _cents(money: Money | None) -> int | None:
    return None if money is None else money.cents
