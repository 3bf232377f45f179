"""Leases: at most one process at a time does a named job, and a dead one loses it."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from grantengine.db import Base


class Lease(Base):
    """Who holds a named job, and until when."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    holder: Mapped[str] = mapped_column(sa.String(80))
    expires_at: Mapped[datetime]


def hold(session: Session, name: str, *, holder: str, now: datetime, duration: timedelta) -> bool:
    """Take a lease, or keep the one held; tell whether it is ours until it expires.

    One statement decides, so that two processes asking at once cannot both get it. Work
    under a lease must still bear being done twice: a process may sleep past its expiry.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    expires_at = now + duration
    statement = dialect.insert(Lease).values(name=name, holder=holder, expires_at=expires_at)
    statement = statement.on_conflict_do_update(
        index_elements=["name"],
        set_={"holder": holder, "expires_at": expires_at},
        where=sa.or_(Lease.holder == holder, Lease.expires_at <= now),
    )
    return bool(session.scalar(statement.returning(Lease.holder)) == holder)
