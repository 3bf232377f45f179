"""Recounting by column finds what a plain count, transfer by transfer, finds."""

from collections import defaultdict
from itertools import islice

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grantengine.ledger.running import Days, Off, Transfers, recount

ACCOUNTS = st.integers(1, 4)
CENTS = st.integers(1, 10**13)
MOVES = st.lists(
    st.tuples(ACCOUNTS, ACCOUNTS, CENTS, st.integers(-1, 2), st.integers(-1, 2), st.integers(1, 3)),
    max_size=12,
)


def written(moves):
    """Write moves down as the ledger would, a row each: as a list, to be changed by hand."""
    held = defaultdict(lambda: [0, 0])
    rows = []
    for number, (debit, credit, cents, debit_slice, credit_slice, day) in enumerate(moves, 1):
        debited, credited = held[debit, max(debit_slice, 0)], held[credit, max(credit_slice, 0)]
        debited[0] += cents
        after_debit = tuple(debited)
        credited[1] += cents
        slices = (debit_slice, credit_slice)
        rows.append([number, 1, debit, credit, cents, *slices, *after_debit, *credited, day])
    return rows


def added_by_day(rows):
    sums = defaultdict(lambda: [0, 0])
    for row in rows:
        sums[row[2], row[-1]][0] += row[4]
        sums[row[3], row[-1]][1] += row[4]
    return sums


def columns(kind, rows):
    width = len(kind._fields)
    return kind._make(np.array(rows, dtype=np.int64).reshape(-1, width).T)


def days_of(sums):
    return columns(Days, [[*where, *sides] for where, sides in sums.items()])


def in_blocks(rows, size):
    left = iter(rows)
    while block := list(islice(left, size)):
        yield columns(Transfers, block)


def recounted(rows, *, size=5, days=None, added_up=None):
    known = days_of(added_by_day(rows)) if days is None else days
    up_to = len(rows) if added_up is None else added_up
    return recount(in_blocks(rows, size), known, added_up=up_to)


@given(MOVES, st.integers(1, 6))
def test_what_was_written_down_rightly_is_found_right_in_blocks_of_any_size(moves, size):
    rows = written(moves)

    found = recounted(rows, size=size)

    assert (found.rows, found.days) == ([], [])
    sums = defaultdict(lambda: (0, 0))
    for row in rows:
        for account, sides in ((row[2], (row[4], 0)), (row[3], (0, row[4]))):
            sums[account] = (sums[account][0] + sides[0], sums[account][1] + sides[1])
    assert found.sums == sums


@given(MOVES.filter(bool), st.integers(1, 6), st.data())
def test_a_row_that_was_changed_is_named_and_not_all_after_it(moves, size, data):
    rows = written(moves)
    place = data.draw(st.integers(0, len(rows) - 1))
    due = tuple(rows[place][7:9])
    rows[place][7] += 1

    found = recounted(rows, size=size).rows

    assert found[0] == Off((place + 1, 1), due, (due[0] + 1, due[1]))
    # Only who came next on the same account stands on what was changed.
    assert len(found) <= 2


@given(MOVES.filter(bool), st.data())
def test_a_day_that_was_changed_or_taken_away_is_named(moves, data):
    rows = written(moves)
    sums = added_by_day(rows)
    where = data.draw(st.sampled_from(sorted(sums)))
    due = tuple(sums[where])
    if data.draw(st.booleans()):
        sums[where][1] += 7
        seen = tuple(sums[where])
    else:
        del sums[where]
        seen = (0, 0)

    assert recounted(rows, days=days_of(sums)).days == [Off(where, due, seen)]


@given(MOVES, st.integers(0, 12))
def test_what_came_after_the_last_adding_up_is_in_no_day_yet(moves, added_up):
    rows = written(moves)
    days = days_of(added_by_day(rows[:added_up]))

    assert recounted(rows, days=days, added_up=added_up).days == []


def test_numbers_that_a_float_cannot_tell_apart_are_told_apart():
    rows = written([(1, 2, 100, 0, 0, 1), (1, 2, 100, 0, 0, 1)])
    for row in rows:
        row[0] += 2**60
    rows[1][7] += 1

    found = recounted(rows, size=1, added_up=2**61)

    assert found.rows == [Off((2**60 + 2, 1), (200, 0), (201, 0))]


def test_sums_that_a_float_cannot_hold_are_held():
    rows = written([(1, 2, 2**60, 0, 0, 1), (1, 2, 1, 0, 0, 1)])

    found = recounted(rows, size=1)

    assert (found.rows, found.days) == ([], [])
    assert found.sums == {1: (2**60 + 1, 0), 2: (0, 2**60 + 1)}
