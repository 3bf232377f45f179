"""Recomputing the ledger from its transfers, and naming the first thing that is off."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from json.encoder import encode_basestring as quoted
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.ledger import past, seals
from grantengine.ledger.accounts import DEBIT_KINDS, Kind
from grantengine.ledger.entries import REVERSED, digest_of, entry_id, movement
from grantengine.ledger.leaves import BEGINNING, leaf_hash, root_of
from grantengine.ledger.models import Account, HoldEnd, HoldRow, TransferRow
from grantengine.ledger.seals import Seal

_ROWS = """
SELECT number, line, lines, debit_account_id, credit_account_id, amount_cents,
    debit_slice, credit_slice,
    debit_debit_cents, debit_credit_cents, credit_debit_cents, credit_credit_cents,
    {effective_on}, {booked_at}, currency, book, fund, kind, about, key, request_hash, reverses
FROM ledger_transfers ORDER BY number, line
"""
_DAYS = """
SELECT account_id, {effective_on}, debit_cents, credit_cents FROM ledger_days
"""
_EFFECTIVE_ON = {"postgresql": "CAST(effective_on AS text)", "sqlite": "effective_on"}
_NOTHING = (0, 0)
# An account, or one of its slices.
_Part = int | tuple[int, int]
# What accounts moved on one day: debits and credits by account.
_Day = tuple[defaultdict[int, int], defaultdict[int, int]]
# A transfer in the order of `_ROWS`. A plain tuple: this runs once for each row of the ledger.
_Row = tuple[Any, ...]


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


def _days() -> defaultdict[str, _Day]:
    return defaultdict(lambda: (defaultdict(int), defaultdict(int)))


@dataclass(slots=True)
class _Audit:
    """What has been recomputed so far, entry by entry.

    Attributes:
        belongs: currency, book and fund of each account.
        running: what an account or a slice has moved by the rows read so far; after a deviation
            by what the row says, so that only the first row that is off is named.
        days_up_to: the number up to which there are sums by day.
        added_days: what moved up to there.
        later_days: what moved after it.
        movements: sides and amounts of the entries that are taken back later.
    """

    seals: list[Seal]
    codes: dict[int, str]
    belongs: dict[int, tuple[str, str, str]]
    reversed: set[int | None]
    days_up_to: int
    findings: list[Finding] = field(default_factory=list)
    entries: int = 0
    sealed: int = 0
    running: dict[_Part, tuple[int, int]] = field(default_factory=dict)
    added_days: defaultdict[str, _Day] = field(default_factory=_days)
    later_days: defaultdict[str, _Day] = field(default_factory=_days)
    movements: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)
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
        {each.id: (each.currency, each.book, each.fund) for each in accounts},
        set(session.scalars(taken_back)),
        past.added_up_to(session),
    )
    for number, lines in groupby(_rows(session), key=itemgetter(0)):
        _check_entry(audit, number, list(lines))
    _check_seals_up_to(audit, None)
    moved, pending = _moved(audit), _pending(session)
    _check_days(session, audit)
    for account in accounts:
        _check_account(audit, account, moved, pending)
    last = audit.seals[-1].root.hex() if audit.seals else ""
    return Report(len(accounts), audit.entries, audit.findings, last, audit.sealed)


def _rows(session: Session) -> Iterator[_Row]:
    dialect = session.get_bind().dialect.name
    booked_at = seals.BOOKED_AT[dialect].replace("\\:", ":")
    query = _ROWS.format(effective_on=_EFFECTIVE_ON[dialect], booked_at=booked_at)
    pages = session.connection().exec_driver_sql(query, execution_options={"yield_per": 5000})
    return chain.from_iterable(pages.partitions())


def _check_entry(audit: _Audit, number: int, lines: Sequence[_Row]) -> None:
    audit.entries += 1
    _check_seals_up_to(audit, number)
    days = audit.added_days if number <= audit.days_up_to else audit.later_days
    movements = [_carry(audit, days, row) for row in lines]
    first = lines[0]
    *_, on, booked_at, _, _, _, kind, about, key, kept, back = first
    if len(lines) != first[2] or lines[-1][1] != first[2] or first[1] != 1:
        audit.add("lines", entry_id(number), expected=first[2], found=len(lines))
    kept = kept or b""
    digest = digest_of(kind, about, on, movements, None if back is None else entry_id(back))
    if digest != kept:
        audit.add("hash", entry_id(number), expected=kept.hex(), found=digest.hex())
    audit.block.append(leaf_hash((number, booked_at, key or "", kept)))
    if back is not None or number in audit.reversed or kind.endswith(REVERSED):
        _check_reversal(audit, number, [row[3:6] for row in lines], kind, back)


def _carry(audit: _Audit, days: defaultdict[str, _Day], row: _Row) -> str:
    """Carry a transfer on, compare what the row says, and write it as its entry's hash has it."""
    number, _, _, debit, credit, cents, debit_slice, credit_slice = row[:8]
    after, after_credited, on = row[8:10], row[10:12], row[12]
    currency, *_ = belongs = row[14:17]
    debits, credited = days[on]
    debits[debit] += cents
    credited[credit] += cents
    running = audit.running
    one: _Part = (debit, debit_slice) if debit_slice else debit
    other: _Part = (credit, credit_slice) if credit_slice else credit
    before, before_credited = running.get(one, _NOTHING), running.get(other, _NOTHING)
    expected = (before[0] + cents, before[1])
    expected_credited = (before_credited[0], before_credited[1] + cents)
    if expected != after or expected_credited != after_credited:
        wanted, found = (*expected, *expected_credited), (*after, *after_credited)
        audit.add("running", entry_id(number), expected=wanted, found=found)
    running[one], running[other] = after, after_credited
    if not belongs == audit.belongs.get(debit) == audit.belongs.get(credit):
        across = (audit.belongs.get(debit), audit.belongs.get(credit))
        audit.add("crossing", entry_id(number), expected=belongs, found=across)
    return movement(audit.codes.get(debit, "?"), audit.codes.get(credit, "?"), cents, currency)


