"""The general-ledger account (LKP) that a grant is posted to, by kind of recipient."""

import csv
from enum import StrEnum
from functools import cache
from importlib import resources


class RecipientType(StrEnum):
    """The kinds of recipient that the state's chart of accounts tells apart."""

    MUNICIPALITY = "municipality"
    BUSINESS = "business"
    NON_PROFIT = "non_profit"
    UNIVERSITY = "university"
    STATE = "state"
    EU_COUNTRY = "eu_country"
    NON_EU_COUNTRY = "non_eu_country"


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
