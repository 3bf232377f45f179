"""Any sequence of awarding, collecting, releasing, cancelling, paying and returning adds up."""

import tempfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from grantengine.db import Database
from grantengine.disbursements import batches, queries, releases, reporting, service, statements
from grantengine.disbursements.lifecycle import BatchStatus
from grantengine.ledger import audit
from grantengine.ledger import queries as ledger
from grantengine.ledger.errors import OverdraftError
from grantengine.money import Money, eur
from grantengine.programme import queries as programme
from grantengine.programme.models import Experiment
from tests.support.bank import read_order, statement_for
from tests.support.databases import SQLiteDatabases
from tests.support.disbursements import (
    ENVELOPES,
    NOON,
    TODAY,
    a_grant,
    a_programme,
    a_settled_campaign,
    an_experiment,
    an_officer,
)

ALLOTTED = {code: eur(amount) for code, amount in ENVELOPES}


class Payments(RuleBasedStateMachine):
    """The finance office and its bank over some weeks."""

    databases: SQLiteDatabases

    def __init__(self):
        super().__init__()
        self.context = self.databases.fresh_url()
        self.database = Database(self.context.__enter__())
        self.now = NOON
        self.cases = 0
        self.files = []

    @initialize()
    def start(self):
        with self.database.transaction() as session:
            running = a_programme(session)
            self.experiments = [
                an_experiment(session, running, name).id for name in ("Yksi", "Kaksi")
            ]
            self.officers = [an_officer(session, name).id for name in ("Raija", "Teija")]
        # Something is on its way from the start, so that most stories reach the bank.
        self.award(0, 1_000_001, "small")
        self.settle_a_campaign(1, 90_000, 300)
        with self.database.transaction() as session:
            self._collect(session, 3)
        for _batch in range(2):
            self._decide(0, release=True)

    def teardown(self):
        self.database.dispose()
        self.context.__exit__(None, None, None)

    @rule(
        which=st.sampled_from([0, 1]),
        cents=st.integers(2, 30_000_000),
        envelope=st.sampled_from([code for code, _amount in ENVELOPES]),
    )
    def award(self, which, cents, envelope):
        self.cases += 1
        wishes = {"case_number": f"KS/{self.cases}/2026", "envelope": envelope, "weights": (1, 1)}
        try:
            with self.database.transaction() as session:
                experiment = session.get_one(Experiment, self.experiments[which])
                a_grant(session, experiment, Money(cents), now=self.now, **wishes)
        except OverdraftError:
            pass  # The envelope is used up, as it may be.

    @rule(which=st.sampled_from([0, 1]), cents=st.integers(1, 100_000), matched=st.integers(0, 500))
    def settle_a_campaign(self, which, cents, matched):
        try:
            with self.database.transaction() as session:
                experiment = session.get_one(Experiment, self.experiments[which])
                money = {"private": Money(cents), "matched": Money(matched)}
                a_settled_campaign(session, experiment, now=self.now, **money)
        except OverdraftError:
            pass

    @rule(which=st.sampled_from([0, 1]))
    def learn(self, which):
        with self.database.transaction() as session:
            service.open_learning_instalments(session, self.experiments[which], now=self.now)

    @rule(count=st.integers(1, 4))
    def collect(self, count):
        with self.database.transaction() as session:
            self._collect(session, count)

    @rule(which=st.integers(0, 5), release=st.sampled_from([True, True, False]))
    def decide(self, which, release):
        self._decide(which, release=release)

    @precondition(lambda self: self.files)
    @rule(data=st.data(), tamper=st.booleans())
    def hear_from_the_bank(self, data, tamper):
        file = data.draw(st.sampled_from(self.files))
        ids = [each.end_to_end_id for each in read_order(file).transfers]
        fates = data.draw(
            st.lists(
                st.sampled_from(["paid", "returned", "refused", "pending"]),
                min_size=len(ids),
                max_size=len(ids),
            )
        )
        content = statement_for(
            file,
            booked_on=self.now.date(),
            refused=[each for each, fate in zip(ids, fates, strict=True) if fate == "refused"],
            pending=[each for each, fate in zip(ids, fates, strict=True) if fate == "pending"],
            returned={
                each: "AC04" for each, fate in zip(ids, fates, strict=True) if fate == "returned"
            },
        )
        if tamper:
            content = content.replace(b'EUR">', b'EUR">1', 3)
        incoming = statements.read_incoming(content, file_name="tiliote.xml")
        with self.database.transaction() as session:
            statements.import_statement(session, incoming, officer_id=None, now=self.now)

    def _collect(self, session, count):
        opened = [each.id for each in queries.open_instalments(session)][:count]
        if opened:
            batches.prepare_batches(session, opened, officer_id=self.officers[0], now=self.now)

    def _decide(self, which, *, release):
        with self.database.transaction() as session:
            drafts = [each.id for each in queries.batches(session, status=BatchStatus.DRAFT)]
            if not drafts:
                return
            chosen = drafts[which % len(drafts)]
            decide = releases.release_batch if release else batches.cancel_batch
            decide(session, chosen, officer_id=self.officers[1], now=self.now)
            if release:
                self.files.append(queries.bank_file(session, chosen)[1])

    @rule()
    def wait(self):
        self.now += timedelta(days=1)

    @invariant()
    def everything_adds_up(self):
        if not hasattr(self, "officers"):
            return
        with self.database.reading() as session:
            assert sum(each.balance_cents for each in ledger.trial_balance(session)) == 0
            assert audit.verify(session).findings == []
            for each in programme.budget(session).envelopes:
                assert each.allotted == ALLOTTED[each.envelope.code]
            for first in (date(2026, 1, 1), TODAY + timedelta(days=2)):
                last = TODAY + timedelta(days=4)
                report = reporting.disbursement_report(session, from_on=first, to_on=last)
                assert report.agrees


@pytest.mark.slow
def test_any_sequence_of_payments_adds_up():
    with tempfile.TemporaryDirectory() as folder:
        Payments.databases = SQLiteDatabases(Path(folder))
        run_state_machine_as_test(
            Payments,
            settings=settings(
                max_examples=15,
                stateful_step_count=20,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
