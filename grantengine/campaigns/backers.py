"""Who a backer is: known by an e-mail address, whatever its letters' case or its tag."""

import re
import unicodedata

from grantengine.errors import InvalidInputError

EMAIL_LENGTH_MAX = 254  # RFC 3696, erratum 1690

# Control and format characters (U+202E among them), surrogates, private use, unassigned.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_EMAIL = re.compile(r"[^@\s\x00-\x1f<>\"(),:;\\\[\]]+@[^@\s\x00-\x1f<>.]+(\.[^@\s\x00-\x1f<>.]+)+")


def checked_email(text: str) -> str:
    """Check that a text can be an e-mail address and give it without outer spaces.

    Raises:
        InvalidInputError: it cannot (field: email).
    """
    address = text.strip()
    # Signs that nobody sees would make two addresses look like one.
    if any(unicodedata.category(sign) in _UNSEEN for sign in address):
        raise InvalidInputError(field="email", reason="not_an_address")
    if len(address) > EMAIL_LENGTH_MAX or not _EMAIL.fullmatch(address):
        raise InvalidInputError(field="email", reason="not_an_address")
    return address


def backer_of(email: str) -> str:
    """Name the backer behind an address: small letters, without what follows a plus sign.

    One person can make any number of tagged addresses of one mailbox; for the caps of a match
    rule they are one backer.
    """
    local, _, domain = email.strip().lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
