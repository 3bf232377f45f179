"""Whose account pays: read from what the programme says of itself."""

from collections.abc import Mapping
from typing import Any, Final

from grantengine.disbursements.errors import PayerMissingError
from grantengine.disbursements.payment_file import Payer
from grantengine.ledger.accounts import Fund

DEFAULT_ORGANISATION: Final = "KOSU"
_NAMES: Final = {Fund.PUBLIC: "payer", Fund.PRIVATE: "private_payer"}


def payer_of(profile: Mapping[str, Any], fund: Fund) -> Payer:
    """Find the account that money of a fund is paid from.

    Args:
        profile: the programme's profile, with `payer` and perhaps `private_payer`: each has
            `name` and `iban`, and may have `bic` and `business_id`.
        fund: whose money is paid; private money has an account of its own or shares the other.

    Raises:
        PayerMissingError: the profile names no account for it.
    """
    found = profile.get(_NAMES[fund]) or profile.get("payer") or {}
    if not found.get("name") or not found.get("iban"):
        raise PayerMissingError(fund=str(fund))
    return Payer(
        name=found["name"],
        iban=found["iban"],
        bic=found.get("bic"),
        business_id=found.get("business_id"),
    )


def payer_accounts(profile: Mapping[str, Any]) -> set[str]:
    """List every account of ours, without spaces, to know our own statements by."""
    parties = [profile.get(name) or {} for name in _NAMES.values()]
    return {"".join(party["iban"].split()) for party in parties if party.get("iban")}


def backers_account(profile: Mapping[str, Any]) -> str | None:
    """Tell the account kept for backers' money alone, without spaces; None where there is none.

    Only there is money that came in theirs; on a shared account it may be anybody's.
    """
    found = (profile.get(_NAMES[Fund.PRIVATE]) or {}).get("iban")
    return "".join(found.split()) if found else None


def batch_key(profile: Mapping[str, Any], *, year: int, number: int) -> str:
    """Name a batch: the organisation's letters, two digits of the year, a running number.

    It is the bank file's id, so the payer's bank has to have seen none like it.
    """
    organisation = profile.get("payment_organisation") or DEFAULT_ORGANISATION
    return f"{organisation}{year % 100:02d}{number:03d}"
