"""The id of an entry is its number written out, and nothing else is the id of an entry."""

import pytest

from grantengine.ledger.entries import entry_id, entry_number


@pytest.mark.parametrize("number", [1, 42, 999_999_999_999])
def test_an_id_tells_its_number(number):
    assert entry_number(entry_id(number)) == number


def test_an_id_has_twelve_digits_so_that_ids_sort_as_numbers_do():
    assert entry_id(42) == "ent_000000000042"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ent_",
        "ent_42",
        "ent_0000000000042",
        "000000000042",
        "hld_000000000042",
        "0000ent_0000",
        "ent_00000000004x",
        "ent_-00000000042",
        "ent_٠٠٠٠٠٠٠٠٠٠٤٢",
        "ent_00000000004²",
        "ENT_000000000042",
    ],
)
def test_what_is_no_id_names_no_entry(text):
    assert entry_number(text) is None
