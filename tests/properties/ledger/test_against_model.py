"""The ledger and a plain Python model of it, driven side by side through whatever may happen."""

from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from grantengine.db import Database
from grantengine.ledger import audit, queries, service
from grantengine.ledger.accounts import AccountSpec, Fund, Kind
from grantengine.ledger.entries import Entry, Transfer
from grantengine.ledger.errors import (
    AccountExistsError,
    AlreadyReversedError,
    CrossingError,
    KeyReusedError,
    LedgerError,
    OverdraftError,
    ReversalOfReversalError,
)
from grantengine.money import Money
from tests.support.databases import rolled_back
from tests.support.ledger import NOON, TODAY

CHART = (
    AccountSpec("cash:source", Kind.EQUITY, Fund.PUBLIC, None),
    AccountSpec("cash:pot", Kind.ASSET, Fund.PUBLIC),
    AccountSpec("cash:jar", Kind.ASSET, Fund.PUBLIC),
    AccountSpec("cash:credit-line", Kind.ASSET, Fund.PUBLIC, -500),
    AccountSpec("cash:owed", Kind.LIABILITY, Fund.PUBLIC),
    AccountSpec("cash:private", Kind.ASSET, Fund.PRIVATE),
    AccountSpec("pledges:source", Kind.INCOME, Fund.PUBLIC, None),
    AccountSpec("pledges:open", Kind.ASSET, Fund.PUBLIC),
)
NAMES = [spec.code for spec in CHART]
# Mostly accounts that may meet, now and then one that may not.
CODES = st.sampled_from([*NAMES[:5] * 4, *NAMES[5:]])
SPECS = st.builds(
    AccountSpec,
    code=st.sampled_from(["cash:late", *NAMES]),
    kind=st.sampled_from(Kind),
    fund=st.sampled_from(Fund),
    floor_cents=st.sampled_from([0, -500, None]),
)
CENTS = st.integers(min_value=1, max_value=1000)
LINES = st.lists(st.tuples(CODES, CODES, CENTS), min_size=1, max_size=4)
DAYS = st.integers(min_value=-3, max_value=3)


@dataclass
class Posted:
    """What the model remembers of an entry."""

    id: str
    entry: Entry
    reverses: str | None = None


@dataclass
class Model:
    """A ledger as simple as it can be: a dictionary of nets, debits positive."""

    specs: dict[str, AccountSpec] = field(default_factory=dict)
    net: dict[str, int] = field(default_factory=dict)
    posted: dict[str, Posted] = field(default_factory=dict)  # by key

    def open(self, spec):
        if self.specs.get(spec.code, spec) != spec:
            return AccountExistsError
        self.specs[spec.code] = spec
        self.net.setdefault(spec.code, 0)
        return None

    def refusal_of(self, entry):
        """Say with which error an entry must be refused, None when it must be posted."""
        known = self.posted.get(entry.key)
        if known is not None:
            return None if same_content(known.entry, entry) else KeyReusedError
        if any(self._crosses(each) for each in entry.transfers):
            return CrossingError
        net = dict(self.net)
        for each in entry.transfers:
            net[each.debit] += each.amount.cents
            net[each.credit] -= each.amount.cents
            if self._is_below(net, each.debit) or self._is_below(net, each.credit):
                return OverdraftError
        return None

    def refusal_of_reversal(self, original, key):
        if original.reverses is not None:
            return ReversalOfReversalError
        for other_key, each in self.posted.items():
            if each.reverses == original.id and other_key != key:
                return AlreadyReversedError
        return self.refusal_of(mirror_of(original.entry, key))

    def post(self, entry, entry_id, reverses=None):
        if entry.key in self.posted:
            assert self.posted[entry.key].id == entry_id
            return
        self.posted[entry.key] = Posted(entry_id, entry, reverses)
        for each in entry.transfers:
            self.net[each.debit] += each.amount.cents
            self.net[each.credit] -= each.amount.cents

    def balance(self, code):
        return self.net[code] if self.specs[code].debit_normal else -self.net[code]

    def _crosses(self, transfer):
        debit, credit = self.specs[transfer.debit], self.specs[transfer.credit]
        return (debit.book, debit.fund) != (credit.book, credit.fund)

    def _is_below(self, net, code):
        floor = self.specs[code].floor_cents
        balance = net[code] if self.specs[code].debit_normal else -net[code]
        return floor is not None and balance < floor


