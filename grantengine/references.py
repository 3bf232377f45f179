"""Payment references: the Finnish viitenumero, the RF creditor reference, the long reference."""

from itertools import cycle
from typing import Final

from grantengine.errors import InvalidReferenceError

VIITENUMERO_WEIGHTS: Final = (7, 3, 1)
SHORTEST_BASE: Final = 3
LONGEST_BASE: Final = 19
MACHINE_LENGTH: Final = 20
LONGEST_RF_BODY: Final = 21


def make_viitenumero(base: str) -> str:
    """Append the 7-3-1 check digit to a base of 3 to 19 digits.

    Leading zeros say nothing in a viitenumero and are dropped. Source: Finance Finland,
    "Kotimaisen viitenumeron ja viitteen tarkisteen rakenne".

    Raises:
        InvalidReferenceError: the base has a character that is no digit, or a wrong length.
    """
    digits = _squeeze(base).lstrip("0")
    if not _is_digits(digits) or not SHORTEST_BASE <= len(digits) <= LONGEST_BASE:
        raise InvalidReferenceError(reference=base, reason="base")
    return digits + _check_digit(digits)


def is_viitenumero(text: str) -> bool:
    """Say whether the text is a Finnish national reference, spaces and leading zeros allowed."""
    digits = _squeeze(text)
    if not _is_digits(digits) or len(digits) > MACHINE_LENGTH:
        return False
    digits = digits.lstrip("0")
    return len(digits) > SHORTEST_BASE and digits[-1] == _check_digit(digits[:-1])


def make_creditor_reference(body: str) -> str:
    """Make an RF creditor reference (ISO 11649): `RF`, two check digits, the body.

    A Finnish body is a whole viitenumero, with its own check digit.

    Raises:
        InvalidReferenceError: the body is empty, past 21 characters or not A-Z and 0-9.
    """
    squeezed = _squeeze(body)
    if not _is_rf_body(squeezed):
        raise InvalidReferenceError(reference=body, reason="body")
    if _is_digits(squeezed):
        squeezed = squeezed.lstrip("0") or "0"
    return f"RF{98 - _mod_97(squeezed + 'RF00'):02d}{squeezed}"


def is_creditor_reference(text: str) -> bool:
    """Say whether the text is an RF creditor reference of any country (ISO 11649)."""
    squeezed = _squeeze(text)
    head, check, body = squeezed[:2], squeezed[2:4], squeezed[4:]
    if head != "RF" or not _is_digits(check) or not _is_rf_body(body):
        return False
    # 00, 01 and 99 leave the same remainder as 97, 98 and 02, but nobody may issue them.
    return "02" <= check <= "98" and _mod_97(body + head + check) == 1


def is_finnish_creditor_reference(text: str) -> bool:
    """Say whether the text is an RF reference around a viitenumero, as Finnish banks need."""
    return is_creditor_reference(text) and is_viitenumero(_squeeze(text)[4:])


def is_reference(text: str) -> bool:
    """Say whether the text is a viitenumero or an RF creditor reference."""
    return is_viitenumero(text) or is_creditor_reference(text)


def normalise_reference(text: str) -> str:
    """Write a reference in the one form to keep and compare: no spaces, no leading zeros.

    Raises:
        InvalidReferenceError: the text is neither a viitenumero nor an RF reference.
    """
    squeezed = _squeeze(text)
    if is_viitenumero(squeezed):
        return squeezed.lstrip("0")
    if is_creditor_reference(squeezed):
        return squeezed
    raise InvalidReferenceError(reference=text, reason="check_digit")


def format_reference(text: str) -> str:
    """Print a reference in groups: viitenumero by five from the right, RF by four from the left.

    Raises:
        InvalidReferenceError: the text is neither a viitenumero nor an RF reference.
    """
    reference = normalise_reference(text)
    if reference.startswith("RF"):
        return " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))
    first = len(reference) % 5
    groups = [reference[at : at + 5] for at in range(first, len(reference), 5)]
    return " ".join([reference[:first], *groups] if first else groups)


def machine_form(viitenumero: str) -> str:
    """Write a viitenumero as bank files carry it: 20 digits, filled with zeros.

    Raises:
        InvalidReferenceError: the text is not a viitenumero.
    """
    if not is_viitenumero(viitenumero):
        raise InvalidReferenceError(reference=viitenumero, reason="check_digit")
    return normalise_reference(viitenumero).zfill(MACHINE_LENGTH)


def long_reference(*, case_number: str, instalment_number: int) -> str:
    """Name one instalment of one case for the posting sheet: `KS/12/2026_1`.

    The underscore is what the Finnish grant authority's payment run uses; banks do not take
    it in ids, so this is no end-to-end id.
    """
    assert instalment_number > 0
    return f"{case_number}_{instalment_number}"


def _squeeze(text: str) -> str:
    return "".join(text.split()).upper()


def _is_digits(text: str) -> bool:
    # str.isdigit alone would let in digits of other scripts.
    return text.isascii() and text.isdigit()


def _is_rf_body(text: str) -> bool:
    return 0 < len(text) <= LONGEST_RF_BODY and text.isascii() and text.isalnum()


def _check_digit(digits: str) -> str:
    products = zip(reversed(digits), cycle(VIITENUMERO_WEIGHTS), strict=False)
    return str(-sum(int(digit) * weight for digit, weight in products) % 10)


def _mod_97(text: str) -> int:
    # Letters count from A = 10 to Z = 35, which is how base 36 reads them.
    return int("".join(str(int(character, 36)) for character in text)) % 97
