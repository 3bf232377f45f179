"""The texts of an entry leave room in their columns for what the ledger adds to them."""

import sqlalchemy as sa

from grantengine.ledger.entries import CAPTURED, LONGEST, REVERSED
from grantengine.ledger.models import TransferRow


def room_of(column):
    return sa.inspect(TransferRow).columns[column].type.length


def test_the_key_of_a_hold_that_is_captured_fits():
    assert LONGEST["key"] + len(CAPTURED) == room_of("key")


def test_the_kind_of_an_entry_that_is_reversed_fits():
    assert LONGEST["kind"] + len(REVERSED) == room_of("kind")


def test_the_fact_that_an_entry_is_about_fits():
    assert LONGEST["about"] == room_of("about")
