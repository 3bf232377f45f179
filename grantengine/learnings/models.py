"""Learning cards: what an experiment found out, told as a story of five answers."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grantengine.db import Base
from grantengine.learnings.lifecycle import NARRATOR_LENGTH_MAX, LearningStatus, Result
from grantengine.programme.models import Experiment

_Id = sa.String(40)


class Learning(Base):
    """The learning card of one experiment."""

    __tablename__ = "learnings"
    __table_args__ = (
        sa.CheckConstraint(
            "status = 'draft' OR (result IS NOT NULL AND published_at IS NOT NULL)",
            name="published_has_result",
        ),
        sa.Index("ix_learnings_published", "status", "published_at"),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    experiment_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("experiments.id"), unique=True)
    # Who wrote it down; a card that came with an import has nobody.
    author_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    status: Mapped[LearningStatus] = mapped_column(sa.String(16))
    result: Mapped[Result | None] = mapped_column(sa.String(16))
    language: Mapped[str] = mapped_column(sa.CHAR(2))
    # Who tells the story, as they call themselves: a title, not necessarily a name.
    narrator: Mapped[str] = mapped_column(sa.String(NARRATOR_LENGTH_MAX))
    doing: Mapped[str] = mapped_column(sa.Text)
    daring: Mapped[str] = mapped_column(sa.Text)
    succeeded: Mapped[str] = mapped_column(sa.Text)
    went_wrong: Mapped[str] = mapped_column(sa.Text)
    learned: Mapped[str] = mapped_column(sa.Text)
    # Every text of the card and the names of its places, folded, for the search.
    search_text: Mapped[str] = mapped_column(sa.Text)
    # Grows with every save, so that a second tab cannot overwrite the first unseen.
    version: Mapped[int] = mapped_column(server_default="1")
    written_at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    experiment: Mapped[Experiment] = relationship()
