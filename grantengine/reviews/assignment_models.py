"""Each assignment of reviewers as it was worked out, for anybody to work out again."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from grantengine.db import Base


class AssignmentRun(Base):
    """One run: everything it depended on, under case numbers and numbers of reviewers."""

    __tablename__ = "assignment_runs"

    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    call_id: Mapped[str] = mapped_column(sa.String(40), sa.ForeignKey("calls.id"), index=True)
    made_at: Mapped[datetime]
    # In the form that `grantengine recompute assignment` reads.
    problem: Mapped[dict[str, Any]]
    # What could not be held, in the form that the same command writes.
    shortages: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, server_default="[]")
