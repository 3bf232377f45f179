"""What a database can fail with that is nobody's mistake: another's transaction, a full disk."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from grantengine.errors import GrantEngineError

T = TypeVar("T")

ATTEMPTS_MAX = 10
# The first wait before beginning again; each one is up to twice as long as the one before it.
_PAUSE_S = 0.002
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_BUSY = {"40P01": "deadlock", "40001": "serialization", "55P03": "locked"}
_FULL = "53100"
_READ_ONLY = "25006"
# https://www.sqlite.org/rescode.html, the primary codes
_SQLITE_BUSY, _SQLITE_LOCKED, _SQLITE_READONLY, _SQLITE_FULL = 5, 6, 8, 13


class DatabaseBusyError(GrantEngineError):
    """Others' transactions were in the way (reason: deadlock, serialization or locked)."""

    code = "database_busy"

    @property
    def is_passing(self) -> bool:
        """Tell whether beginning again may help; a lock was waited for long enough already."""
        return self.details["reason"] in {"deadlock", "serialization"}


class DiskFullError(GrantEngineError):
    """The database has no room for what was to be written."""

    code = "disk_full"


class ReadOnlyError(GrantEngineError):
    """The database may be read and not written."""

    code = "read_only"


def fault_of(error: DBAPIError) -> GrantEngineError | None:
    """Name the fault behind an error of the driver; None when it is none of those here."""
    sqlstate = getattr(error.orig, "sqlstate", None)
    # The lowest eight bits; the rest says where it happened.
    code = (getattr(error.orig, "sqlite_errorcode", None) or 0) & 0xFF
    if sqlstate in _BUSY:
        return DatabaseBusyError(reason=_BUSY[sqlstate])
    if code in {_SQLITE_BUSY, _SQLITE_LOCKED}:
        return DatabaseBusyError(reason="locked")
    if sqlstate == _FULL or code == _SQLITE_FULL:
        return DiskFullError()
    if sqlstate == _READ_ONLY or code == _SQLITE_READONLY:
        return ReadOnlyError()
    return None


def repeated(work: Callable[[], T], *, may_repeat: Callable[[DatabaseBusyError], bool]) -> T:
    """Do work; begin again when another's transaction undid it, ten times in all.

    Args:
        work: what may be done again as if it had never been begun.
        may_repeat: asked before each repetition; False lets the error out.

    Raises:
        DatabaseBusyError: others were in the way each time.
    """
    for attempt in range(1, ATTEMPTS_MAX):
        try:
            return work()
        except DatabaseBusyError as error:
            if not error.is_passing or not may_repeat(error):
                raise
        # Not all at once again: whoever met here would meet again.
        time.sleep(random.uniform(0, _PAUSE_S * 2**attempt))  # noqa: S311  # no secret
    return work()
