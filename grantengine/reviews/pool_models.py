"""The pool of reviewers: what each is at home in, what binds them, and what applications are about."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from grantengine.db import Base
from grantengine.reviews.lifecycle import TieKind

_Id = sa.String(40)


class ReviewerProfile(Base):
    """What a reviewer has said of themselves; one without a row reads their own language."""

    __tablename__ = "reviewer_profiles"
    __table_args__ = (sa.CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity"),)

    person_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("persons.id"), primary_key=True)
    expertise: Mapped[list[str]]
    goal_ids: Mapped[list[str]]
    languages: Mapped[list[str]]
    regions: Mapped[list[str]]
    # The most unfinished reviews at a time; nothing said is no limit of one's own.
    capacity: Mapped[int | None]
    # Taken out of the pool: nothing new is given to them.
    left_at: Mapped[datetime | None]


class ReviewerTie(Base):
    """Something that binds a reviewer to a body, and who said so."""

    __tablename__ = "reviewer_ties"

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    person_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("persons.id"), index=True)
    kind: Mapped[TieKind] = mapped_column(sa.String(16))
    organisation_name: Mapped[str] = mapped_column(sa.String(200))
    business_id: Mapped[str | None] = mapped_column(sa.String(9))
    declared_at: Mapped[datetime]
    declared_by_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    # It no longer holds; what was decided under it keeps its conflict.
    ended_at: Mapped[datetime | None]


class ApplicationSubject(Base):
    """What an application is about, where it is said of it alone; else its call's fields count."""

    __tablename__ = "application_subjects"

    application_id: Mapped[str] = mapped_column(
        _Id, sa.ForeignKey("applications.id"), primary_key=True
    )
    fields: Mapped[list[str]]
