"""The questions of a call, version by version."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from grantengine.db import Base
from grantengine.reviews.questions.asking import Question, read_questions

_Id = sa.String(40)


class QuestionSet(Base):
    """One version of a call's questions; once it is in use, it is never changed."""

    __tablename__ = "question_sets"
    __table_args__ = (
        sa.UniqueConstraint("call_id", "number", name="uq_question_sets_number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    call_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("calls.id"))
    # 1, 2, 3 … of the call.
    number: Mapped[int]
    data: Mapped[dict[str, Any]]
    # Grows with every change, so that no official overwrites another's unseen.
    revision: Mapped[int]
    made_at: Mapped[datetime]
    made_by_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    # From when on applicants are asked these questions; None while they are being written.
    used_from: Mapped[datetime | None]

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions in their order."""
        return read_questions(self.data)
