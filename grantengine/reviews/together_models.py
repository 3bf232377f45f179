"""Those who apply together with an applicant, a model of a file of its own."""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grantengine.db import Base
from grantengine.programme.models import Person
from grantengine.reviews.models import Application
from grantengine.transitions import Moves

_Id = sa.String(40)


class CoApplicantStatus(StrEnum):
    """Where somebody stands who was asked to apply together."""

    INVITED = "invited"
    ACCEPTED = "accepted"
    REMOVED = "removed"  # by the applicant, or by going


CO_APPLICANT_MOVES: Moves[CoApplicantStatus] = {
    CoApplicantStatus.INVITED: {CoApplicantStatus.ACCEPTED, CoApplicantStatus.REMOVED},
    CoApplicantStatus.ACCEPTED: {CoApplicantStatus.REMOVED},
    CoApplicantStatus.REMOVED: set(),
}


class CoApplicant(Base):
    """Somebody who was invited to apply together; once they have accepted, a person."""

    __tablename__ = "co_applicants"
    __table_args__ = (
        sa.CheckConstraint(
            "status <> 'accepted' OR person_id IS NOT NULL", name="accepted_by_somebody"
        ),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    application_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("applications.id"), index=True)
    status: Mapped[CoApplicantStatus] = mapped_column(sa.String(16))
    email: Mapped[str] = mapped_column(sa.String(254))
    # Of the link in the letter.
    token: Mapped[str] = mapped_column(sa.String(64), unique=True)
    person_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("persons.id"), index=True)
    invited_at: Mapped[datetime]

    application: Mapped[Application] = relationship()
    person: Mapped[Person | None] = relationship()
