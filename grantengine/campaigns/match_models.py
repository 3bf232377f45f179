"""Pots, the rules that give from them, and what they gave: to pledges and to campaigns."""

from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, query_expression, relationship

from grantengine.campaigns import chart
from grantengine.campaigns.matching.conditions import Conditions
from grantengine.campaigns.matching.terms import MatchKind, MatchTerms
from grantengine.campaigns.matching.trace import WHOLE_BPS
from grantengine.db import Base
from grantengine.money import Money

if TYPE_CHECKING:
    from grantengine.campaigns.models import Pledge

_Id = sa.String(40)
_Code = sa.String(40)


class MatchPot(Base):
    """Money that a funder has set aside for matching, beside the programme's own."""

    __tablename__ = "match_pots"

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    # Part of the ledger's account code.
    code: Mapped[str] = mapped_column(_Code, unique=True)
    names: Mapped[dict[str, str]]
    opened_at: Mapped[datetime]

    @property
    def account(self) -> str:
        """The account of what is left in it."""
        return chart.pot(self.code)


class MatchRule(Base):
    """A version of a match rule; never changed, a newer one of its code takes over."""

    __tablename__ = "match_rules"
    __table_args__ = (
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ends_after_start"),
        sa.Index("ix_match_rules_code", "code", "starts_at"),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    # What its versions have in common.
    code: Mapped[str] = mapped_column(_Code, default="match", server_default="match")
    kind: Mapped[MatchKind] = mapped_column(
        sa.String(16), default=MatchKind.PROMISE, server_default=MatchKind.PROMISE.value
    )
    # None is the programme's own pot.
    pot_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("match_pots.id"))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    # When it ends without another; a round is reckoned then.
    ends_at: Mapped[datetime | None]
    tier: Mapped[str | None] = mapped_column(sa.String(16))
    region_code: Mapped[str | None] = mapped_column(sa.CHAR(2), sa.ForeignKey("regions.code"))
    goal_code: Mapped[str | None] = mapped_column(sa.String(40), sa.ForeignKey("goals.code"))
    factor_bps: Mapped[int]
    cap_per_pledge_cents: Mapped[int | None]
    cap_per_backer_campaign_cents: Mapped[int | None]
    cap_per_backer_cents: Mapped[int | None]
    pledges_per_backer: Mapped[int | None]
    cap_per_campaign_cents: Mapped[int | None]
    cap_share_of_goal_bps: Mapped[int | None]
    threshold_bps: Mapped[int | None]
    min_backers: Mapped[int | None]
    adopted_at: Mapped[datetime]
    # Of a round: when it was reckoned.
    closed_at: Mapped[datetime | None]

    pot: Mapped[MatchPot | None] = relationship(lazy="joined")
    # How many rules have ever promised, where a query asks for it beside the rule.
    promising_codes: Mapped[int | None] = query_expression()

    @property
    def terms(self) -> MatchTerms:
        """The rule as the reckoning wants it."""
        return MatchTerms(
            kind=MatchKind(self.kind),
            factor=Fraction(self.factor_bps, WHOLE_BPS),
            cap_per_pledge=_money(self.cap_per_pledge_cents),
            cap_per_backer_campaign=_money(self.cap_per_backer_campaign_cents),
            cap_per_backer=_money(self.cap_per_backer_cents),
            pledges_per_backer=self.pledges_per_backer,
            cap_per_campaign=_money(self.cap_per_campaign_cents),
            cap_share_of_goal=_share(self.cap_share_of_goal_bps),
            threshold=_share(self.threshold_bps),
            min_backers=self.min_backers,
        )

    @property
    def conditions(self) -> Conditions:
        """For which experiments it holds."""
        return Conditions(self.tier, self.region_code, self.goal_code)

    @property
    def account(self) -> str:
        """The account of the pot that it gives from."""
        return chart.POT if self.pot is None else self.pot.account


class PledgeMatch(Base):
    """What a pot promised with a pledge, under which rule, and how it was reckoned."""

    __tablename__ = "pledge_matches"

    pledge_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("pledges.id"), primary_key=True)
    rule_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("match_rules.id"), primary_key=True)
    amount_cents: Mapped[int]
    counted_cents: Mapped[int]
    trace: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)

    pledge: Mapped["Pledge"] = relationship(back_populates="matches")
    rule: Mapped[MatchRule] = relationship()

    @property
    def amount(self) -> Money:
        """What the pot adds."""
        return Money(self.amount_cents)


class CampaignMatch(Base):
    """What a rule that is reckoned at the close gave to a campaign, and how it was reckoned."""

    __tablename__ = "campaign_matches"

    campaign_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("campaigns.id"), primary_key=True)
    rule_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("match_rules.id"), primary_key=True)
    amount_cents: Mapped[int]
    trace: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    # The ledger's entry; None where nothing was given.
    entry_id: Mapped[str | None] = mapped_column(_Id)
    reckoned_at: Mapped[datetime]

    rule: Mapped[MatchRule] = relationship()

    @property
    def amount(self) -> Money:
        """What the pot adds."""
        return Money(self.amount_cents)


class BackerTurn(Base):
    """A row for pledges of one backer to wait at, when a rule caps what all of them draw.

    Two campaigns take pledges side by side; under such a cap the second waits for the first.
    """

    __tablename__ = "backer_turns"

    rule_code: Mapped[str] = mapped_column(_Code, primary_key=True)
    backer: Mapped[str] = mapped_column(sa.String(254), primary_key=True)
    # Counted up by each, so that a transaction which saw an older state is refused.
    turns: Mapped[int]


def _money(cents: int | None) -> Money | None:
    return None if cents is None else Money(cents)


def _share(bps: int | None) -> Fraction | None:
    return None if bps is None else Fraction(bps, WHOLE_BPS)
