"""Whatever applicants, reviewers and officials do, in whatever order: books clean, no cent too many."""

import contextlib
from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from grantengine.clock import FixedClock
from grantengine.db import Database
from grantengine.disbursements.models import Grant
from grantengine.errors import GrantEngineError
from grantengine.ledger import audit
from grantengine.ledger import queries as ledger
from grantengine.money import Money, eur, total
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Experiment, Person
from grantengine.reviews import applying, calendar, queries, reviewing
from grantengine.reviews.lifecycle import (
    ApplicationStatus,
    CallStatus,
    DecisionOutcome,
    DecisionStatus,
    ReviewStatus,
)
from grantengine.reviews.models import Application, Call, Decision, Review
from grantengine.reviews.proposals import Proposal
from tests.support.databases import SQLiteDatabases
from tests.support.reviews import (
    CLOSES,
    OPENS,
    a_call,
    a_card,
    a_draft,
    a_finished_review,
    a_person,
    a_programme,
    a_proposal,
    a_submitted_application,
    scores,
    screen,
    send_to_review,
    sign,
    some_reviewers,
)

POT = eur("9000")
STAGES = (OPENS, CLOSES, CLOSES + timedelta(days=20))
outcomes = st.sampled_from([*[DecisionOutcome.AWARDED] * 3, *DecisionOutcome])
WAITING = {
    ApplicationStatus.SUBMITTED,
    ApplicationStatus.ELIGIBLE,
    ApplicationStatus.INADMISSIBLE,
    ApplicationStatus.IN_REVIEW,
}


