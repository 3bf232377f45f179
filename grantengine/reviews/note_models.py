"""What a panel said while it ranked and decided; it stands in the minutes."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grantengine.db import Base
from grantengine.programme.models import Person

_Id = sa.String(40)


class PanelNote(Base):
    """A note on the ranking and deciding of a call; never changed."""

    __tablename__ = "panel_notes"

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    call_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("calls.id"), index=True)
    author_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    text: Mapped[str] = mapped_column(sa.Text)
    written_at: Mapped[datetime]

    author: Mapped[Person] = relationship()
