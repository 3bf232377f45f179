"""What a campaign is made of besides its own texts: rewards, budget, team and pictures."""

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from grantengine.campaigns.texts import Translated
from grantengine.campaigns.vat import vat_within
from grantengine.db import Base
from grantengine.money import Money

_Id = sa.String(40)


class Part(Translated):
    """A row that belongs to one campaign and is made by its team while that is a draft."""

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("campaigns.id"))


class Reward(Part, Base):
    """What a backer buys with a pledge: at a fixed price, by a day, as long as there are any."""

    __tablename__ = "campaign_rewards"
    __table_args__ = (
        sa.CheckConstraint("price_cents > 0", name="price_positive"),
        sa.CheckConstraint("vat_rate_bps BETWEEN 0 AND 10000", name="vat_rate_possible"),
        sa.CheckConstraint("taken >= 0", name="taken_not_negative"),
        sa.CheckConstraint("stock IS NULL OR taken <= stock", name="stock_not_exceeded"),
        sa.Index("ix_campaign_rewards_campaign", "campaign_id", "id"),
    )

    title: Mapped[str] = mapped_column(sa.String(120))
    description: Mapped[str] = mapped_column(sa.String(500))
    # What the backer pays, value added tax included.
    price_cents: Mapped[int]
    vat_rate_bps: Mapped[int]
    # How many there are, None for as many as are asked for, and how many pledges hold one.
    stock: Mapped[int | None]
    taken: Mapped[int] = mapped_column(default=0, server_default="0")
    delivered_on: Mapped[date] = mapped_column(sa.Date)

    @property
    def price(self) -> Money:
        """What it costs, value added tax included."""
        return Money(self.price_cents)

    @property
    def vat(self) -> Money:
        """What of the price is value added tax."""
        return vat_within(self.price, rate_bps=self.vat_rate_bps)

    @property
    def left(self) -> int | None:
        """How many nobody holds, None for as many as are asked for."""
        return None if self.stock is None else self.stock - self.taken


class BudgetLine(Part, Base):
    """One thing that the money buys."""

    __tablename__ = "campaign_budget_lines"
    __table_args__ = (
        sa.CheckConstraint("amount_cents > 0", name="amount_positive"),
        sa.Index("ix_campaign_budget_lines_campaign", "campaign_id", "id"),
    )

    title: Mapped[str] = mapped_column(sa.String(120))
    amount_cents: Mapped[int]
    # Whether the goal pays for it, or only what comes in past the goal.
    is_needed: Mapped[bool]

    @property
    def amount(self) -> Money:
        """What it costs."""
        return Money(self.amount_cents)


class TeamMember(Part, Base):
    """Somebody of the team, by the name and the part that the page shows; no address is kept."""

    __tablename__ = "campaign_team_members"
    __table_args__ = (sa.Index("ix_campaign_team_members_campaign", "campaign_id", "id"),)

    name: Mapped[str] = mapped_column(sa.String(80))
    role: Mapped[str] = mapped_column(sa.String(120))


class Picture(Part, Base):
    """A picture of the story: drawn anew from what was sent, in two sizes, told in words too."""

    __tablename__ = "campaign_pictures"
    __table_args__ = (sa.Index("ix_campaign_pictures_campaign", "campaign_id", "id"),)

    alt: Mapped[str] = mapped_column(sa.String(300))
    width: Mapped[int]
    height: Mapped[int]
    # Of the larger one; the address of either has it, so that caches keep it for good.
    sha256: Mapped[str] = mapped_column(sa.CHAR(64))
    large: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    small: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
