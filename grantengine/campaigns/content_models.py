"""What a campaign is made of besides its own texts: the rewards it sells."""

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
