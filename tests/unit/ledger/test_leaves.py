"""The hash of an entry and the root of a block, worked out here once more from the documented text."""

import hashlib

import pytest

from grantengine.ledger.leaves import BEGINNING, leaf_hash, root_of

AT, KEY, REQUEST = "2026-09-16 12:00:00.000000", "pledge_made:plg_01", bytes(range(32))
LEAF = (42, AT, KEY, REQUEST)


def sha256(data):
    return hashlib.sha256(data).digest()


def test_an_entry_is_hashed_as_its_number_time_key_and_request():
    text = f'42,2026-09-16 12:00:00.000000,"pledge_made:plg_01",{REQUEST.hex()}'

    assert leaf_hash(LEAF) == sha256(text.encode())


def test_a_key_is_hashed_as_json_in_utf_8():
    text = f'42,{AT},"aikaväli \\"A\\"",{REQUEST.hex()}'

    assert leaf_hash((42, AT, 'aikaväli "A"', REQUEST)) == sha256(text.encode("utf-8"))


@pytest.mark.parametrize(
    "other",
    [
        (43, AT, KEY, REQUEST),
        (42, "2026-09-16 12:00:00.000001", KEY, REQUEST),
        (42, AT, "pledge_made:plg_02", REQUEST),
        (42, AT, KEY, bytes(32)),
    ],
)
def test_whatever_differs_in_an_entry_differs_in_its_hash(other):
    assert leaf_hash(other) != leaf_hash(LEAF)


def test_the_first_root_follows_upon_nothing():
    assert bytes(32) == BEGINNING
    assert root_of(BEGINNING, []) == sha256(bytes(32))


def test_a_root_is_over_the_root_before_it_and_each_hash_in_its_order():
    one, other = sha256(b"one"), sha256(b"other")

    assert root_of(BEGINNING, iter([one, other])) == sha256(bytes(32) + one + other)
    assert root_of(BEGINNING, [one, other]) != root_of(BEGINNING, [other, one])
