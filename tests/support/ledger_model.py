"""A ledger as simple as it can be: dictionaries, and rules written out one after the other.

It knows nothing of the real one but its words. Each command has a question that says with which
error it must be refused, None when it must be done, and a method that then does it.
"""

import copy
from dataclasses import dataclass, field
from datetime import date

from grantengine.ledger.accounts import AccountSpec
from grantengine.ledger.entries import Entry, Transfer
from grantengine.ledger.errors import (
    AccountClosedError,
    AccountExistsError,
    AccountNotEmptyError,
    AlreadyReversedError,
    CrossingError,
    HoldEndedError,
    HoldExceededError,
    KeyReusedError,
    OverdraftError,
    PeriodClosedError,
    PeriodOverlapError,
    ReasonHeldError,
    ReversalOfReversalError,
    UnknownAccountError,
    UnknownPeriodError,
)
from grantengine.ledger.holds import Hold
from grantengine.ledger.periods import PeriodStatus
from grantengine.transitions import IllegalMoveError

MOVES = {("open", "closed"), ("closed", "open"), ("closed", "locked")}


@dataclass
class Posted:
    """An entry, and what it takes back."""

    id: str
    entry: Entry
    reverses: str | None = None


@dataclass
class Held:
    """A hold, and how it ended."""

    id: str
    wanted: Hold
    outcome: str | None = None

    @property
    def transfer(self):
        return self.wanted.entry.transfers[0]


