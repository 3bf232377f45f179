"""What follows a decision: the condition of an award, and the request to review it."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grantengine.db import Base
from grantengine.money import Money
from grantengine.programme.models import Person
from grantengine.reviews.lifecycle import ConditionStatus, ReviewRequestStatus

_Id = sa.String(40)


class AwardCondition(Base):
    """The crowd's goal that an award waits for, as it was proposed, and what came of it."""

    __tablename__ = "award_conditions"
    __table_args__ = (sa.CheckConstraint("goal_cents > 0", name="goal_positive"),)

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    decision_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("decisions.id"), unique=True)
    status: Mapped[ConditionStatus] = mapped_column(sa.String(16), index=True)
    goal_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.CHAR(3))
    until_on: Mapped[date] = mapped_column(sa.Date)

    @property
    def goal(self) -> Money:
        """What the crowd has to raise."""
        return Money(self.goal_cents, self.currency)


class ReviewRequest(Base):
    """A request to review a decision (oikaisuvaatimus): what is asked, and how it was answered."""

    __tablename__ = "review_requests"
    __table_args__ = (
        # Of one decision at most one request waits, however often the button is pressed.
        sa.Index(
            "uq_review_requests_waiting",
            "decision_id",
            unique=True,
            sqlite_where=sa.text("status IN ('received', 'handled')"),
            postgresql_where=sa.text("status IN ('received', 'handled')"),
        ),
        sa.CheckConstraint(
            "(status IN ('received', 'handled')) = (answered_at IS NULL)", name="answered_has_time"
        ),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    decision_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("decisions.id"), index=True)
    status: Mapped[ReviewRequestStatus] = mapped_column(sa.String(16), index=True)
    demand: Mapped[str] = mapped_column(sa.Text)
    grounds: Mapped[str] = mapped_column(sa.Text)
    received_at: Mapped[datetime]
    # The last day of the review period, as the decision printed it.
    last_on: Mapped[date] = mapped_column(sa.Date)
    is_late: Mapped[bool]
    answer_due_on: Mapped[date] = mapped_column(sa.Date)
    handler_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    answer: Mapped[str] = mapped_column(sa.Text)
    answered_at: Mapped[datetime | None]
    # What the document says beside this, as it stood when it was answered.
    content: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))

    handler: Mapped[Person | None] = relationship()
