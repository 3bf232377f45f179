"""The ledger and a plain Python model of it, driven side by side through whatever may happen.

More examples: HYPOTHESIS_TIMES=20 pytest tests/properties/ledger
"""

import os
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    initialize,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from grantengine.ledger import closing, holds, periods, seals, service
from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.entries import Entry, Transfer
from grantengine.ledger.holds import Hold
from grantengine.ledger.periods import PeriodStatus
from grantengine.money import Money
from tests.support.databases import rolled_back
from tests.support.ledger import TODAY
from tests.support.ledger_beside_model import LedgerBesideModel
from tests.support.ledger_model import capture_of, mirror_of

TIMES = int(os.environ.get("HYPOTHESIS_TIMES", "1"))
CHART = (
    AccountSpec("cash:source", Kind.EQUITY, Fund.PUBLIC, None),
    AccountSpec("cash:pot", Kind.ASSET, Fund.PUBLIC),
    AccountSpec("cash:jar", Kind.ASSET, Fund.PUBLIC),
    AccountSpec("cash:credit-line", Kind.ASSET, Fund.PUBLIC, -500),
    AccountSpec("cash:owed", Kind.LIABILITY, Fund.PUBLIC),
    AccountSpec("cash:private", Kind.ASSET, Fund.PRIVATE),
    AccountSpec("cash:kronor", Kind.ASSET, Fund.PUBLIC, currency="SEK"),
    AccountSpec("pledges:open", Kind.ASSET, Fund.PUBLIC),
)
NAMES = [spec.code for spec in CHART]
# Mostly accounts that may meet, now and then one that may not, or is not there.
CODES = st.sampled_from([*NAMES[:5] * 16, *NAMES[5:], "cash:late"])
SPECS = st.builds(
    AccountSpec,
    code=st.sampled_from(["cash:late", *NAMES]),
    kind=st.sampled_from(Kind),
    fund=st.sampled_from(Fund),
    floor_cents=st.sampled_from([0, -500, None]),
)
CENTS = st.integers(min_value=1, max_value=1000)
LINE = st.tuples(CODES, CODES, CENTS)
LINES = st.lists(LINE, min_size=1, max_size=3)
DAYS = st.integers(min_value=-3, max_value=3).map(lambda days: TODAY + timedelta(days=days))
LAST_DAYS = st.none() | DAYS


