"""Decisions of a call signed in one go: the batch, and what became of each of them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grantengine.db import Base
from grantengine.programme.models import Person
from grantengine.reviews.call_models import Call
from grantengine.reviews.lifecycle import SigningStatus
from grantengine.reviews.models import Decision

_Id = sa.String(40)


class SigningBatch(Base):
    """One decision-maker's word on every proposal of a call; a task carries it out."""

    __tablename__ = "signing_batches"

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    call_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("calls.id"), index=True)
    decision_maker_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    started_at: Mapped[datetime]

    call: Mapped[Call] = relationship()
    decision_maker: Mapped[Person] = relationship()
    items: Mapped[list["SigningItem"]] = relationship(order_by="SigningItem.position")

    def count(self, status: SigningStatus) -> int:
        """Count the decisions that stand so."""
        return sum(each.status == status for each in self.items)

    @property
    def waiting(self) -> int:
        """How many are still to come."""
        return self.count(SigningStatus.WAITING)

    @property
    def done(self) -> int:
        """How many have been tried, signed or refused."""
        return len(self.items) - self.waiting


class SigningItem(Base):
    """One decision in a batch."""

    __tablename__ = "signing_items"
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "decision_id"),
        sa.CheckConstraint("(status = 'refused') = (refusal IS NOT NULL)", name="refused_has_why"),
        # Of two batches that meet, only one can have a decision waiting.
        sa.Index(
            "ix_signing_items_waiting",
            "decision_id",
            unique=True,
            sqlite_where=sa.text("status = 'waiting'"),
            postgresql_where=sa.text("status = 'waiting'"),
        ),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    batch_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("signing_batches.id"))
    decision_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("decisions.id"))
    # Best first, so that the envelope runs out where the ranking ends.
    position: Mapped[int]
    status: Mapped[SigningStatus] = mapped_column(sa.String(16))
    # Code and facts of the refusal.
    refusal: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    decision: Mapped[Decision] = relationship()
