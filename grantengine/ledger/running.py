"""Recounting what accounts held after each transfer, and what they moved, all and by day.

A side of a transfer is held against the one before it on the same account, as that was written
down: so the first one that is off is named, and not all after it. Sums are 64 bits wide, as the
database's own are.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.int64]
Amounts = tuple[int, int]


class Transfers(NamedTuple):
    """Some transfers in the order of the ledger, a column of each of their numbers."""

    number: Column
    line: Column
    debit_account_id: Column
    credit_account_id: Column
    amount_cents: Column
    debit_slice: Column
    credit_slice: Column
    debit_debit_cents: Column
    debit_credit_cents: Column
    credit_debit_cents: Column
    credit_credit_cents: Column
    day: Column


class Days(NamedTuple):
    """The sums by day, a column of each of their numbers."""

    account_id: Column
    day: Column
    debit_cents: Column
    credit_cents: Column


class Off(NamedTuple):
    """Debits and credits that are not what they should be.

    Attributes:
        where: a transfer's number and line; or an account and the ordinal of a day.
    """

    where: Amounts
    due: Amounts
    found: Amounts


@dataclass(frozen=True, slots=True)
class Recount:
    """What going through all transfers gave.

    Attributes:
        rows: those after which an account does not hold what it should, in the ledger's order.
        days: sums by day that are off, or lacking.
        sums: debits and credits of each account, by the amounts of its transfers alone.
    """

    rows: list[Off]
    days: list[Off]
    sums: dict[int, Amounts]


class _Sides(NamedTuple):
    """Both sides of transfers: what each moved, and what its account, or slice, held then."""

    number: Column
    line: Column
    account: Column
    part: Column
    day: Column
    debit: Column
    credit: Column
    debits: Column
    credits: Column

    def only(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> "_Sides":
        return _Sides(*(column[which] for column in self))


class _Sums(NamedTuple):
    """Sums of what moved, by two numbers: of an account, and of its slice or a day."""

    first: Column
    second: Column
    debit: Column
    credit: Column


def recount(blocks: Iterable[Transfers], known: Days, *, added_up: int) -> Recount:
    """Go through transfers once.

    Args:
        blocks: all transfers in the order of the ledger, some at a time.
        known: the sums by day as they were written down.
        added_up: the last entry that is in them.
    """
    rows: list[Off] = []
    held = _Sides(*(np.empty(0, np.int64) for _ in _Sides._fields))
    moved = _Sums(*held[:4])
    by_day = _Sums(known.account_id, known.day, -known.debit_cents, -known.credit_cents)
    for block in blocks:
        sides = _sides(block)
        found, held = _running(held, sides)
        rows += found
        moved = _added(moved, _Sums(sides.account, sides.part, sides.debit, sides.credit))
        early = sides.only(sides.number <= added_up)
        by_day = _added(by_day, _Sums(early.account, early.day, early.debit, early.credit))
    return Recount(rows, _days_off(by_day, known), _by_account(moved))


def _sides(block: Transfers) -> _Sides:
    nothing = np.zeros(block.number.size, np.int64)
    return _Sides(
        number=np.repeat(block.number, 2),
        line=np.repeat(block.line, 2),
        account=_in_turn(block.debit_account_id, block.credit_account_id),
        # -1 is the account's own row too, once it is spread.
        part=np.maximum(_in_turn(block.debit_slice, block.credit_slice), 0),
        day=np.repeat(block.day, 2),
        debit=_in_turn(block.amount_cents, nothing),
        credit=_in_turn(nothing, block.amount_cents),
        debits=_in_turn(block.debit_debit_cents, block.credit_debit_cents),
        credits=_in_turn(block.debit_credit_cents, block.credit_credit_cents),
    )


def _in_turn(debit: Column, credit: Column) -> Column:
    return np.column_stack((debit, credit)).ravel()


def _running(held: _Sides, sides: _Sides) -> tuple[list[Off], _Sides]:
    """Find the sides that are off; give them, and what every account held last."""
    both = _Sides(*map(np.concatenate, zip(held, sides, strict=True)))
    order = np.lexsort((both.part, both.account))
    both = both.only(order)
    begins = _begins(both.account, both.part)
    due_debits = both.debit + np.where(begins, 0, np.roll(both.debits, 1))
    due_credits = both.credit + np.where(begins, 0, np.roll(both.credits, 1))
    is_off = (due_debits != both.debits) | (due_credits != both.credits)
    # What was held before has been looked at.
    off = np.flatnonzero(is_off & (order >= held.number.size))
    found = zip(
        _pairs(both.number[off], both.line[off]),
        _pairs(due_debits[off], due_credits[off]),
        _pairs(both.debits[off], both.credits[off]),
        strict=True,
    )
    return sorted(map(Off._make, found)), both.only(np.roll(begins, -1))


def _added(sums: _Sums, more: _Sums) -> _Sums:
    both = _Sums(*map(np.concatenate, zip(sums, more, strict=True)))
    order = np.lexsort((both.second, both.first))
    first, second = both.first[order], both.second[order]
    at = np.flatnonzero(_begins(first, second))
    debit, credit = (np.add.reduceat(each[order], at) for each in (both.debit, both.credit))
    return _Sums(first[at], second[at], debit, credit)


def _begins(first: Column, second: Column) -> NDArray[np.bool_]:
    """Tell of sorted rows where another account, or another part of it, begins."""
    begins = np.ones(first.size, np.bool_)
    begins[1:] = (first[1:] != first[:-1]) | (second[1:] != second[:-1])
    return begins


def _days_off(by_day: _Sums, known: Days) -> list[Off]:
    """Find what is left when the sums by day were taken off what moved on each."""
    off = by_day.debit.astype(bool) | by_day.credit.astype(bool)
    first, second, debit, credit = (column[off] for column in by_day)
    kept = dict(
        zip(
            _pairs(known.account_id, known.day),
            _pairs(known.debit_cents, known.credit_cents),
            strict=True,
        )
        if off.any()
        else ()
    )
    found = []
    for where, (debits, credited) in zip(_pairs(first, second), _pairs(debit, credit), strict=True):
        seen = kept.get(where, (0, 0))
        found.append(Off(where, (seen[0] + debits, seen[1] + credited), seen))
    return found


def _by_account(moved: _Sums) -> dict[int, Amounts]:
    sums: dict[int, Amounts] = {}
    for (account, _), (debit, credit) in zip(
        _pairs(moved.first, moved.second), _pairs(moved.debit, moved.credit), strict=True
    ):
        before = sums.get(account, (0, 0))
        sums[account] = (before[0] + debit, before[1] + credit)
    return sums


def _pairs(first: Column, second: Column) -> list[Amounts]:
    return list(zip(first.tolist(), second.tolist(), strict=True))