def _check_reversal(
    audit: _Audit, number: int, moved: list[tuple[int, int, int]], kind: str, back: int | None
) -> None:
    name = entry_id(number)
    if number in audit.reversed:
        audit.movements[number] = moved
    if back is None:
        if kind.endswith(REVERSED):
            audit.add("reversal", name, expected="the entry that it takes back", found="none")
        return
    original = audit.movements.get(back)
    if original is None:
        audit.add("reversal", name, expected="an earlier entry", found=entry_id(back))
    elif moved != [(credit, debit, cents) for debit, credit, cents in reversed(original)]:
        mirror = f"the mirror of {entry_id(back)}"
        audit.add("reversal", name, expected=mirror, found="other transfers")


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
    dialect = session.get_bind().dialect.name
    query = _DAYS.format(effective_on=_EFFECTIVE_ON[dialect])
    pages = session.connection().exec_driver_sql(query, execution_options={"yield_per": 5000})
    for account_id, on, *found in chain.from_iterable(pages.partitions()):
        expected = [side.pop(account_id, 0) for side in audit.added_days[on]]
        if found != expected:
            where = f"{audit.codes.get(account_id, '?')} {on}"
            audit.add("day", where, expected=expected, found=found)
    for on, day in audit.added_days.items():
        for account_id in set().union(*day):
            where = f"{audit.codes.get(account_id, '?')} {on}"
            audit.add("day", where, expected=[side[account_id] for side in day], found=[0, 0])


def _moved(audit: _Audit) -> Counter[tuple[str, int]]:
    moved: Counter[tuple[str, int]] = Counter()
    for days in (audit.added_days, audit.later_days):
        for day in days.values():
            for side, sums in zip(("debit", "credit"), day, strict=True):
                for account_id, cents in sums.items():
                    moved[side, account_id] += cents
    return moved


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


def _check_account(
    audit: _Audit,
    account: Account,
    sums: Counter[tuple[str, int]],
    pending: Counter[tuple[str, int]],
) -> None:
    code = account.code
    debited, credited = sums["debit", account.id], sums["credit", account.id]
    moved = (account.debit_posted_cents, account.credit_posted_cents)
    if moved != (debited, credited):
        audit.add("balance", code, expected=(debited, credited), found=moved)
    held = (pending["debit", account.id], pending["credit", account.id])
    found = (account.debit_pending_cents, account.credit_pending_cents)
    if found != held:
        audit.add("holds", code, expected=held, found=found)
    if account.closed_at is not None and (debited != credited or any(held)):
        audit.add("closed", code, expected="nothing on it", found=debited - credited)
    debit_normal = Kind(account.kind) in DEBIT_KINDS
    if account.debit_normal != debit_normal:
        audit.add("direction", code, expected=account.kind, found="the other")
    free = debited - credited - held[1] if debit_normal else credited - debited - held[0]
    floor = account.floor_cents
    if floor is not None and free < floor:
        audit.add("floor", code, expected=f"at least {floor}", found=free)
    elif floor is not None and moved == (debited, credited) and account.room_cents != free - floor:
        audit.add("room", code, expected=free - floor, found=account.room_cents)
