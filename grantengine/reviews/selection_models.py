"""The rules of selection of a call, as they are kept."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from grantengine.db import Base


class SelectionRulesRow(Base):
    """What a call says of its selection; a call without a row keeps the usual rules."""

    __tablename__ = "selection_rules"

    call_id: Mapped[str] = mapped_column(sa.String(40), sa.ForeignKey("calls.id"), primary_key=True)
    weights: Mapped[dict[str, Any]]
    fields: Mapped[list[str]]
    hides_names: Mapped[bool]
    # By code of region.
    floors: Mapped[dict[str, Any]]
    when_short: Mapped[str] = mapped_column(sa.String(8))
