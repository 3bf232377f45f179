"""What a row of the ledger looks like to its seal: one line of text, and the hash over it.

The text is so plain that both databases and any outsider can write it from the exported journal.
"""

import hashlib
from collections.abc import Iterable
from json.encoder import encode_basestring as quoted
from typing import NamedTuple

# What the first seal follows.
BEGINNING = bytes(32)


class Leaf(NamedTuple):
    """One transfer as the database holds it; dates and instants as text, in UTC."""

    number: int
    line: int
    lines: int
    debit: str
    credit: str
    amount_cents: int
    debit_debit_cents: int
    debit_credit_cents: int
    credit_debit_cents: int
    credit_credit_cents: int
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


def leaf_hash(leaf: Leaf) -> bytes:
    """Hash one row: SHA-256 over its fields with commas between them."""
    (
        number, line, lines, debit, credit, cents,
        debit_debit, debit_credit, credit_debit, credit_credit,
        effective_on, booked_at, currency, book, fund, kind, about, key, request_hash, reverses,
    ) = leaf  # fmt: skip
    # One string, not a joined list: this runs once for each row of the ledger.
    text = (
        f"{number},{line},{lines},{debit},{credit},{cents},"
        f"{debit_debit},{debit_credit},{credit_debit},{credit_credit},"
        f"{effective_on},{booked_at},{currency},{book},{fund},{quoted(kind)},{quoted(about)},"
        f"{'' if key is None else quoted(key)},"
        f"{'' if request_hash is None else request_hash.hex()},"
        f"{'' if reverses is None else reverses}"
    )
    return hashlib.sha256(text.encode()).digest()


def root_of(previous: bytes, hashes: Iterable[bytes]) -> bytes:
    """Reckon the root of a block: SHA-256 over the root before it and the hash of each row."""
    root = hashlib.sha256(previous)
    for each in hashes:
        root.update(each)
    return root.digest()
