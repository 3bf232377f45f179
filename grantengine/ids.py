"""Prefixed identifiers that sort by the instant of their making: `plg_01K…`."""

import secrets
from datetime import datetime

# Crockford's base 32: no I, L, O or U, so that a person can read it aloud.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TIME_LENGTH = 10
_CHANCE_LENGTH = 16
_CODE_LENGTH = 20


def new_id(prefix: str, now: datetime) -> str:
    """Make an identifier: the prefix, then 48 bits of milliseconds and 80 bits of chance.

    The layout after the prefix is that of a ULID (github.com/ulid/spec). Made before any
    outside call, an identifier doubles as that call's idempotency key.
    """
    milliseconds = int(now.timestamp() * 1000)
    return (
        f"{prefix}_{_encode(milliseconds, _TIME_LENGTH)}"
        f"{_encode(secrets.randbits(80), _CHANCE_LENGTH)}"
    )


def new_secret() -> str:
    """Make an unguessable token for a link, 192 bits, safe in an address."""
    return secrets.token_urlsafe(24)


def new_code() -> str:
    """Make an unguessable code that is printed and typed, 100 bits: no hyphen, no I, L, O, U."""
    return _encode(secrets.randbits(_CODE_LENGTH * 5), _CODE_LENGTH)


def _encode(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
