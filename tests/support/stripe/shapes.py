"""Stripe's objects in the shape of the official fixtures."""

import copy
import json
from functools import cache

from tests.support.cases import case_path

PREFIXES = {
    "customer": "cus",
    "payment_method": "pm",
    "setup_intent": "seti",
    "payment_intent": "pi",
    "charge": "ch",
    "balance_transaction": "txn",
    "refund": "re",
    "dispute": "dp",
    "payout": "po",
    "event": "evt",
}


def shaped(kind, **values):
    """Copy the official fixture of a kind, with these values in it.

    Raises:
        KeyError: the fixture has no such field, so no client may count on it.
    """
    thing = copy.deepcopy(_fixtures()[kind])
    for name, value in values.items():
        if name not in thing:
            raise KeyError(f"{kind} has no {name}")
        thing[name] = value
    return thing


@cache
def _fixtures():
    text = case_path("stripe-fixtures/fixtures3-subset.json").read_text("utf-8")
    return json.loads(text)["resources"]