class LedgerMachine(LedgerBesideModel):
    """Does to the ledger whatever a programme might, and to the model the same."""

    entries = Bundle("entries")
    held = Bundle("held")
    last_days = Bundle("last_days")

    @initialize(target=held, spread=st.sets(st.sampled_from(NAMES[:5])))
    def begin(self, spread):
        self.spread = set()
        for spec in CHART:
            self.open_account(spec)
        for code in sorted(spread):
            self.spread_account(code)
        self.fill("cash:pot", 1000)
        moved = [Transfer("cash:jar", "cash:pot", Money(600))]
        return self._hold(Hold(self._entry(moved, TODAY), "reason of the first"))

    @rule(spec=SPECS)
    def open_account(self, spec):
        refusal = self.model.refusal_of_opening(spec)
        self.attempt(refusal, lambda session: service.open_account(session, spec, now=self.now))
        if refusal is None:
            self.model.open(spec)

    @rule(code=st.sampled_from(NAMES[:5]))
    def spread_account(self, code):
        """What many may post to at once reads as one account still, in the model too."""
        if code not in self.model.closed:
            self.attempt(None, lambda session: service.spread(session, code))
            self.spread |= {code} if self.database.is_postgresql else set()

    @rule(code=CODES)
    def close_account(self, code):
        if code in self.spread:
            return  # It stays open.
        refusal = self.model.refusal_of_closing(code)
        self.attempt(refusal, lambda session: closing.close_account(session, code, now=self.now))
        if refusal is None:
            self.model.closed.add(code)

    @precondition(lambda self: self.model.closed)
    @rule()
    def reopen_accounts(self):
        for code in self.model.closed:
            self.attempt(None, lambda session, code=code: closing.reopen_account(session, code))
        self.model.closed.clear()

    @rule(target=entries, code=CODES, cents=CENTS)
    def fill(self, code, cents):
        """Bring money in, so that there is something to spend."""
        debit_normal = self.model.specs[code].debit_normal if code in self.model.specs else True
        source = "cash:source" if code != "cash:source" else "cash:pot"
        sides = (code, source) if debit_normal else (source, code)
        return self._post(self._entry([Transfer(*sides, Money(cents))], TODAY))

    @rule(target=entries, lines=LINES, on=DAYS)
    def post(self, lines, on):
        entry = self._entry(transfers(lines), on)
        return multiple() if entry is None else self._post(entry)

    @rule(
        target=entries, batch=st.lists(LINES, min_size=1, max_size=4), on=DAYS, twice=st.booleans()
    )
    def post_many(self, batch, on, twice):
        entries = [self._entry(transfers(lines), on) for lines in batch if transfers(lines)]
        entries += entries[:1] if twice else []
        refusal, row = self.model.refusal_of_batch(entries)
        ids = self.attempt(
            refusal, lambda session: service.post_many(session, entries, now=self.now), row=row
        )
        for entry, entry_id in zip(entries, ids or [], strict=False):
            self.model.post(entry, entry_id)
        return multiple(*[self.model.posted[entry.key] for entry in entries if ids])

    @rule(lines=LINES)
    def post_and_change_ones_mind(self, lines):
        entry = self._entry(transfers(lines), TODAY)
        if entry is not None and self.model.refusal_of(entry) is None:
            with rolled_back(self.database) as session:
                service.post(session, entry, now=self.now)

    @rule(posted=entries)
    def post_again(self, posted):
        if posted.reverses is None:
            self._post(posted.entry)

    @rule(posted=entries, cents=CENTS)
    def post_something_else_under_the_same_key(self, posted, cents):
        first, *rest = posted.entry.transfers
        changed = [Transfer(first.debit, first.credit, Money(cents)), *rest]
        self._post(Entry(posted.entry.key, "moved", "tst_01", posted.entry.effective_on, changed))

    @rule(target=entries, posted=entries, on=DAYS, times=st.sampled_from([1, 1, 2]))
    def reverse(self, posted, on, times):
        self.number += 1
        key = f"back {self.number}"
        for _ in range(times):
            refusal = self.model.refusal_of_reversal(posted, key, on)
            entry_id = self.attempt(
                refusal,
                lambda session: service.reverse(
                    session, posted.id, key=key, effective_on=on, now=self.now
                ),
            )
            if refusal is not None:
                return multiple()
            self.model.post(mirror_of(posted.entry, key, on), entry_id, reverses=posted.id)
        return self.model.posted[key]

    @rule(target=held, line=LINE, last_on=LAST_DAYS, again=st.booleans())
    def hold(self, line, last_on, again):
        entry = self._entry(transfers([line]), TODAY)
        if entry is None:
            return multiple()
        # Sometimes for a reason that there was before.
        reason = f"reason of key {self.number - 1}" if again else f"reason of {entry.key}"
        return self._hold(Hold(entry, reason, last_on))

    @rule(one=held)
    def hold_again(self, one):
        self._hold(one.wanted)

    @rule(target=entries, one=held, part=st.sampled_from([1, 1, 2, 0.5]), on=DAYS)
    def capture(self, one, part, on):
        amount = Money(max(1, int(one.transfer.amount.cents * part)))
        if one.transfer.amount.currency != "EUR":
            return multiple()
        refusal = self.model.refusal_of_capture(one, amount, on)
        entry_id = self.attempt(
            refusal,
            lambda session: holds.capture(
                session, one.id, amount=amount, effective_on=on, now=self.now
            ),
        )
        if refusal is not None:
            return multiple()
        entry, one.outcome = capture_of(one, amount, on), "captured"
        self.model.post(entry, entry_id)
        return self.model.posted[entry.key]

    @rule(one=held)
    def release(self, one):
        refusal = self.model.refusal_of_release(one)
        self.attempt(refusal, lambda session: holds.release(session, one.id, now=self.now))
        if refusal is None:
            self.model.release(one)

    @precondition(lambda self: self.model.standing())
    @rule(on=DAYS)
    def expire(self, on):
        count = self.attempt(None, lambda session: holds.expire(session, on=on, now=self.now))
        assert count == self.model.expire(on)

    @rule(target=last_days, first_on=DAYS, days=st.integers(min_value=-1, max_value=1))
    def open_period(self, first_on, days):
        last_on = first_on + timedelta(days=days)
        refusal = self.model.refusal_of_period(first_on, last_on)
        span = {"first_on": first_on, "last_on": last_on}
        self.attempt(refusal, lambda session: periods.open_period(session, **span, now=self.now))
        if refusal is not None:
            return multiple()
        self.model.periods[last_on] = (first_on, "open")
        return last_on

    @rule(last_on=st.one_of(last_days, last_days, DAYS), status=st.sampled_from(PeriodStatus))
    def move_period(self, last_on, status):
        refusal = self.model.refusal_of_period_move(status, last_on)
        self.attempt(
            refusal,
            lambda session: periods.move_period(session, status, last_on=last_on, now=self.now),
        )
        if refusal is None:
            self.model.move_period(status, last_on)

    @rule()
    def seal(self):
        self.attempt(None, lambda session: seals.seal(session, now=self.now))

    def _entry(self, moved, on):
        self.number += 1
        return Entry(f"key {self.number}", "moved", "tst_01", on, moved) if moved else None

    def _post(self, entry):
        refusal = self.model.refusal_of(entry)
        entry_id = self.attempt(refusal, lambda session: service.post(session, entry, now=self.now))
        if refusal is not None:
            return multiple()
        self.model.post(entry, entry_id)
        assert self.model.posted[entry.key].id == entry_id
        return self.model.posted[entry.key]

    def _hold(self, wanted):
        refusal = self.model.refusal_of_hold(wanted)
        hold_id = self.attempt(refusal, lambda session: holds.hold(session, wanted, now=self.now))
        if refusal is not None:
            return multiple()
        self.model.hold(wanted, hold_id)
        assert self.model.holds[wanted.entry.key].id == hold_id
        return self.model.holds[wanted.entry.key]


def transfers(lines):
    """Leave out what would have one account on both sides: no entry can be made of it."""
    return [Transfer(one, other, Money(cents)) for one, other, cents in lines if one != other]


def drive(databases, *, examples, steps):
    run_state_machine_as_test(
        lambda: LedgerMachine(databases),
        settings=settings(
            max_examples=examples * TIMES,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_on_sqlite_the_ledger_does_what_its_model_does(sqlite_databases):
    drive(sqlite_databases, examples=15, steps=30)


def test_on_postgresql_the_ledger_does_what_its_model_does(postgresql_databases):
    drive(postgresql_databases, examples=5, steps=30)
