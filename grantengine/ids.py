"""Prefixed identifiers that sort by the instant of their making: `plg_01K…`."""

import secrets
from datetime import datetime
from threading import Lock

# Crockford's base 32: no I, L, O or U, so that a person can read it aloud.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_TIME_LENGTH = 10
_CHANCE_LENGTH = 16
_CODE_LENGTH = 20

# The millisecond of the newest identifier and its chance, shared by all threads.
_newest = [-1, 0]
_making = Lock()


def new_id(prefix: str, now: datetime) -> str:
    """Make an identifier: the prefix, then 48 bits of milliseconds and 80 bits of chance.

    The layout after the prefix is that of a ULID, and so is the order: of one millisecond, what
    this process makes later sorts later (github.com/ulid/spec, monotonicity). Made before any
    outside call, an identifier doubles as that call's idempotency key.
    """
    milliseconds = int(now.timestamp() * 1000)
    chance = _chance_within(milliseconds)
    return f"{prefix}_{_encode(milliseconds, _TIME_LENGTH)}{_encode(chance, _CHANCE_LENGTH)}"


def new_secret() -> str:
    """Make an unguessable token for a link, 192 bits, safe in an address."""
    return secrets.token_urlsafe(24)


def new_code() -> str:
    """Make an unguessable code that is printed and typed, 100 bits: no hyphen, no I, L, O, U."""
    return _encode(secrets.randbits(_CODE_LENGTH * 5), _CODE_LENGTH)


def _chance_within(milliseconds: int) -> int:
    with _making:
        if _newest[0] == milliseconds:
            _newest[1] += 1 + secrets.randbits(48)
        else:
            # One bit is left free: room to count on two thousand million times.
            _newest[:] = [milliseconds, secrets.randbits(79)]
        return _newest[1]


def _encode(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 32)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
