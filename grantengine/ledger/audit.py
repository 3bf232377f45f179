"""Recomputing the ledger from its transfers, and naming the first thing that is off."""

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.ledger import journal
from grantengine.ledger.accounts import DEBIT_KINDS, Kind
from grantengine.ledger.entries import REVERSED, PostedEntry, fingerprint, mirrored
from grantengine.ledger.models import Account


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is off: which check, where, and what it should be."""

    check: str
    where: str
    expected: str
    found: str


@dataclass(frozen=True, slots=True)
class Report:
    """What `verify` read and what it found; clean when nothing was found."""

    accounts: int
    entries: int
    findings: list[Finding]

    @property
    def is_clean(self) -> bool:
        """Tell whether nothing is off."""
        return not self.findings


def verify(session: Session) -> Report:
    """Recompute hashes, reversals, balances and floors from the entries alone.

    Args:
        session: a session that sees one state of the whole ledger.

    Returns:
        How much was read, and every deviation in the order of the ledger.
    """
    findings: list[Finding] = []
    debited: Counter[str] = Counter()
    credited: Counter[str] = Counter()
    originals: dict[str, PostedEntry] = {}
    count = 0
    for entry in journal.all_entries(session):
        count += 1
        findings += _check_entry(entry)
        findings += _check_reversal(entry, originals)
        originals[entry.id] = entry
        for transfer in entry.transfers:
            debited[transfer.debit] += transfer.amount.cents
            credited[transfer.credit] += transfer.amount.cents
    accounts = session.scalars(sa.select(Account).order_by(Account.code)).all()
    for account in accounts:
        findings += _check_balance(account, debited[account.code], credited[account.code])
    return Report(accounts=len(accounts), entries=count, findings=findings)


def _check_entry(entry: PostedEntry) -> list[Finding]:
    if not entry.transfers:
        return [Finding("transfers", entry.id, "at least one transfer", "none")]
    hash_now = fingerprint(entry.kind, entry.about, entry.effective_on, entry.transfers)
    if hash_now != entry.request_hash:
        return [Finding("hash", entry.id, entry.request_hash, hash_now)]
    return []


def _check_reversal(entry: PostedEntry, originals: dict[str, PostedEntry]) -> list[Finding]:
    if entry.reverses is None:
        if entry.kind.endswith(REVERSED):
            return [Finding("reversal", entry.id, "the entry that it takes back", "none")]
        return []
    original = originals.get(entry.reverses)
    if original is None:
        return [Finding("reversal", entry.id, "an earlier entry", entry.reverses)]
    if mirrored(original.transfers) != list(entry.transfers):
        return [Finding("reversal", entry.id, f"the mirror of {original.id}", "other transfers")]
    return []


def _check_balance(account: Account, debited: int, credited: int) -> list[Finding]:
    code, findings = account.code, []
    expected = f"({debited}, {credited})"
    found = f"({account.debit_posted_cents}, {account.credit_posted_cents})"
    if expected != found:
        findings.append(Finding("balance", code, expected, found))
    debit_normal = Kind(account.kind) in DEBIT_KINDS
    if account.debit_normal != debit_normal:
        findings.append(Finding("direction", code, account.kind, "the other"))
    net = debited - credited if debit_normal else credited - debited
    if account.floor_cents is not None and net < account.floor_cents:
        findings.append(Finding("floor", code, f"at least {account.floor_cents}", f"{net}"))
    return findings
