"""What the ledger does by itself: each day it seals what was posted and frees what expired.

Both tasks are called every hour and do nothing more than is due, so a server that was down at
midnight makes up for it.
"""

from datetime import date, datetime

import sqlalchemy as sa

from grantengine.clock import HELSINKI, Clock
from grantengine.db import Database
from grantengine.ledger import holds, past, seals
from grantengine.ledger.models import SealRow

SEAL_TASK = "seal_ledger"
EXPIRE_TASK = "expire_holds"


def seal_day(database: Database, clock: Clock) -> None:
    """Seal everything posted so far and add it up by day, unless that was done today already."""
    now = clock.now()
    with database.reading() as session:
        sealed_at = session.scalar(sa.select(sa.func.max(SealRow.sealed_at)))
    if sealed_at is not None and _day_of(sealed_at) == _day_of(now):
        return
    while database.run(lambda session: seals.seal(session, now=now)) is not None:
        pass  # One block after the other.
    past.add_up_all(database, now=now)


def expire_holds(database: Database, clock: Clock) -> None:
    """Set free what is held and was to be captured by yesterday."""
    now = clock.now()
    database.run(lambda session: holds.expire(session, on=_day_of(now), now=now))


def _day_of(instant: datetime) -> date:
    return instant.astimezone(HELSINKI).date()
