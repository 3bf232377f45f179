"""The draw of a call: what was announced, and what came of it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grantengine.db import Base
from grantengine.reviews.lifecycle import DrawStatus
from grantengine.reviews.models import Call


class Draw(Base):
    """Lots between applications that the reviews could not tell apart; at most one for a call."""

    __tablename__ = "draws"
    __table_args__ = (
        sa.CheckConstraint("winners > 0", name="somebody_wins"),
        sa.CheckConstraint("announced_at < randomness_at", name="announced_before"),
        sa.CheckConstraint(
            "(status = 'drawn') = (public_randomness IS NOT NULL)"
            " AND (status = 'drawn') = (drawn_at IS NOT NULL)"
            " AND (status = 'drawn') = (tickets IS NOT NULL)",
            name="drawn_is_whole",
        ),
    )

    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    call_id: Mapped[str] = mapped_column(sa.String(40), sa.ForeignKey("calls.id"), unique=True)
    status: Mapped[DrawStatus] = mapped_column(sa.String(16))
    # Case numbers, in order; public from the announcement on.
    labels: Mapped[list[str]]
    winners: Mapped[int]
    # Where the randomness will come from and how it is written down, in words.
    randomness_source: Mapped[str] = mapped_column(sa.Text)
    randomness_at: Mapped[datetime]
    commitment: Mapped[str] = mapped_column(sa.CHAR(64))
    # Nobody is shown it before the draw; in hexadecimal digits.
    one_time_code: Mapped[str] = mapped_column(sa.CHAR(64))
    announced_at: Mapped[datetime]
    public_randomness: Mapped[str | None] = mapped_column(sa.Text)
    # By label, as they were published.
    tickets: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    drawn_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship()

    @property
    def order(self) -> list[tuple[str, str]]:
        """List label and ticket in the order of the draw; nothing before it."""
        return sorted((self.tickets or {}).items(), key=lambda each: str(each[1]))
