"""What hangs on an application: its files, and why somebody takes no part in it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grantengine.db import Base
from grantengine.programme.models import Person
from grantengine.reviews.lifecycle import ConflictSource

_Id = sa.String(40)


class Attachment(Base):
    """A file of an application; its content lies outside the web root under its hash."""

    __tablename__ = "attachments"

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    application_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("applications.id"), index=True)
    # Key of the question that it answers; None for one that came with a supplement.
    question_key: Mapped[str | None] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(120))
    content_type: Mapped[str] = mapped_column(sa.String(40))
    size_bytes: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.CHAR(64))
    added_at: Mapped[datetime]


class Conflict(Base):
    """Why a reviewer takes no part in an application; printed in its decision."""

    __tablename__ = "conflicts"
    __table_args__ = (sa.UniqueConstraint("application_id", "reviewer_id"),)

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    application_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("applications.id"))
    reviewer_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("persons.id"), index=True)
    source: Mapped[ConflictSource] = mapped_column(sa.String(24))
    note: Mapped[str] = mapped_column(sa.Text)
    found_at: Mapped[datetime]

    reviewer: Mapped[Person] = relationship()