class LedgerMachine(RuleBasedStateMachine):
    """Does to the ledger whatever a programme might, and to the model the same."""

    entries = Bundle("entries")

    def __init__(self, databases):
        super().__init__()
        self._fresh = databases.fresh_url()
        self.database = Database(self._fresh.__enter__())
        if not self.database.is_postgresql:
            sa.event.listen(self.database.engine, "connect", do_not_wait_for_the_disk)
        self.model = Model()
        self.number = 0
        self.now = NOON

    @initialize()
    def begin(self):
        for spec in CHART:
            self.open(spec)

    @rule(spec=SPECS)
    def open(self, spec):
        expected = self.model.open(spec)
        self._attempt(expected, lambda session: service.open_account(session, spec, now=self.now))

    @rule(target=entries, lines=LINES, days=DAYS)
    def post(self, lines, days):
        entry = self._entry(lines, days)
        return multiple() if entry is None else self._post(entry)

    @rule(target=entries, code=CODES, cents=CENTS)
    def fill(self, code, cents):
        """Bring money in, so that there is something to spend."""
        return self._post(self._with_key([self._filling(code, cents)], 0))

    @rule(code=CODES, last=CODES, cents=CENTS)
    def pass_through_and_back(self, code, last, cents):
        """Bring money into one account and on into another in one entry, and take that back."""
        assume(code != last)
        filling = self._filling(code, cents)
        sides = (last, code) if filling.debit == code else (code, last)
        entry = self._with_key([filling, Transfer(*sides, Money(cents))], 0)
        if self.model.refusal_of(entry) is None:
            self._reverse(self._post(entry), f"back of {entry.key}")

    @rule(target=entries, lines=LINES)
    def post_and_change_ones_mind(self, lines):
        entry = self._entry(lines, 0)
        if entry is not None and self.model.refusal_of(entry) is None:
            with rolled_back(self.database) as session:
                service.post(session, entry, now=self.now)
        return multiple()

    @rule(posted=entries)
    def post_again(self, posted):
        self._post(posted.entry)

    @rule(posted=entries, cents=CENTS)
    def post_something_else_under_the_same_key(self, posted, cents):
        first, *rest = posted.entry.transfers
        changed = [Transfer(first.debit, first.credit, Money(cents)), *rest]
        self._post(Entry(posted.entry.key, "moved", "tst_01", posted.entry.effective_on, changed))

    @rule(target=entries, posted=entries)
    def reverse(self, posted):
        self.number += 1
        return self._reverse(posted, f"back {self.number}")

    @rule(posted=consumes(entries))
    def reverse_twice_under_one_key(self, posted):
        for _ in range(2):
            self._reverse(posted, f"back of {posted.id}")

    @invariant()
    def the_balances_are_those_of_the_model(self):
        codes = list(self.model.specs)
        with self.database.reading() as session:
            found = queries.balances(session, codes)
            lines = queries.trial_balance(session)
        assert {code: money.cents for code, money in found.items()} == {
            code: self.model.balance(code) for code in codes
        }
        assert sum(line.balance_cents for line in lines) == 0

    def teardown(self):
        with self.database.reading() as session:
            report = audit.verify(session)
            past = queries.trial_balance(session, on=TODAY - timedelta(days=1))
        self.database.dispose()
        self._fresh.__exit__(None, None, None)
        assert report.findings == []
        assert (report.accounts, report.entries) == (
            len(self.model.specs),
            len(self.model.posted),
        )
        assert sum(line.balance_cents for line in past) == 0

    def _filling(self, code, cents):
        """Raise an account by moving money to or from the source of its book."""
        spec = self.model.specs[code]
        source = f"{spec.book}:source"
        if source == code:
            return Transfer("cash:pot", "cash:source", Money(cents))
        sides = (code, source) if spec.debit_normal else (source, code)
        return Transfer(*sides, Money(cents))

    def _entry(self, lines, days):
        transfers = [Transfer(one, other, Money(c)) for one, other, c in lines if one != other]
        return self._with_key(transfers, days) if transfers else None

    def _with_key(self, transfers, days):
        self.number += 1
        day = TODAY + timedelta(days=days)
        return Entry(f"key {self.number}", "moved", "tst_01", day, transfers)

    def _post(self, entry):
        expected = self.model.refusal_of(entry)
        entry_id = self._attempt(
            expected, lambda session: service.post(session, entry, now=self.now)
        )
        if entry_id is None:
            return multiple()
        self.model.post(entry, entry_id)
        return self.model.posted[entry.key]

    def _reverse(self, posted, key):
        expected = self.model.refusal_of_reversal(posted, key)
        entry_id = self._attempt(
            expected,
            lambda session: service.reverse(
                session, posted.id, key=key, effective_on=TODAY, now=self.now
            ),
        )
        if entry_id is None:
            return multiple()
        self.model.post(mirror_of(posted.entry, key), entry_id, reverses=posted.id)
        return self.model.posted[key]

    def _attempt(self, expected, action):
        """Do it in a transaction of its own, and hold the outcome against what was expected."""
        self.now += timedelta(seconds=1)
        outcome, result = None, None
        try:
            with self.database.transaction() as session:
                result = action(session)
        except LedgerError as error:
            outcome = type(error)
        assert outcome is expected
        return result


def do_not_wait_for_the_disk(connection, _record):
    connection.execute("PRAGMA synchronous = OFF")


def same_content(one, other):
    return (one.kind, one.about, one.effective_on, list(one.transfers)) == (
        other.kind,
        other.about,
        other.effective_on,
        list(other.transfers),
    )


def mirror_of(entry, key):
    """Write a reversal out anew, not with the ledger's own function."""
    turned = [Transfer(each.credit, each.debit, each.amount) for each in entry.transfers[::-1]]
    return Entry(key, f"{entry.kind}_reversed", entry.about, TODAY, turned)


def drive(databases, *, examples, steps):
    run_state_machine_as_test(
        lambda: LedgerMachine(databases),
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_on_sqlite_the_ledger_does_what_its_model_does(sqlite_databases):
    drive(sqlite_databases, examples=40, steps=25)


def test_on_postgresql_the_ledger_does_what_its_model_does(postgresql_databases):
    drive(postgresql_databases, examples=8, steps=20)
