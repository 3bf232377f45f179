"""The accounts that public payments move through, besides those of the budget view."""

from typing import Final

from grantengine.ledger.accounts import AccountSpec, Fund, Kind

IN_TRANSIT: Final = AccountSpec("cash:in_transit", Kind.ASSET, Fund.PUBLIC)


def grants_account(*, ledger_account: str, envelope: str) -> AccountSpec:
    """Give the account that holds grants paid from an envelope, by general-ledger account."""
    return AccountSpec(f"cash:grants:{ledger_account}:{envelope}", Kind.EXPENSE, Fund.PUBLIC)
