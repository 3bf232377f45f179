"""What an entry looks like to its seal: one line of text, and the hash over it.

The text is so plain that both databases and any outsider can write it from the exported journal. What
moved is in it through the hash of what was asked, which names every account, amount and date.
"""

import hashlib
from collections.abc import Iterable
from json.encoder import encode_basestring as quoted

# What the first seal follows.
BEGINNING = bytes(32)


# What a seal covers of an entry: its number, which is also its place; when it was booked, as
# `2026-09-16 12:00:00.000000` in UTC; its idempotency key; and the hash over its kind, fact, date and
# transfers, and over what it takes back.
Leaf = tuple[int, str, str, bytes]


def leaf_hash(leaf: Leaf) -> bytes:
    """Hash one entry: SHA-256 over its fields with commas between them, the key as JSON."""
    number, booked_at, key, request_hash = leaf
    text = f"{number},{booked_at},{quoted(key)},{request_hash.hex()}"
    return hashlib.sha256(text.encode()).digest()


def root_of(previous: bytes, hashes: Iterable[bytes]) -> bytes:
    """Reckon the root of a block: SHA-256 over the root before it and the hash of each entry."""
    return hashlib.sha256(previous + b"".join(hashes)).digest()
