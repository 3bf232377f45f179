"""Recomputing the ledger from its transfers, and naming the first thing that is off."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from json.encoder import encode_basestring as quoted
from operator import itemgetter
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.ledger import seals
from grantengine.ledger.accounts import DEBIT_KINDS, Kind
from grantengine.ledger.entries import REVERSED, digest_of, entry_id, movement
from grantengine.ledger.leaves import BEGINNING, Leaf, leaf_hash, root_of
from grantengine.ledger.models import Account, Day, HoldEnd, HoldRow, TransferRow
from grantengine.ledger.seals import Seal

_ROWS = """
SELECT number, line, lines, debit_account_id, credit_account_id, amount_cents,
    debit_slice, credit_slice,
    debit_debit_cents, debit_credit_cents, credit_debit_cents, credit_credit_cents,
    {effective_on}, {booked_at}, currency, book, fund, kind, about, key, request_hash, reverses
FROM ledger_transfers ORDER BY number, line
"""
_EFFECTIVE_ON = {"postgresql": "CAST(effective_on AS text)", "sqlite": "effective_on"}
_NOTHING = (0, 0)
# A side of a transfer: account and slice.
_Side = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is off: which check, where, and what it should be."""

    check: str
    where: str
    expected: str
    found: str


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


class _Row(NamedTuple):
    """A transfer as the database holds it; dates and instants as text, in UTC."""

    number: int
    line: int
    lines: int
    debit: int
    credit: int
    cents: int
    debit_slice: int
    credit_slice: int
    debit_debit: int
    debit_credit: int
    credit_debit: int
    credit_credit: int
    effective_on: str
    booked_at: str
    currency: str
    book: str
    fund: str
    kind: str
    about: str
    key: str | None
    request_hash: bytes | None
    reverses: int | None


@dataclass(slots=True)
class _Audit:
    """What has been recomputed so far, entry by entry."""

    seals: list[Seal]
    codes: dict[int, str]
    belongs: dict[int, tuple[str, str, str]]
    reversed: set[int | None]
    findings: list[Finding] = field(default_factory=list)
    entries: int = 0
    sealed: int = 0
    debited: Counter[int] = field(default_factory=Counter)
    credited: Counter[int] = field(default_factory=Counter)
    days: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    # What a slice has moved by the rows read so far; after a deviation, by what the row says, so
    # that only the first row that is off is named and not all after it.
    running: dict[_Side, tuple[int, int]] = field(default_factory=dict)
    # Of the entries that are taken back later.
    movements: dict[int, list[_Row]] = field(default_factory=dict)
    block: list[bytes] = field(default_factory=lambda: [BEGINNING])
    position: int = 0

    def add(self, check: str, where: str, *, expected: object, found: object) -> None:
        """Note a deviation."""
        self.findings.append(Finding(check, where, f"{expected}", f"{found}"))


def verify(session: Session) -> Report:
    """Recompute hashes, seals, reversals, balances, holds and floors from the rows alone.

    Args:
        session: a session that sees one state of the whole ledger.

    Returns:
        How much was read, and every deviation in the order of the ledger.

    Example:
        >>> report = verify(session)
        >>> (report.entries, report.is_clean, report.findings)
        (3, True, [])
    """
    taken_back = sa.select(TransferRow.reverses).where(TransferRow.reverses.is_not(None))
    accounts = session.scalars(sa.select(Account).order_by(Account.code)).all()
    audit = _Audit(
        seals.seals(session),
        {each.id: quoted(each.code) for each in accounts},
        {each.id: (each.book, each.fund, each.currency) for each in accounts},
        set(session.scalars(taken_back)),
    )
    for number, lines in groupby(_rows(session), key=itemgetter(0)):
        _check_entry(audit, number, list(lines))
    _check_seals_up_to(audit, None)
    _check_days(session, audit)
    pending = _pending(session)
    for account in accounts:
        _check_account(audit, account, pending)
    last = audit.seals[-1].root.hex() if audit.seals else ""
    return Report(len(accounts), audit.entries, audit.findings, last, audit.sealed)


def _rows(session: Session) -> Iterator[_Row]:
    dialect = session.get_bind().dialect.name
    booked_at = seals.BOOKED_AT[dialect].replace("\\:", ":")
    query = _ROWS.format(effective_on=_EFFECTIVE_ON[dialect], booked_at=booked_at)
    rows = session.connection().exec_driver_sql(query, execution_options={"yield_per": 5000})
    return map(_Row._make, rows)


