"""What screening leaves behind: a call's checklist, and each finding about an application."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grantengine.db import Base
from grantengine.programme.models import Person
from grantengine.reviews.checklist import TurnedAwayFor
from grantengine.reviews.lifecycle import ApplicationStatus

_Id = sa.String(40)


class Checklist(Base):
    """The points that are checked of every application of a call."""

    __tablename__ = "checklists"

    call_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("calls.id"), primary_key=True)
    # Its items: code, and what it says by language.
    data: Mapped[dict[str, Any]]


class Screening(Base):
    """One finding about an application; a supplement's has its reply beside it."""

    __tablename__ = "screenings"
    __table_args__ = (
        sa.CheckConstraint(
            "(outcome = 'supplement_asked') = (due_at IS NOT NULL)", name="supplement_is_due"
        ),
        sa.CheckConstraint(
            "(outcome = 'inadmissible') = (reason IS NOT NULL)", name="turned_away_for_a_reason"
        ),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    application_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("applications.id"), index=True)
    outcome: Mapped[ApplicationStatus] = mapped_column(sa.String(16))
    answers: Mapped[dict[str, Any]]
    reason: Mapped[TurnedAwayFor | None] = mapped_column(sa.String(16))
    note: Mapped[str] = mapped_column(sa.Text)
    due_at: Mapped[datetime | None]
    screened_by_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    screened_at: Mapped[datetime]
    reply: Mapped[str | None] = mapped_column(sa.Text)
    replied_at: Mapped[datetime | None]

    screened_by: Mapped[Person | None] = relationship()
