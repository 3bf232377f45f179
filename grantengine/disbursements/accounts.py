"""Bank account numbers: check, write and hide an IBAN."""

from typing import TYPE_CHECKING

from grantengine.disbursements.errors import InvalidIBANError

if TYPE_CHECKING:
    from schwifty import IBAN


def normalise_iban(text: str) -> str:
    """Check an IBAN against the registry of countries and write it without spaces.

    Raises:
        InvalidIBANError: the country, length, structure or check digits are wrong.
    """
    return _parse(text).compact


def is_iban(text: str) -> bool:
    """Say whether the text is an IBAN, spaces and small letters allowed."""
    try:
        _parse(text)
    except InvalidIBANError:
        return False
    return True


def bic_of(iban: str) -> str | None:
    """Find the bank's BIC where the registry knows it, as it does for every Finnish bank.

    Raises:
        InvalidIBANError: the text is no IBAN.
    """
    bic = _parse(iban).bic
    return None if bic is None else bic.compact


def is_in_sepa(iban: str) -> bool:
    """Say whether a SEPA credit transfer reaches the account.

    Raises:
        InvalidIBANError: the text is no IBAN.
    """
    return _parse(iban).in_sepa_zone


def format_iban(iban: str) -> str:
    """Print an IBAN in groups of four.

    Raises:
        InvalidIBANError: the text is no IBAN.
    """
    return _parse(iban).formatted


def mask_iban(iban: str) -> str:
    """Show only the country and the last four characters: `FI … 0785`.

    An ellipsis, not a row of asterisks, because a screen reader reads each asterisk aloud.

    Raises:
        InvalidIBANError: the text is no IBAN.
    """
    compact = _parse(iban).compact
    return f"{compact[:2]} … {compact[-4:]}"


def _parse(text: str) -> "IBAN":
    from schwifty import IBAN
    from schwifty.exceptions import SchwiftyException

    try:
        return IBAN(text)
    except SchwiftyException as error:
        raise InvalidIBANError(iban=text) from error
