"""Entries are balanced by construction, and say what is wrong with them before they are posted."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grantengine.ledger.entries import LONGEST, Entry, PostedEntry, Transfer, reversal_of
from grantengine.ledger.errors import EntryTextError, InvalidTransferError
from grantengine.money import Money, eur
from tests.support.ledger import TODAY, an_entry

CODES = st.sampled_from(["cash:pot", "cash:jar", "cash:source"])
AMOUNTS = st.integers(min_value=1, max_value=10**9).map(Money)
TRANSFERS = st.builds(Transfer, CODES, CODES, AMOUNTS).filter(
    lambda each: each.debit != each.credit
)


def posted(transfers, **wishes):
    fields = {
        "id": "ent_01",
        "key": "first",
        "kind": "moved",
        "about": "tst_01",
        "effective_on": TODAY,
        "booked_at": datetime(2026, 9, 16, tzinfo=UTC),
        "reverses": None,
        "request_hash": "",
        "transfers": transfers,
    }
    return PostedEntry(**(fields | wishes))


def test_an_entry_without_a_transfer_is_refused():
    with pytest.raises(InvalidTransferError) as refusal:
        an_entry("nothing")

    assert refusal.value.details == {"line": 0, "reason": "no_transfer"}


@pytest.mark.parametrize("amount", ["0.00", "-1.00"])
def test_an_amount_that_is_not_positive_is_refused_with_its_line(amount):
    with pytest.raises(InvalidTransferError) as refusal:
        an_entry("k", ("cash:pot", "cash:source", "1.00"), ("cash:jar", "cash:pot", amount))

    assert refusal.value.details == {"line": 2, "reason": "amount_not_positive"}


def test_one_account_on_both_sides_is_refused_with_its_line():
    with pytest.raises(InvalidTransferError) as refusal:
        an_entry("k", ("cash:pot", "cash:pot", "1.00"))

    assert refusal.value.details == {"line": 1, "reason": "same_account"}


def test_an_entry_names_each_account_it_touches_once_and_in_order():
    entry = an_entry("k", ("cash:pot", "cash:source", "1.00"), ("cash:jar", "cash:pot", "1.00"))

    assert entry.account_codes == ["cash:jar", "cash:pot", "cash:source"]


def test_the_fingerprint_is_that_of_the_documented_text():
    # printf '["moved","tst_01","2026-09-16",[["cash:pot","cash:source",100,"EUR"]]]' | sha256sum
    entry = an_entry("k", ("cash:pot", "cash:source", "1.00"))

    assert entry.request_hash == (
        "cdfad34da3ab01d859eed7373fe68b6460696ad4e157c4d04d8c6808f15f190a"
    )


def test_the_key_is_no_part_of_the_fingerprint():
    line = ("cash:pot", "cash:source", "1.00")

    assert an_entry("one", line).request_hash == an_entry("two", line).request_hash


@pytest.mark.parametrize(
    "other",
    [
        an_entry("k", ("cash:pot", "cash:source", "1.01")),
        an_entry("k", ("cash:source", "cash:pot", "1.00")),
        an_entry("k", ("cash:jar", "cash:source", "1.00")),
        an_entry("k", ("cash:pot", "cash:source", "1.00"), kind="given"),
        an_entry("k", ("cash:pot", "cash:source", "1.00"), about="tst_02"),
        an_entry("k", ("cash:pot", "cash:source", "1.00"), on=date(2026, 9, 17)),
        an_entry("k", ("cash:pot", "cash:source", "0.60"), ("cash:pot", "cash:source", "0.40")),
        Entry(
            "k", "moved", "tst_01", TODAY, [Transfer("cash:pot", "cash:source", Money(100, "SEK"))]
        ),
    ],
)
def test_whatever_differs_in_content_differs_in_fingerprint(other):
    assert other.request_hash != an_entry("k", ("cash:pot", "cash:source", "1.00")).request_hash


def test_the_order_of_lines_is_part_of_the_content():
    one, two = ("cash:pot", "cash:source", "1.00"), ("cash:jar", "cash:pot", "1.00")

    assert an_entry("k", one, two).request_hash != an_entry("k", two, one).request_hash


def test_a_reversal_turns_every_transfer_and_keeps_the_fact():
    original = posted([Transfer("cash:pot", "cash:source", eur("5.00"))])

    mirror = reversal_of(original, key="back", effective_on=date(2026, 10, 1))

    assert mirror == Entry(
        key="back",
        kind="moved_reversed",
        about="tst_01",
        effective_on=date(2026, 10, 1),
        transfers=[Transfer("cash:source", "cash:pot", eur("5.00"))],
    )


def test_a_reversal_turns_the_last_transfer_first():
    through = [
        Transfer("cash:pot", "cash:source", eur("5.00")),
        Transfer("cash:jar", "cash:pot", eur("4.00")),
    ]

    assert reversal_of(posted(through), key="back", effective_on=TODAY).transfers == [
        Transfer("cash:pot", "cash:jar", eur("4.00")),
        Transfer("cash:source", "cash:pot", eur("5.00")),
    ]


@given(st.lists(TRANSFERS, min_size=1, max_size=6))
def test_an_entry_and_its_reversal_leave_every_account_as_it_was(transfers):
    mirror = reversal_of(posted(transfers), key="back", effective_on=TODAY)

    changes = dict.fromkeys(["cash:pot", "cash:jar", "cash:source"], 0)
    for each in [*transfers, *mirror.transfers]:
        changes[each.debit] += each.amount.cents
        changes[each.credit] -= each.amount.cents

    assert set(changes.values()) == {0}


@given(st.lists(TRANSFERS, min_size=1, max_size=4))
def test_a_fingerprint_is_the_same_each_time(transfers):
    again = [replace(each) for each in transfers]

    one, two = (Entry("k", "k", "a", TODAY, each) for each in (transfers, again))
    assert one.request_hash == two.request_hash


def test_what_takes_an_entry_back_is_not_what_only_looks_like_it():
    entry = an_entry("k", ("cash:pot", "cash:source", "1.00"))

    hashes = {entry.fingerprint(), entry.fingerprint("ent_1"), entry.fingerprint("ent_2")}
    assert len(hashes) == 3


@pytest.mark.parametrize("field", LONGEST)
@pytest.mark.parametrize("text", ["", "nul \0", "\ud800", "too long"])
def test_a_text_that_no_database_would_keep_is_refused(field, text):
    text = "x" * (LONGEST[field] + 1) if text == "too long" else text
    fields = {"key": "k", "kind": "k", "about": "a"} | {field: text}
    transfers = [Transfer("cash:pot", "cash:source", eur("1.00"))]

    with pytest.raises(EntryTextError) as refusal:
        Entry(effective_on=TODAY, transfers=transfers, **fields)

    assert refusal.value.details == {"field": field, "longest": LONGEST[field]}
