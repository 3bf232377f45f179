"""Recomputing the ledger from its transfers, and naming the first thing that is off."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.ledger import seals
from grantengine.ledger.accounts import DEBIT_KINDS, Kind
from grantengine.ledger.entries import REVERSED, canonical, entry_id
from grantengine.ledger.leaves import BEGINNING, Leaf, leaf_hash
from grantengine.ledger.models import Account, HoldEnd, HoldRow, TransferRow
from grantengine.ledger.seals import Seal

_Movements = list[tuple[str, str, int, str]]


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


@dataclass(slots=True)
class _Audit:
    """What has been recomputed so far, entry by entry."""

    seals: list[Seal]
    reversed: set[int | None]
    findings: list[Finding] = field(default_factory=list)
    entries: int = 0
    sealed: int = 0
    debited: Counter[str] = field(default_factory=Counter)
    credited: Counter[str] = field(default_factory=Counter)
    # What an account holds by the rows read so far; after a deviation, by what the row says, so
    # that only the first row that is off is named and not all after it.
    running: defaultdict[str, list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0, 0])
    )
    # Of the entries that are taken back later.
    movements: dict[int, _Movements] = field(default_factory=dict)
    block: "hashlib._Hash" = field(default_factory=lambda: hashlib.sha256(BEGINNING))
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
    audit = _Audit(seals.seals(session), set(session.scalars(taken_back)))
    for number, lines in groupby(seals.leaves(session), key=lambda leaf: leaf.number):
        _check_entry(audit, number, list(lines))
    _check_seals_up_to(audit, None)
    accounts = session.scalars(sa.select(Account).order_by(Account.code)).all()
    pending = _pending(session)
    for account in accounts:
        _check_account(audit, account, pending)
    last = audit.seals[-1].root.hex() if audit.seals else ""
    return Report(len(accounts), audit.entries, audit.findings, last, audit.sealed)


def _check_entry(audit: _Audit, number: int, lines: Sequence[Leaf]) -> None:
    name, first = entry_id(number), lines[0]
    audit.entries += 1
    _check_seals_up_to(audit, number)
    movements = []
    for leaf in lines:
        audit.block.update(leaf_hash(leaf))
        _carry(audit, name, leaf)
        movements.append((leaf.debit, leaf.credit, leaf.amount_cents, leaf.currency))
    if [leaf.line for leaf in lines] != list(range(1, first.lines + 1)):
        audit.add("lines", name, expected=first.lines, found=len(lines))
    text = canonical(first.kind, first.about, first.effective_on, movements)
    digest = hashlib.sha256(text.encode()).digest()
    if digest != first.request_hash:
        kept = (first.request_hash or b"").hex()
        audit.add("hash", name, expected=kept, found=digest.hex())
    _check_reversal(audit, name, first, movements)
    if number in audit.reversed:
        audit.movements[number] = movements


def _carry(audit: _Audit, name: str, leaf: Leaf) -> None:
    debit, credit, cents = leaf.debit, leaf.credit, leaf.amount_cents
    audit.debited[debit] += cents
    audit.credited[credit] += cents
    debited, credited = audit.running[debit], audit.running[credit]
    debited[0] += cents
    credited[1] += cents
    after = [leaf.debit_debit_cents, leaf.debit_credit_cents]
    after_credited = [leaf.credit_debit_cents, leaf.credit_credit_cents]
    if debited != after or credited != after_credited:
        expected, found = (*debited, *credited), (*after, *after_credited)
        audit.add("running", name, expected=expected, found=found)
        debited[:], credited[:] = after, after_credited


def _check_reversal(audit: _Audit, name: str, first: Leaf, movements: _Movements) -> None:
    if first.reverses is None:
        if first.kind.endswith(REVERSED):
            audit.add("reversal", name, expected="the entry that it takes back", found="none")
        return
    original = audit.movements.get(first.reverses)
    if original is None:
        found = entry_id(first.reverses)
        audit.add("reversal", name, expected="an earlier entry", found=found)
    elif movements != [(credit, debit, *rest) for debit, credit, *rest in reversed(original)]:
        mirror = f"the mirror of {entry_id(first.reverses)}"
        audit.add("reversal", name, expected=mirror, found="other transfers")


def _check_seals_up_to(audit: _Audit, number: int | None) -> None:
    """Close each block that ends before an entry; None closes all."""
    while audit.position < len(audit.seals):
        seal = audit.seals[audit.position]
        if number is not None and number <= seal.last_entry:
            return
        root = audit.block.digest()
        if root != seal.root:
            audit.add("seal", f"{seal.number}", expected=seal.root.hex(), found=root.hex())
        audit.position += 1
        audit.sealed = audit.entries - (number is not None)
        # From here on by what was sealed, so that one block is named and not all after it.
        audit.block = hashlib.sha256(seal.root)


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
    debited, credited = audit.debited[code], audit.credited[code]
    found = (account.debit_posted_cents, account.credit_posted_cents)
    if found != (debited, credited):
        audit.add("balance", code, expected=(debited, credited), found=found)
    held = (pending["debit", account.id], pending["credit", account.id])
    found = (account.debit_pending_cents, account.credit_pending_cents)
    if found != held:
        audit.add("holds", code, expected=held, found=found)
    debit_normal = Kind(account.kind) in DEBIT_KINDS
    if account.debit_normal != debit_normal:
        audit.add("direction", code, expected=account.kind, found="the other")
    free = debited - credited - held[1] if debit_normal else credited - debited - held[0]
    if account.floor_cents is not None and free < account.floor_cents:
        audit.add("floor", code, expected=f"at least {account.floor_cents}", found=free)
