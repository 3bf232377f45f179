"""Recomputing the ledger from its transfers, and naming the first thing that is off."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain, pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.ledger import columns, periods, recount, running, seals
from grantengine.ledger.accounts import DEBIT_KINDS, Kind
from grantengine.ledger.entries import entry_id
from grantengine.ledger.leaves import BEGINNING
from grantengine.ledger.models import Account, DayBlock, HoldEnd, HoldRow, TransferRow
from grantengine.ledger.recount import Finding
from grantengine.ledger.running import Off
from grantengine.ledger.seals import Seal
from grantengine.ledger.side_by_side import Work, side_by_side

# Before every entry, whatever number somebody has given it.
_FIRST = -(2**62)
_Sides = tuple[int, int]
_ADDED_UP = sa.select(sa.func.coalesce(sa.func.max(DayBlock.last_entry), 0))
_OF_ACCOUNT = (
    Account.id,
    Account.code,
    Account.kind,
    Account.debit_normal,
    Account.floor_cents,
    Account.closed_at,
    Account.debit_posted_cents,
    Account.credit_posted_cents,
    Account.debit_pending_cents,
    Account.credit_pending_cents,
    Account.room_cents,
)


@dataclass(frozen=True, slots=True)
class Report:
    """What `verify` read and what it found; clean when nothing was found.

    Attributes:
        root: the root of the last seal, in hexadecimal; empty when nothing is sealed.
        sealed: how many entries the seals cover.
    """

    accounts: int
    entries: int
    findings: list[Finding]
    root: str = ""
    sealed: int = 0

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing is off."""
        return not self.findings


def verify(session: Session) -> Report:
    """Recompute hashes, seals, reversals, balances, holds, floors and periods from the rows alone.

    Args:
        session: a session that sees one state of the whole ledger.

    Returns:
        How much was read, and every deviation: of entries in the order of the ledger, then of
        seals, days, accounts and periods.

    Example:
        >>> report = verify(session)
        >>> (report.entries, report.is_clean, report.findings)
        (3, True, [])
    """
    made = seals.seals(session)
    works: list[Work] = [_recounted, partial(_of_seals, made), _accounts]
    moved, by_seal, accounts, *by_entry = side_by_side(session, [*works, *recount.LOOKS])
    by_entry.append([(off.where[0], "running", off.due, off.found) for off in moved.rows])
    findings = recount.in_order(chain.from_iterable(by_entry)) + by_seal
    findings += _of_days(moved.days, {each.id: each.code for each in accounts})
    pending = _pending(session)
    for account in accounts:
        sides = (pending["debit", account.id], pending["credit", account.id])
        findings += _of_account(account, moved.sums.get(account.id, (0, 0)), sides)
    findings += _of_periods(periods.all_periods(session))
    return Report(
        len(accounts),
        _entries_up_to(session, None),
        findings,
        made[-1].root.hex() if made else "",
        _entries_up_to(session, made[-1].last_entry) if made else 0,
    )


def _entries_up_to(session: Session, last: int | None) -> int:
    query = sa.select(sa.func.count()).where(TransferRow.line == 1)
    return session.scalar(query if last is None else query.where(TransferRow.number <= last)) or 0


def _recounted(session: Session) -> running.Recount:
    added_up = session.execute(_ADDED_UP).scalar_one()
    return running.recount(columns.transfers(session), columns.days(session), added_up=added_up)


def _of_seals(made: Sequence[Seal], session: Session) -> list[Finding]:
    previous, first = BEGINNING, _FIRST
    found = []
    for seal in made:
        _, root = seals.root_over(session, previous, first, seal.last_entry)
        if root != seal.root:
            found.append(Finding("seal", f"{seal.number}", seal.root.hex(), root.hex()))
        # From here on by what was sealed, so that one block is named and not all after it.
        previous, first = seal.root, seal.last_entry + 1
    return found


def _of_days(found: Sequence[Off], codes: Mapping[int, str]) -> list[Finding]:
    named = sorted(
        (codes.get(off.where[0], "?"), off.where[1], off.due, off.found) for off in found
    )
    return [
        Finding("day", f"{code} {date.fromordinal(day)}", f"{[*due]}", f"{[*seen]}")
        for code, day, due, seen in named
    ]


def _pending(session: Session) -> Counter[tuple[str, int]]:
    standing = (
        sa.select(HoldRow.debit_account_id, HoldRow.credit_account_id, HoldRow.amount_cents)
        .outerjoin(HoldEnd, HoldEnd.hold_number == HoldRow.number)
        .where(HoldEnd.hold_number.is_(None))
    )
    pending: Counter[tuple[str, int]] = Counter()
    for debit, credit, cents in session.execute(standing):
        pending["debit", debit] += cents
        pending["credit", credit] += cents
    return pending


def _accounts(session: Session) -> list[Any]:
    # As rows: making ten thousand objects takes as long as verifying ten thousand entries.
    return list(session.execute(sa.select(*_OF_ACCOUNT).order_by(Account.code)))


def _of_account(account: Any, sums: _Sides, held: _Sides) -> Iterator[Finding]:
    def off(check: str, expected: object, found: object) -> Finding:
        return Finding(check, account.code, f"{expected}", f"{found}")

    debited, credited = sums
    moved = (account.debit_posted_cents, account.credit_posted_cents)
    if moved != sums:
        yield off("balance", sums, moved)
    pending = (account.debit_pending_cents, account.credit_pending_cents)
    if pending != held:
        yield off("holds", held, pending)
    if account.closed_at is not None and (debited != credited or any(held)):
        yield off("closed", "nothing on it", debited - credited)
    debit_normal = Kind(account.kind) in DEBIT_KINDS
    if account.debit_normal != debit_normal:
        yield off("direction", account.kind, "the other")
    free = debited - credited - held[1] if debit_normal else credited - debited - held[0]
    floor = account.floor_cents
    if floor is not None and free < floor:
        yield off("floor", f"at least {floor}", free)
    elif floor is not None and moved == sums and account.room_cents != free - floor:
        yield off("room", free - floor, account.room_cents)


def _of_periods(found: Sequence[periods.Period]) -> Iterator[Finding]:
    for period in found:
        if period.first_on > period.last_on:
            yield Finding(
                "period", f"{period.last_on}", "a day to begin before", f"{period.first_on}"
            )
        if (period.status is periods.PeriodStatus.OPEN) != (period.last_entry is None):
            last = "none" if period.last_entry is None else entry_id(period.last_entry)
            yield Finding(
                "period", f"{period.last_on}", f"{period.status} with its last entry", last
            )
    for before, period in pairwise(found):
        if period.first_on <= before.last_on:
            expected = f"a day after {before.last_on} to begin with"
            yield Finding("period", f"{period.last_on}", expected, f"{period.first_on}")
