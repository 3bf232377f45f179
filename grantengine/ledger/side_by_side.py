"""Reading one state of the ledger over two connections at once."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.ledger import recount

_HAS_WRITTEN = sa.text("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
_SHARED = sa.text("SELECT pg_export_snapshot()")
Work = Callable[[Session], Any]
_Waiting = deque[tuple[int, Work]]


def side_by_side(session: Session, works: Sequence[Work]) -> list[Any]:
    """Do works that only read, each on whichever of two connections is free.

    What a session has written and not committed is seen by itself only, and SQLite reads no faster
    twice: then the session does all of them.

    Args:
        session: sees one state of the ledger.
        works: independent of each other, the longest first.

    Returns:
        What each work gave, in their order; what it gave one by one, as a list.
    """
    waiting = deque(enumerate(works))
    if not _may_share(session):
        done = _done(session, waiting)
    else:
        with _reader_beside(session) as reader, ThreadPoolExecutor(1) as helper:
            beside = helper.submit(_done, reader, waiting)
            done = _done(session, waiting) | beside.result()
    return [done[place] for place in range(len(works))]


def _done(session: Session, waiting: _Waiting) -> dict[int, Any]:
    recount.prepare(session)
    done = {}
    while (taken := _next(waiting)) is not None:
        place, work = taken
        given = work(session)
        done[place] = list(given) if isinstance(given, Iterator) else given
    return done


def _next(waiting: _Waiting) -> tuple[int, Work] | None:
    try:
        return waiting.popleft()
    except IndexError:
        return None


def _may_share(session: Session) -> bool:
    if session.get_bind().dialect.name != "postgresql":
        return False
    return not session.execute(_HAS_WRITTEN).scalar_one()


@contextmanager
def _reader_beside(session: Session) -> Iterator[Session]:
    """Open a session that sees what another one sees."""
    shared = session.execute(_SHARED).scalar_one()
    with Session(session.connection().engine) as reader:
        reader.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        reader.execute(sa.text(f"SET TRANSACTION SNAPSHOT '{shared}'"))
        yield reader
