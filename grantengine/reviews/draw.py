"""The draw of lots that anybody can check afterwards.

Labels and the hash of a secret code are published before the public randomness exists; then the
code is revealed, and every label gets the ticket that the two give it. Whoever runs the draw
cannot know the randomness when choosing the code, and nobody else knows the code when they could
still touch the randomness. A label that is taken out leaves the order of the others as it is.

Source: draft-thomson-elegy-vrs (M. Thomson); HKDF-SHA256 of RFC 5869.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from grantengine.reviews.errors import DrawInputError

# Length of the secret code that the engine chooses, in bytes: as long as the hash.
CODE_BYTES: Final = 32
# HKDF numbers its blocks; a ticket is the first one.
_FIRST_BLOCK: Final = b"\x01"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A label and its ticket, 64 hexadecimal digits; the lowest ticket comes first."""

    label: str
    ticket: str


def commitment_to(one_time_code: bytes) -> str:
    """Give what is published of a code beforehand: its SHA-256 in hexadecimal digits."""
    return hashlib.sha256(one_time_code).hexdigest()


def drawn_order(
    labels: Sequence[str], *, one_time_code: bytes, public_randomness: str
) -> list[Ticket]:
    """Put labels in the order of the draw.

    Args:
        labels: each a different text, as it was published.
        one_time_code: the code that was committed to.
        public_randomness: exactly as it was announced that it would be written.

    Raises:
        DrawInputError: a label comes twice or is no text, or the code or the randomness is empty.
    """
    if not one_time_code:
        raise DrawInputError(reason="code_empty", item="")
    if not public_randomness:
        raise DrawInputError(reason="randomness_empty", item="")
    key = _hmac(one_time_code, _bytes_of(public_randomness))
    tickets = [Ticket(each, _hmac(key, _bytes_of(each) + _FIRST_BLOCK).hex()) for each in labels]
    seen: set[str] = set()
    for each in labels:
        if each in seen or not each.strip():
            raise DrawInputError(reason="label", item=each)
        seen.add(each)
    return sorted(tickets, key=lambda each: each.ticket)


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.digest(key, message, "sha256")


def _bytes_of(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise DrawInputError(reason="not_text", item=ascii(text)) from error