class Office(RuleBasedStateMachine):
    """One call on a pot for two grants, and everything that can happen to it."""

    applications = Bundle("applications")
    decisions = Bundle("decisions")
    templates: SQLiteDatabases

    def __init__(self):
        super().__init__()
        self._fresh = self.templates.fresh_url()
        self.database = Database(self._fresh.__enter__())
        self.clock = FixedClock(OPENS)
        with self.database.transaction() as session:
            a_programme(session, small="9000")
            some_reviewers(session, 3)
            self.call = a_call(session)
            self.officials = [
                a_person(session, f"Virkamies {number}", Role.DECISION_MAKER) for number in range(2)
            ]

    def teardown(self):
        self.database.dispose()
        self._fresh.__exit__(None, None, None)

    @contextlib.contextmanager
    def attempt(self):
        """Open a transaction; a refusal of the domain rolls it back and is no failure."""
        with contextlib.suppress(GrantEngineError), self.database.transaction() as session:
            yield session

    @initialize(
        target=applications, count=st.integers(1, 4), stage=st.sampled_from([2, 2, 2, 1, 0])
    )
    def begin(self, count, stage):
        """Begin somewhere on the way, so that short runs reach the money too."""
        with self.database.transaction() as session:
            call = session.get_one(Call, self.call.id)
            found = [a_submitted_application(session, call).id for _ in range(count)]
        if stage > 0:
            self.let_time_pass(CLOSES)
            self.assign()
        if stage > 1:
            self.review(0, 4, 99)
        return multiple(*found)

    @rule(target=applications, applied=st.sampled_from(["1000", "4500", "4500.01", "5000"]))
    def apply(self, applied):
        with self.attempt() as session:
            call = session.get_one(Call, self.call.id)
            draft = a_draft(session, call, now=self.clock.now())
            own = eur("5000") - eur(applied) if applied != "4500.01" else eur("0")
            card = a_card(call, applied=eur(applied), self_financing=own)
            applying.submit_application(session, draft.id, card, now=self.clock.now())
            return draft.id
        return multiple()

    @rule(application=applications)
    def withdraw(self, application):
        with self.attempt() as session:
            applying.withdraw_application(session, application, now=self.clock.now(), actor_id=None)

    @rule(application=applications, outcome=st.sampled_from(ApplicationStatus))
    def screen(self, application, outcome):
        with self.attempt() as session:
            found = session.get_one(Application, application)
            screen(session, found, outcome, now=self.clock.now())

    @rule(stage=st.sampled_from(STAGES))
    def let_time_pass(self, stage):
        self.clock.set_to(max(stage, self.clock.now()))
        calendar.advance_calls(self.database, self.clock)

    @rule()
    def assign(self):
        with self.attempt() as session:
            send_to_review(session, self.call, now=self.clock.now())

    @rule(which=st.integers(0, 9))
    def declare_conflict(self, which):
        with self.attempt() as session:
            for review in self.unfinished(session, which)[:1]:
                person = session.get_one(Person, review.reviewer_id)
                reviewing.declare_conflict(
                    session, review.id, person, note="", now=self.clock.now()
                )

    @rule(which=st.integers(0, 9), points=st.integers(1, 6), count=st.integers(1, 4))
    def review(self, which, points, count):
        with self.attempt() as session:
            for review in self.unfinished(session, which)[:count]:
                a_finished_review(session, review, scores(points), now=self.clock.now())

    @rule(
        target=decisions,
        application=applications,
        outcome=outcomes,
        amount=st.sampled_from([None, "0.01", "4500", "4500", "4500.01"]),
        who=st.integers(0, 1),
    )
    def propose(self, application, outcome, amount, who):
        with self.attempt() as session:
            if outcome is not DecisionOutcome.AWARDED:
                amount = None
            money = eur(amount) if amount else None
            proposal = Proposal(outcome=outcome, summary="Peruste.", amount=money)
            return a_proposal(
                session,
                session.get_one(Application, application),
                proposal,
                presenter=self.officials[who],
                now=self.clock.now(),
            ).id
        return multiple()

    @rule(decision=decisions, who=st.integers(0, 1))
    def sign(self, decision, who):
        with self.attempt() as session:
            found = session.get_one(Decision, decision)
            sign(session, found, by=self.officials[who], now=self.clock.now())

    @rule(who=st.integers(0, 1))
    def propose_and_sign_whatever_can_be(self, who):
        self.review(0, 4, 99)
        with self.database.reading() as session:
            found = [each.id for each in queries.applications_of_call(session, self.call.id)]
        for application in found:
            decision = self.propose(application, DecisionOutcome.AWARDED, "4500", who)
            if isinstance(decision, str):
                self.sign(decision, 1 - who)

    @invariant()
    def books_are_clean_and_the_pot_is_whole(self):
        with self.database.reading() as session:
            assert audit.verify(session).findings == []
            left = ledger.balance(session, "budget:small:available")
            granted = total(each.amount for each in session.scalars(sa.select(Grant)))
        assert left >= Money(0)
        assert left + granted == POT

    @invariant()
    def every_award_has_one_grant_one_experiment_and_two_people(self):
        with self.database.reading() as session:
            signed = session.scalars(
                sa.select(Decision).where(Decision.status == DecisionStatus.SIGNED)
            ).all()
            awards = [each for each in signed if each.amount]
            grants = session.scalars(sa.select(Grant)).all()
            assert sorted(each.grant_id for each in awards) == sorted(each.id for each in grants)
            assert len(session.scalars(sa.select(Experiment)).all()) == len(awards)
            assert all(each.presenter_id != each.decision_maker_id for each in signed)
            assert len({each.application_id for each in signed}) == len(signed)

    @invariant()
    def statuses_agree(self):
        with self.database.reading() as session:
            call = session.get_one(Call, self.call.id)
            found = session.scalars(sa.select(Application)).all()
            waiting = [each for each in found if each.status in WAITING]
            assert not (call.status == CallStatus.DECIDED and waiting)
            assert not (call.status == CallStatus.IN_REVIEW and not waiting)
            for each in found:
                standing = [one for one in each.decisions if one.status != DecisionStatus.DROPPED]
                assert len(standing) <= 1
                if each.status == ApplicationStatus.WITHDRAWN:
                    assert standing == []
                if each.status == ApplicationStatus.DECIDED:
                    assert standing[0].status == DecisionStatus.SIGNED
            numbers = [each.case_number for each in found if each.case_number]
            assert sorted(numbers) == [
                f"KS/2026/{number:05d}" for number in range(1, len(numbers) + 1)
            ]

    def unfinished(self, session, which):
        """List the unfinished reviews, beginning with one of them."""
        wanted = (ReviewStatus.ASSIGNED, ReviewStatus.DECLARED)
        query = sa.select(Review).where(Review.status.in_(wanted)).order_by(Review.id)
        found = session.scalars(query).all()
        return [*found[which:], *found[:which]]


@pytest.mark.slow
def test_any_sequence_keeps_the_books_clean_and_the_envelope_whole(sqlite_databases):
    Office.templates = sqlite_databases
    run_state_machine_as_test(
        Office,
        settings=hypothesis_settings(max_examples=15, stateful_step_count=15, deadline=None),
    )
