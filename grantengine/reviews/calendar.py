"""Calls open and close by themselves: the task that marks what their instants have decided."""

from grantengine.clock import Clock
from grantengine.db import Database
from grantengine.reviews import service

ADVANCE_TASK = "advance_due_calls"


def advance_calls(database: Database, clock: Clock) -> None:
    """Open and close every call whose instant has come."""
    with database.transaction() as session:
        service.advance_due_calls(session, now=clock.now())
