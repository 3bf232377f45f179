"""Recomputing the ledger from its transfers, and naming the first thing that is off."""

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.ledger import journal
from grantengine.ledger.entries import PostedEntry, fingerprint, mirrored
from grantengine.ledger.models import Account, Balance


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
    balances = _stored_balances(session)
    for balance in balances:
        findings += _check_balance(balance, debited, credited)
    return Report(accounts=len(balances), entries=count, findings=findings)


def _check_entry(entry: PostedEntry) -> list[Finding]:
    if not entry.transfers:
        return [Finding("transfers", entry.id, "at least one transfer", "none")]
    hash_now = fingerprint(entry.kind, entry.about, entry.effective_on, entry.transfers)
    if hash_now != entry.request_hash:
        return [Finding("hash", entry.id, entry.request_hash, hash_now)]
    return []


def _check_reversal(entry: PostedEntry, originals: dict[str, PostedEntry]) -> list[Finding]:
    if entry.reverses is None:
        return []
    original = originals.get(entry.reverses)
    if original is None:
        return [Finding("reversal", entry.id, "an earlier entry", entry.reverses)]
    if mirrored(original.transfers) != list(entry.transfers):
        return [Finding("reversal", entry.id, f"the mirror of {original.id}", "other transfers")]
    return []


def _stored_balances(session: Session) -> list[sa.Row[str, Balance]]:
    query = sa.select(Account.code, Balance).join(Balance, Balance.account_id == Account.id)
    return list(session.execute(query.order_by(Account.code)).all())


def _check_balance(
    row: sa.Row[str, Balance], debited: Counter[str], credited: Counter[str]
) -> list[Finding]:
    code, stored = row
    findings = []
    expected = (debited[code], credited[code])
    found = (stored.debit_posted_cents, stored.credit_posted_cents)
    if expected != found:
        findings.append(Finding("balance", code, f"{expected}", f"{found}"))
    net = expected[0] - expected[1] if stored.debit_normal else expected[1] - expected[0]
    if stored.floor_cents is not None and net < stored.floor_cents:
        findings.append(Finding("floor", code, f"at least {stored.floor_cents}", f"{net}"))
    return findings