def _check_entry(audit: _Audit, number: int, lines: Sequence[_Row]) -> None:
    first = lines[0]
    audit.entries += 1
    _check_seals_up_to(audit, number)
    movements = []
    for row in lines:
        _carry(audit, row)
        debit, credit = audit.codes.get(row.debit, "?"), audit.codes.get(row.credit, "?")
        movements.append(movement(debit, credit, row.cents, row.currency))
    if len(lines) != first.lines or [row.line for row in lines] != [*range(1, first.lines + 1)]:
        audit.add("lines", entry_id(number), expected=first.lines, found=len(lines))
    kept, back = first.request_hash or b"", first.reverses
    digest = digest_of(
        first.kind,
        first.about,
        first.effective_on,
        movements,
        None if back is None else entry_id(back),
    )
    if digest != kept:
        audit.add("hash", entry_id(number), expected=kept.hex(), found=digest.hex())
    audit.block.append(leaf_hash(Leaf(number, first.booked_at, first.key or "", kept)))
    if back is not None or first.kind.endswith(REVERSED):
        _check_reversal(audit, lines)
    if number in audit.reversed:
        audit.movements[number] = list(lines)


def _carry(audit: _Audit, row: _Row) -> None:
    running, debit, credit, cents = audit.running, row.debit, row.credit, row.cents
    audit.debited[debit] += cents
    audit.credited[credit] += cents
    if audit.position < len(audit.seals):
        audit.days[debit, row.effective_on, "debit"] += cents
        audit.days[credit, row.effective_on, "credit"] += cents
    debit_side, credit_side = (debit, row.debit_slice), (credit, row.credit_slice)
    before, before_credited = running.get(debit_side, _NOTHING), running.get(credit_side, _NOTHING)
    expected = (before[0] + cents, before[1])
    expected_credited = (before_credited[0], before_credited[1] + cents)
    after, after_credited = row[8:10], row[10:12]
    if expected != after or expected_credited != after_credited:
        audit.add(
            "running",
            entry_id(row.number),
            expected=(*expected, *expected_credited),
            found=(*after, *after_credited),
        )
    running[debit_side], running[credit_side] = after, after_credited
    belongs = (row.book, row.fund, row.currency)
    if not belongs == audit.belongs.get(debit) == audit.belongs.get(credit):
        found = (audit.belongs.get(debit), audit.belongs.get(credit))
        audit.add("crossing", entry_id(row.number), expected=belongs, found=found)


def _check_reversal(audit: _Audit, lines: Sequence[_Row]) -> None:
    name, back = entry_id(lines[0].number), lines[0].reverses
    if back is None:
        audit.add("reversal", name, expected="the entry that it takes back", found="none")
        return
    original = audit.movements.get(back)
    if original is None:
        audit.add("reversal", name, expected="an earlier entry", found=entry_id(back))
        return
    mirror = [(each.credit, each.debit, each.cents) for each in reversed(original)]
    if [(each.debit, each.credit, each.cents) for each in lines] != mirror:
        expected = f"the mirror of {entry_id(back)}"
        audit.add("reversal", name, expected=expected, found="other transfers")


def _check_seals_up_to(audit: _Audit, number: int | None) -> None:
    """Close each block that ends before an entry; None closes all."""
    while audit.position < len(audit.seals):
        seal = audit.seals[audit.position]
        if number is not None and number <= seal.last_entry:
            return
        root = root_of(audit.block[0], audit.block[1:])
        if root != seal.root:
            audit.add("seal", f"{seal.number}", expected=seal.root.hex(), found=root.hex())
        audit.position += 1
        audit.sealed = audit.entries - (number is not None)
        # From here on by what was sealed, so that one block is named and not all after it.
        audit.block = [seal.root]


def _check_days(session: Session, audit: _Audit) -> None:
    for day in session.execute(sa.select(Day.__table__)):
        for side, cents in (("debit", day.debit_cents), ("credit", day.credit_cents)):
            expected = audit.days.pop((day.account_id, f"{day.effective_on}", side), 0)
            if cents != expected:
                where = f"{audit.codes.get(day.account_id, '?')} {day.effective_on} {side}"
                audit.add("day", where, expected=expected, found=cents)
    for (account_id, on, side), cents in audit.days.items():
        audit.add("day", f"{audit.codes[account_id]} {on} {side}", expected=cents, found=0)


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


def _check_account(audit: _Audit, account: Account, pending: Counter[tuple[str, int]]) -> None:
    code = account.code
    debited, credited = audit.debited[account.id], audit.credited[account.id]
    moved = (account.debit_posted_cents, account.credit_posted_cents)
    if moved != (debited, credited):
        audit.add("balance", code, expected=(debited, credited), found=moved)
    held = (pending["debit", account.id], pending["credit", account.id])
    found = (account.debit_pending_cents, account.credit_pending_cents)
    if found != held:
        audit.add("holds", code, expected=held, found=found)
    debit_normal = Kind(account.kind) in DEBIT_KINDS
    if account.debit_normal != debit_normal:
        audit.add("direction", code, expected=account.kind, found="the other")
    free = debited - credited - held[1] if debit_normal else credited - debited - held[0]
    floor = account.floor_cents
    if floor is not None and free < floor:
        audit.add("floor", code, expected=f"at least {floor}", found=free)
    elif floor is not None and moved == (debited, credited) and account.room_cents != free - floor:
        audit.add("room", code, expected=free - floor, found=account.room_cents)
