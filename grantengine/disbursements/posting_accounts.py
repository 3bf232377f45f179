"""The general-ledger account (LKP) that a grant is posted to, by kind of recipient."""

import csv
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

from grantengine.programme.lifecycle import OrganisationKind


class RecipientType(StrEnum):
    """The kinds of recipient that the state's chart of accounts tells apart."""

    MUNICIPALITY = "municipality"
    BUSINESS = "business"
    NON_PROFIT = "non_profit"
    UNIVERSITY = "university"
    STATE = "state"
    EU_COUNTRY = "eu_country"
    NON_EU_COUNTRY = "non_eu_country"


# The table knows no account for private people: their grants, and those of working groups, go
# where those of households and associations do, moments 50 to 59 of the budget.
_TYPES: Final = {
    OrganisationKind.MUNICIPALITY: RecipientType.MUNICIPALITY,
    OrganisationKind.ASSOCIATION: RecipientType.NON_PROFIT,
    OrganisationKind.COMPANY: RecipientType.BUSINESS,
    OrganisationKind.UNIVERSITY: RecipientType.UNIVERSITY,
    OrganisationKind.STATE: RecipientType.STATE,
    OrganisationKind.WORKING_GROUP: RecipientType.NON_PROFIT,
    OrganisationKind.PRIVATE_PERSON: RecipientType.NON_PROFIT,
}


def recipient_type(kind: OrganisationKind) -> RecipientType:
    """Say what a body is to the state's chart of accounts."""
    return _TYPES[kind]


def posting_account(recipient: RecipientType) -> str:
    """Give the eight digits to post a grant to; from the grant authority's own table.

    The State Treasury renews its chart of accounts: check `facts/posting_accounts.csv` yearly.
    """
    return _accounts()[recipient]


@cache
def _accounts() -> dict[RecipientType, str]:
    facts = resources.files("grantengine.disbursements") / "facts" / "posting_accounts.csv"
    with facts.open("r", encoding="utf-8") as rows:
        return {
            RecipientType(row["recipient_type"]): row["account"] for row in csv.DictReader(rows)
        }
