"""The reference of a pledge that is paid by bank transfer."""

import hashlib

from grantengine.references import make_viitenumero

# 14 digits and the check digit: three groups of five to type.
_DIGITS = 14


def reference_of(pledge_id: str) -> str:
    """Make the viitenumero of a pledge out of its id; the database keeps it unique."""
    digest = hashlib.sha256(pledge_id.encode()).digest()
    # A first digit of its own, since a viitenumero drops leading zeros.
    number = int.from_bytes(digest[:8], "big") % (9 * 10 ** (_DIGITS - 1))
    return make_viitenumero(str(10 ** (_DIGITS - 1) + number))


def pledge_reference_in(text: str | None) -> str | None:
    """Find the viitenumero in what a payer gave, alone or inside an RF reference.

    Returns:
        The viitenumero without spaces and leading zeros; None when there is none.
    """
    squeezed = "".join((text or "").split()).upper()
    if squeezed.startswith("RF"):
        squeezed = squeezed[4:]
    return squeezed.lstrip("0") or None