@dataclass
class Model:
    """What is known: accounts with their nets (debits positive), entries, holds, periods."""

    specs: dict[str, AccountSpec] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    net: dict[str, int] = field(default_factory=dict)
    posted: dict[str, Posted] = field(default_factory=dict)  # by key
    holds: dict[str, Held] = field(default_factory=dict)  # by key
    periods: dict[date, tuple[date, str]] = field(default_factory=dict)  # by last day

    # Accounts

    def refusal_of_opening(self, spec):
        return None if self.specs.get(spec.code, spec) == spec else AccountExistsError

    def open(self, spec):
        self.specs[spec.code] = spec
        self.net.setdefault(spec.code, 0)

    def refusal_of_closing(self, code):
        if code not in self.specs:
            return UnknownAccountError
        touched = any(code in sides(held.transfer) for held in self.standing())
        return AccountNotEmptyError if self.net[code] or touched else None

    def balance(self, code):
        return self._in_its_direction(code, self.net[code])

    def available(self, code):
        """How far an account is above its floor, None without one; holds are taken off."""
        floor = self.specs[code].floor_cents
        leaving = sum(
            held.transfer.amount.cents
            for held in self.standing()
            if code in sides(held.transfer) and self._falls(code, held.transfer)
        )
        return None if floor is None else self.balance(code) - leaving - floor

    # Entries

    def refusal_of(self, entry):
        known = self.posted.get(entry.key)
        if known is not None:
            return None if content(known.entry) == content(entry) else KeyReusedError
        if self._status_on(entry.effective_on) != "open":
            return PeriodClosedError
        return self._refusal_of_moving(entry)

    def refusal_of_reversal(self, original, key, on):
        if original.reverses is not None:
            return ReversalOfReversalError
        mirror = mirror_of(original.entry, key, on)
        if key not in self.posted and any(p.reverses == original.id for p in self.posted.values()):
            return AlreadyReversedError
        return self.refusal_of(mirror)

    def refusal_of_batch(self, entries):
        """Say with which error, and on which row counted from 1."""
        trial = copy.deepcopy(self)
        for row, entry in enumerate(entries, start=1):
            refusal = trial.refusal_of(entry)
            if refusal is not None:
                return refusal, row
            trial.post(entry, f"row {row}")
        return None, None

    def post(self, entry, entry_id, reverses=None):
        if entry.key in self.posted:
            return
        self.posted[entry.key] = Posted(entry_id, entry, reverses)
        for each in entry.transfers:
            self.net[each.debit] += each.amount.cents
            self.net[each.credit] -= each.amount.cents

    # Holds

    def standing(self):
        return [held for held in self.holds.values() if held.outcome is None]

    def refusal_of_hold(self, wanted):
        known = self.holds.get(wanted.entry.key)
        if known is not None:
            same = (content(known.wanted.entry), known.wanted.reason) == (
                content(wanted.entry),
                wanted.reason,
            )
            return None if same else KeyReusedError
        if any(held.wanted.reason == wanted.reason for held in self.holds.values()):
            return ReasonHeldError
        return self._refusal_of_moving(wanted.entry)

    def hold(self, wanted, hold_id):
        self.holds.setdefault(wanted.entry.key, Held(hold_id, wanted))

    def refusal_of_capture(self, held, amount, on):
        last_on = held.wanted.expires_on
        if held.outcome not in {None, "captured"}:
            return HoldEndedError
        if held.outcome is None and last_on is not None and on > last_on:
            return HoldEndedError
        if amount.cents > held.transfer.amount.cents:
            return HoldExceededError
        trial = copy.deepcopy(self)
        trial.holds[held.wanted.entry.key].outcome = "captured"
        return trial.refusal_of(capture_of(held, amount, on))

    def refusal_of_release(self, held):
        return HoldEndedError if held.outcome == "captured" else None

    def release(self, held):
        held.outcome = held.outcome or "released"

    def expire(self, on):
        over = [h for h in self.standing() if h.wanted.expires_on and h.wanted.expires_on < on]
        for held in over:
            held.outcome = "expired"
        return len(over)

    # Periods

    def refusal_of_period(self, first_on, last_on):
        overlaps = any(
            first <= last_on and last >= first_on for last, (first, _) in self.periods.items()
        )
        return PeriodOverlapError if overlaps or first_on > last_on else None

    def refusal_of_period_move(self, target, last_on):
        if last_on not in self.periods:
            return UnknownPeriodError
        allowed = (self.periods[last_on][1], str(target)) in MOVES
        return None if allowed else IllegalMoveError

    def move_period(self, target: PeriodStatus, last_on):
        self.periods[last_on] = (self.periods[last_on][0], str(target))

    def _status_on(self, day):
        for last, (first, status) in self.periods.items():
            if first <= day <= last:
                return status
        return "open"

    # Rules about moving money, for entries and holds alike

    def _refusal_of_moving(self, entry):
        for code in sorted({code for each in entry.transfers for code in sides(each)}):
            if code not in self.specs:
                return UnknownAccountError
            if code in self.closed:
                return AccountClosedError
        if any(self._crosses(each) for each in entry.transfers):
            return CrossingError
        left = {code: self.available(code) for code in self.specs}
        for each in entry.transfers:
            for code in sides(each):
                if left[code] is None:
                    continue
                falls = self._falls(code, each)
                left[code] += -each.amount.cents if falls else each.amount.cents
                if falls and left[code] < 0:
                    return OverdraftError
        return None

    def _crosses(self, transfer):
        debit, credit = self.specs[transfer.debit], self.specs[transfer.credit]
        same = (debit.book, debit.fund, debit.currency) == (
            credit.book,
            credit.fund,
            credit.currency,
        )
        return not same or transfer.amount.currency != debit.currency

    def _falls(self, code, transfer):
        return (code == transfer.credit) == self.specs[code].debit_normal

    def _in_its_direction(self, code, net):
        return net if self.specs[code].debit_normal else -net


def sides(transfer):
    return transfer.debit, transfer.credit


def content(entry):
    """What two entries under one key must have in common."""
    return entry.kind, entry.about, entry.effective_on, list(entry.transfers)


def mirror_of(entry, key, on):
    """Write a reversal out anew, not with the ledger's own function."""
    turned = [Transfer(each.credit, each.debit, each.amount) for each in entry.transfers[::-1]]
    return Entry(key, f"{entry.kind}_reversed", entry.about, on, turned)


def capture_of(held, amount, on):
    """Write out what a capture posts."""
    entry = held.wanted.entry
    transfers = [Transfer(held.transfer.debit, held.transfer.credit, amount)]
    return Entry(f"{entry.key}:captured", entry.kind, entry.about, on, transfers)
