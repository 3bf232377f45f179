"""The accounts that public payments move through, besides those of the budget view."""

from typing import Final

from grantengine.ledger.accounts import AccountSpec, Fund, Kind

IN_TRANSIT: Final = AccountSpec("cash:in_transit", Kind.ASSET, Fund.PUBLIC)


def grants_account(*, ledger_account: str, envelope: str) -> AccountSpec:
    """Give the account that holds grants paid from an envelope, by general-ledger account."""
    code = f"cash:grants:{ledger_account}:{envelope}"
    # Below zero when a payment of a year that is closed comes back.
    return AccountSpec(code, Kind.EXPENSE, Fund.PUBLIC, floor_cents=None)
