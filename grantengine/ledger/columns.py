"""Reading what `running` recounts: many rows as columns of whole numbers."""

from collections.abc import Iterator, Sequence
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
    SELECT * FROM ledger_transfers WHERE number > {number} OR number = {number} AND line > {line}
    ORDER BY number, line LIMIT {block}
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
        block = Transfers._make(_columns(session, Transfers._fields, f"({source}) AS transfers"))
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
    wanted = [_DAY[dialect] if name == "day" else name for name in names]
    driver: Any = connection.connection.driver_connection
    if dialect == "postgresql":
        arrays = ", ".join(f"array_agg(CAST({each} AS bigint))" for each in wanted)
        with driver.cursor(binary=True) as cursor:
            cursor.execute(f"SELECT {arrays} FROM {source}")  # noqa: S608  # texts of ours
            return [_received(cursor.pgresult.get_value(0, at)) for at in range(len(names))]
    query = f"SELECT {', '.join(wanted)} FROM {source}"  # noqa: S608  # likewise
    return list(_whole(driver.execute(query).fetchall()).reshape(-1, len(names)).T)


def _whole(rows: list[tuple[Any, ...]]) -> Column:
    numbers = np.array(rows)
    if numbers.dtype == np.int64:
        return numbers
    # SQLite keeps what is no whole number too, wherever somebody puts it; here it fits nothing.
    known = [[each if isinstance(each, int) else _NO_NUMBER for each in row] for row in rows]
    return np.array(known, dtype=np.int64)


def _received(array: bytes | None) -> Column:
    if array is None:
        return np.empty(0, np.int64)
    return np.frombuffer(array, _NUMBER, offset=_HEADER)["value"].astype(np.int64)
