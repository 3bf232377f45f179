"""The texts of an entry: how long they may be, and how they are hashed."""

import hashlib
import json
from datetime import date

import pytest
import sqlalchemy as sa

from grantengine.ledger.entries import CAPTURED, LONGEST, REVERSED, Entry, Transfer
from grantengine.ledger.errors import EntryTextError
from grantengine.ledger.models import TransferRow
from grantengine.money import eur


def room_of(column):
    return sa.inspect(TransferRow).columns[column].type.length


def test_the_key_of_a_hold_that_is_captured_fits():
    assert LONGEST["key"] + len(CAPTURED) == room_of("key")


def test_the_kind_of_an_entry_that_is_reversed_fits():
    assert LONGEST["kind"] + len(REVERSED) == room_of("kind")


def test_the_fact_that_an_entry_is_about_fits():
    assert LONGEST["about"] == room_of("about")


@pytest.mark.parametrize("field", LONGEST)
def test_a_text_may_be_as_long_as_that_and_no_longer(field):
    texts = {"key": "k", "kind": "moved", "about": "tst_01"}

    assert an_entry_of(**texts | {field: "x" * LONGEST[field]})
    with pytest.raises(EntryTextError) as refusal:
        an_entry_of(**texts | {field: "x" * (LONGEST[field] + 1)})
    assert refusal.value.details == {"field": field, "longest": LONGEST[field]}


@pytest.mark.parametrize("reverses", [None, "ent_000000000007"])
def test_what_is_hashed_is_json_that_anybody_can_write(reverses):
    entry = an_entry_of(key="k", kind="moved", about="tst_01")
    lines = [["cash:jar", "cash:pot", 100, "EUR"], ["cash:tin", "cash:pot", 250, "EUR"]]
    told = ["moved", "tst_01", "2026-09-16", lines, *([reverses] if reverses else [])]
    text = json.dumps(told, separators=(",", ":"))

    assert entry.fingerprint(reverses) == hashlib.sha256(text.encode()).digest()


def an_entry_of(**texts):
    transfers = [
        Transfer("cash:jar", "cash:pot", eur("1.00")),
        Transfer("cash:tin", "cash:pot", eur("2.50")),
    ]
    return Entry(effective_on=date(2026, 9, 16), transfers=transfers, **texts)
