"""A ledger and its model side by side: what a state machine does to both, and what must be equal."""

from datetime import timedelta

import sqlalchemy as sa
from hypothesis.stateful import RuleBasedStateMachine, invariant

from grantengine.db import Database
from grantengine.errors import GrantEngineError
from grantengine.ledger import audit, journal, queries
from tests.support.ledger import NOON, TODAY
from tests.support.ledger_model import Model


class LedgerBesideModel(RuleBasedStateMachine):
    """A fresh ledger and an empty model; rules are added below."""

    def __init__(self, databases):
        super().__init__()
        self._fresh = databases.fresh_url()
        self.database = Database(self._fresh.__enter__())
        if not self.database.is_postgresql:
            sa.event.listen(self.database.engine, "connect", do_not_wait_for_the_disk)
        self.model = Model()
        self.number = 0
        self.now = NOON

    @invariant()
    def it_holds_what_the_model_holds(self):
        model, codes = self.model, list(self.model.specs)
        with self.database.reading() as session:
            found = queries.balances(session, codes)
            lines = queries.trial_balance(session)
            free = {code: queries.available(session, code) for code in codes[:5]}
        assert {code: money.cents for code, money in found.items()} == {
            code: model.balance(code) for code in codes
        }
        assert {code: None if left is None else left.cents for code, left in free.items()} == {
            code: model.available(code) for code in codes[:5]
        }
        assert sum(line.balance_cents for line in lines) == 0

    def teardown(self):
        with self.database.reading() as session:
            report = audit.verify(session)
            found = {entry.key: entry.id for entry in journal.all_entries(session)}
            past = queries.trial_balance(session, on=TODAY - timedelta(days=1))
        self.database.dispose()
        self._fresh.__exit__(None, None, None)
        assert report.findings == []
        assert found == {key: posted.id for key, posted in self.model.posted.items()}
        assert {line.account: line.balance_cents for line in past} == self._nets_before(TODAY)

    def _nets_before(self, day):
        nets = dict.fromkeys(self.model.specs, 0)
        for posted in self.model.posted.values():
            if posted.entry.effective_on < day:
                for each in posted.entry.transfers:
                    nets[each.debit] += each.amount.cents
                    nets[each.credit] -= each.amount.cents
        return nets

    def attempt(self, refusal, action, row=None):
        """Do it in a transaction of its own, and hold the outcome against what was expected."""
        self.now += timedelta(seconds=1)
        outcome, result, details = None, None, {}
        try:
            with self.database.transaction() as session:
                result = action(session)
        except GrantEngineError as error:
            outcome, details = type(error), error.details
        assert outcome is refusal
        assert details.get("row") == row
        return result


def do_not_wait_for_the_disk(connection, _record):
    connection.execute("PRAGMA synchronous = OFF")
