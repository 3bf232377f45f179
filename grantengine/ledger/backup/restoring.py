"""Restoring a backup into an empty ledger: everything, or nothing and the line that is wrong."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from grantengine.ledger import audit
from grantengine.ledger.backup import writing
from grantengine.ledger.backup.lines import (
    ORDER,
    AccountLine,
    EndLine,
    EntryLine,
    HoldLine,
    Line,
    PeriodLine,
    SealLine,
    read_line,
)
from grantengine.ledger.backup.replay import Replay
from grantengine.ledger.errors import (
    BrokenLineError,
    LedgerError,
    LedgerNotEmptyError,
    UnprovenRestoreError,
)
from grantengine.ledger.models import Account, HoldRow, PeriodRow, SealRow, TransferRow

_TABLES = (Account, TransferRow, HoldRow, PeriodRow, SealRow)


@dataclass(frozen=True, slots=True)
class Restored:
    """How much was restored, and the root over all of its transfers."""

    accounts: int
    holds: int
    entries: int
    periods: int
    seals: int
    root: str


def restore(session: Session, lines: Iterable[bytes]) -> Restored:
    """Restore a backup, and prove that it is one: by `verify`, and by equal roots.

    Args:
        session: a transaction; on an error nothing of it may be kept.
        lines: what `writing.backup` wrote.

    Raises:
        LedgerNotEmptyError: there is something in this ledger.
        BrokenLineError: a line is no line of a backup, breaks a rule, or is missing.
        UnprovenRestoreError: each line is right, and all together are not what was backed up.
    """
    _refuse_others(session)
    reading = _Reading(session)
    for text in lines:
        reading.take(text)
    end = reading.finished()
    _prove(session, end)
    accounts, holds, entries, periods, seals = (reading.counts[kind] for kind in ORDER[:-1])
    return Restored(accounts, holds, entries, periods, seals, end.root)


class _Reading:
    """What has been read so far; every refusal names the line."""

    def __init__(self, session: Session) -> None:
        self.counts: Counter[type[Line]] = Counter()
        self._session = session
        self._replay = Replay(session)
        # Nothing is booked into a closed period, so these follow when everything is booked.
        self._later: dict[int, PeriodRow | SealRow] = {}
        self._last: Line | None = None

    def take(self, text: bytes) -> None:
        """Take the next line."""
        number = self.counts.total() + 1
        try:
            line = read_line(text)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, [*first["loc"], first["type"]]))
            raise BrokenLineError(line=number, reason=where) from None
        if self._last is not None and (
            ORDER.index(type(line)) < ORDER.index(type(self._last)) or type(self._last) is EndLine
        ):
            raise BrokenLineError(line=number, reason="order")
        try:
            self._take(number, line)
        except BrokenLineError:
            raise
        except LedgerError as error:
            raise BrokenLineError(line=number, reason=error.code) from error
        self.counts[type(line)] += 1
        self._last = line

    def finished(self) -> EndLine:
        """Write down what had to wait, and give the last line."""
        end, before = self._last, self.counts.total() - 1
        if not isinstance(end, EndLine) or end.lines != before:
            raise BrokenLineError(line=before + 2, reason="end")
        self._replay.finish()
        for number, row in self._later.items():
            try:
                self._session.add(row)
                self._session.flush()
            except DBAPIError as error:
                raise BrokenLineError(line=number, reason=row.__tablename__) from error
        return end

    def _take(self, number: int, line: Line) -> None:
        match line:
            case AccountLine():
                self._replay.open_account(number, line)
            case HoldLine():
                self._replay.set_aside(number, line)
            case EntryLine():
                self._replay.book(number, line)
            case PeriodLine():
                if isinstance(self._last, PeriodLine) and line.first_on <= self._last.last_on:
                    raise BrokenLineError(line=number, reason="period_overlap")
                self._later[number] = PeriodRow(**line.model_dump(exclude={"type"}))
            case SealLine():
                values = line.model_dump(exclude={"type", "root"})
                self._later[number] = SealRow(**values, root=bytes.fromhex(line.root))
            case EndLine():
                pass


def _refuse_others(session: Session) -> None:
    if session.get_bind().dialect.name == "postgresql":
        names = ", ".join(table.__tablename__ for table in _TABLES)
        session.execute(sa.text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
    for table in _TABLES:
        if session.execute(sa.select(table).limit(1)).first() is not None:
            raise LedgerNotEmptyError


def _prove(session: Session, end: EndLine) -> None:
    for finding in audit.verify(session).findings:
        raise UnprovenRestoreError(
            check=finding.check,
            where=finding.where,
            expected=finding.expected,
            found=finding.found,
        )
    root = writing.root(session)
    if root != end.root:
        raise UnprovenRestoreError(check="root", where="end", expected=end.root, found=root)
