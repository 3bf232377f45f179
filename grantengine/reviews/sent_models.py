"""What an application said each time it was sent; a model of a file of its own by size."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from grantengine.db import Base

_Id = sa.String(40)


class SentContent(Base):
    """One sending of an application: append-only, held so by a trigger."""

    __tablename__ = "sent_contents"

    application_id: Mapped[str] = mapped_column(
        _Id, sa.ForeignKey("applications.id"), primary_key=True
    )
    # 1, 2, 3 … of the application.
    number: Mapped[int] = mapped_column(primary_key=True)
    question_set_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("question_sets.id"))
    # Every field as it was typed.
    answers: Mapped[dict[str, Any]]
    # Name and SHA-256 of each file.
    files: Mapped[dict[str, Any]]
    sent_at: Mapped[datetime]
