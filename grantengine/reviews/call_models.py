"""Calls: invitations to apply, with their rules as data; models of a file of their own by size."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grantengine.db import Base
from grantengine.money import Money
from grantengine.programme.lifecycle import Tier
from grantengine.programme.models import Envelope, Goal, Organisation, Programme
from grantengine.reviews.lifecycle import AidBasis, CallStatus

_Id = sa.String(40)


class Call(Base):
    """An invitation to apply, with its rules as data."""

    __tablename__ = "calls"
    __table_args__ = (
        sa.CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        sa.CheckConstraint(
            "grant_min_cents > 0 AND grant_min_cents <= grant_max_cents", name="grant_sizes"
        ),
        sa.CheckConstraint("cost_share_max_percent BETWEEN 1 AND 100", name="cost_share"),
        sa.CheckConstraint(
            "self_financing_min_percent BETWEEN 0 AND 99", name="self_financing_share"
        ),
        sa.CheckConstraint("use_starts_on < use_ends_on", name="use_in_order"),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    programme_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("programmes.id"))
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    status: Mapped[CallStatus] = mapped_column(sa.String(16), index=True)
    tier: Mapped[Tier] = mapped_column(sa.String(16))
    envelope: Mapped[str] = mapped_column(sa.String(24), sa.ForeignKey("envelopes.code"))
    # By language: title, purpose, who.
    texts: Mapped[dict[str, Any]]
    rubric: Mapped[dict[str, Any]]
    # Its instalments: share in percent, days after the decision, opens on the learning card.
    payment_plan: Mapped[dict[str, Any]]
    applicant_kinds: Mapped[list[str]]
    grant_min_cents: Mapped[int]
    grant_max_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.CHAR(3))
    grants_target: Mapped[int]
    cost_share_max_percent: Mapped[int] = mapped_column(sa.SmallInteger)
    # The least share of all costs that the applicant's own and other money covers.
    self_financing_min_percent: Mapped[int] = mapped_column(
        sa.SmallInteger, default=0, server_default="0"
    )
    reviews_per_application: Mapped[int] = mapped_column(sa.SmallInteger)
    aid_basis: Mapped[AidBasis] = mapped_column(sa.String(16))
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    use_starts_on: Mapped[date] = mapped_column(sa.Date)
    use_ends_on: Mapped[date] = mapped_column(sa.Date)
    # Grows with every change of the draft, so that no official overwrites another's unseen.
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[datetime]

    programme: Mapped[Programme] = relationship()
    paid_from: Mapped[Envelope] = relationship()
    goals: Mapped[list[Goal]] = relationship(
        secondary="call_goals", order_by="Goal.position", lazy="selectin"
    )

    def text_in(self, name: str, language: str) -> str:
        """Give the title, purpose or who may apply in a language, or in one that there is."""
        text: str = self.texts[self.language_for(language)].get(name, "")
        return text

    def language_for(self, language: str) -> str:
        """Tell in which language somebody reads the call who asks for this one."""
        known = [code for code in (language, "fi") if self.texts.get(code)]
        return next(iter(known or self.texts))

    def title_in(self, language: str) -> str:
        """Give the title in a language, or in one that there is."""
        return self.text_in("title", language)

    @property
    def funder(self) -> Organisation | None:
        """The body whose money the call grants; None for the programme's own."""
        return self.paid_from.funder

    @property
    def grant_min(self) -> Money:
        """The smallest grant."""
        return Money(self.grant_min_cents, self.currency)

    @property
    def grant_max(self) -> Money:
        """The largest grant."""
        return Money(self.grant_max_cents, self.currency)


call_goals = sa.Table(
    "call_goals",
    Base.metadata,
    sa.Column("call_id", _Id, sa.ForeignKey("calls.id"), primary_key=True),
    sa.Column("goal_id", _Id, sa.ForeignKey("goals.id"), primary_key=True),
)
