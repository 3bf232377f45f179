"""Reading what `running` recounts: many rows as columns of whole numbers."""

from array import array
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
from sqlalchemy.orm import Session

from grantengine.ledger.running import Column, Days, Transfers

# So many rows at once: what is held in memory does not grow with the ledger.
BLOCK = 100_000
_FIRST = -(2**63)
_NO_NUMBER = -(2**62)
# A day as a number, which `date.fromordinal` takes back.
_DAY = {
    "postgresql": "effective_on - DATE '0001-01-01' + 1",
    "sqlite": "CAST(julianday(effective_on) - 1721424.5 AS integer)",
}
_TRANSFERS = """
    ledger_transfers WHERE (number, line) > ({number}, {line}) ORDER BY number, line LIMIT {block}
"""
# PostgreSQL sends an array as a header and then each number behind its length.
_HEADER = 20
_NUMBER = np.dtype([("length", ">i4"), ("value", ">i8")])


def transfers(session: Session) -> Iterator[Transfers]:
    """Walk through every transfer in the order of the ledger, `BLOCK` of them at a time.

    Args:
        session: sees one state of the ledger.
    """
    before, last = (_FIRST, -1), (_FIRST, 0)
    # A number that is none could lead back, where the rest is left out: its sums are off then.
    while last > before:
        source = _TRANSFERS.format(number=last[0], line=last[1], block=BLOCK)
        block = Transfers._make(_columns(session, Transfers._fields, source))
        if block.number.size:
            yield block
        if block.number.size < BLOCK:
            return
        before, last = last, (int(block.number[-1]), int(block.line[-1]))


def days(session: Session) -> Days:
    """Read every sum by day."""
    return Days._make(_columns(session, Days._fields, "ledger_days"))


def _columns(session: Session, names: Sequence[str], source: str) -> list[Column]:
    connection = session.connection()
    dialect = connection.dialect.name
    wanted = ", ".join(f"{_DAY[dialect]} AS day" if name == "day" else name for name in names)
    rows = f"SELECT {wanted} FROM {source}"  # noqa: S608  # texts of ours
    driver: Any = connection.connection.driver_connection
    if dialect == "postgresql":
        arrays = ", ".join(f"array_agg(CAST({name} AS bigint))" for name in names)
        with driver.cursor(binary=True) as cursor:
            cursor.execute(f"SELECT {arrays} FROM ({rows}) AS rows")  # noqa: S608  # likewise
            return [_received(cursor.pgresult.get_value(0, at)) for at in range(len(names))]
    try:
        numbers = array("q", chain.from_iterable(driver.execute(rows)))
    except TypeError:
        # SQLite keeps what is no whole number too, wherever somebody puts it; here it fits nothing.
        numbers = array("q", map(_whole, chain.from_iterable(driver.execute(rows))))
    return list(np.frombuffer(numbers, np.int64).reshape(-1, len(names)).T)


def _whole(number: object) -> int:
    return number if isinstance(number, int) else _NO_NUMBER


def _received(sent: bytes | None) -> Column:
    if sent is None:
        return np.empty(0, np.int64)
    return np.frombuffer(sent, _NUMBER, offset=_HEADER)["value"].astype(np.int64)
