"""The rules of selection of a call, as they are kept."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from grantengine.db import Base


class SelectionRulesRow(Base):
    """What a call says of its selection; a call without a row keeps the usual rules."""

    __tablename__ = "selection_rules"
    __table_args__ = (sa.CheckConstraint("load_min >= 1", name="load_min"),)

    call_id: Mapped[str] = mapped_column(sa.String(40), sa.ForeignKey("calls.id"), primary_key=True)
    weights: Mapped[dict[str, Any]]
    fields: Mapped[list[str]]
    hides_names: Mapped[bool]
    # By code of region.
    floors: Mapped[dict[str, Any]]
    when_short: Mapped[str] = mapped_column(sa.String(8))
    # What an assignment of reviewers raises first.
    objective: Mapped[str] = mapped_column(sa.String(20), server_default="pair_floor")
    # The fewest applications for each reviewer; nothing said is equal shares.
    load_min: Mapped[int | None] = mapped_column(sa.SmallInteger)
