"""Whatever is charged, refunded, disputed, won and lost: the books balance and totals agree."""

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, multiple, rule
from hypothesis.stateful import run_state_machine_as_test as run

from grantengine.campaigns import checkout, collecting, refunds, sweeping
from grantengine.campaigns.answers import DisputeFound
from grantengine.campaigns.errors import CampaignsError
from grantengine.campaigns.lifecycle import COUNTED, PledgeStatus
from grantengine.campaigns.models import Pledge
from grantengine.campaigns.payment_models import Dispute
from grantengine.clock import FixedClock
from grantengine.db import Database
from grantengine.ledger import queries as ledger
from grantengine.money import Money, eur, share, total
from grantengine.web.gateways import stripe_subjects
from grantengine.web.gateways.sandbox import TEST_CARDS
from grantengine.web.wiring import HANDLERS
from tests.support.campaigns import KillableGateway, KilledError
from tests.support.databases import SQLiteDatabases
from tests.support.payments import Till

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)
POT = eur("340000")


class Returns(RuleBasedStateMachine):
    """One campaign that keeps it all, and every way in which its money can go back."""

    pledges = Bundle("pledges")
    templates: SQLiteDatabases

    def __init__(self):
        super().__init__()
        self._fresh = self.templates.fresh_url()
        database = Database(self._fresh.__enter__(), handlers=HANDLERS)
        self.till = Till(database, KillableGateway(), FixedClock(NOON))
        self.campaign = self.till.open()

    def teardown(self):
        self.till.database.dispose()
        self._fresh.__exit__(None, None, None)

    @rule(
        target=pledges,
        cents=st.integers(100, 60_000),
        card=st.sampled_from(sorted(TEST_CARDS)),
    )
    def pledge(self, cents, card):
        try:
            return self.till.pledge(self.campaign, f"{cents // 100}.{cents % 100:02d}", card)
        except CampaignsError:
            return multiple()

    @rule(pledge=pledges)
    def go_to_the_bank(self, pledge):
        with contextlib.suppress(CampaignsError):
            checkout.finish_pledge(*self.world, pledge)

    @rule(pledge=pledges, cents=st.none() | st.integers(1, 60_000))
    def refund(self, pledge, cents):
        amount = None if cents is None else Money(cents)
        with contextlib.suppress(CampaignsError):
            refunds.refund_pledge(*self.world, pledge.id, amount=amount)

    @rule(pledge=pledges, dying=st.sampled_from(["dies_before", "dies_after"]))
    def refund_and_die(self, pledge, dying):
        database, _gateway, clock = self.world
        with contextlib.suppress(CampaignsError, KilledError):
            refunds.refund_pledge(database, KillableGateway(**{dying: 1}), clock, pledge.id)

    @rule(is_won=st.booleans())
    def decide_disputes(self, is_won):
        for found in list(self.till.gateway.find_since(NOON)):
            if isinstance(found, DisputeFound):
                self.till.gateway.close_dispute(found.reference, is_won=is_won)

    @rule()
    def sweep(self):
        self.till.clock.advance(sweeping.LEFT_ALONE)
        sweeping.sweep(*self.world, stripe_subjects.subject_of)

    @rule(hours=st.integers(1, 200))
    def let_time_pass(self, hours):
        self.till.clock.advance(timedelta(hours=hours))
        collecting.collect_unanswered(*self.world)

    @rule()
    def settle(self):
        if self.till.clock.now() >= self.campaign.deadline_at:
            self.till.settle(self.campaign)

    @property
    def world(self):
        return self.till.database, self.till.gateway, self.till.clock

    @invariant()
    def books_are_clean(self):
        assert self.till.is_clean()

    @invariant()
    def totals_are_what_backers_have_left_there(self):
        found = self.till.totals(self.campaign)
        with self.till.database.reading() as session:
            pledges = session.scalars(sa.select(Pledge)).all()
            disputed = dict(
                session.execute(sa.select(Dispute.pledge_id, Dispute.amount_cents)).all()
            )
            counted = [each for each in pledges if each.status in COUNTED]
            collected = [each for each in counted if each.status == PledgeStatus.COLLECTED]
            assert found.pledged == total(each.amount - each.returned for each in counted)
            assert found.collected == total(each.amount - each.returned for each in collected)
            matched = [self.matched(each, disputed) for each in pledges]
            assert found.matched == total(matched)
            assert found.matched + ledger.balance(session, "budget:match:available") == POT

    def matched(self, pledge, disputed):
        """Tell what a pledge still draws; a disputed one as if it had not been disputed."""
        left = pledge.amount - pledge.returned
        if pledge.status == PledgeStatus.DISPUTED:
            left += Money(disputed[pledge.id])
        elif pledge.status not in COUNTED:
            return Money(0)
        return total(
            share(each.amount, numerator=left.cents, denominator=pledge.amount_cents)
            for each in pledge.matches
        )


@pytest.mark.slow
def test_any_return_keeps_the_books_clean_and_the_totals_true(sqlite_databases):
    Returns.templates = sqlite_databases
    run(
        Returns,
        settings=hypothesis_settings(max_examples=20, stateful_step_count=20, deadline=None),
    )
