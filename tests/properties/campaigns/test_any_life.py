"""Pledges, failures, withdrawals, refunds, disputes and settlements, under any rules at all.

All of what `test_any_sequence` does, and whatever follows a charge, which its totals leave out.
"""

import contextlib

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule, run_state_machine_as_test

from grantengine.campaigns import queries, refunds, sweeping
from grantengine.campaigns.errors import CampaignsError
from grantengine.campaigns.lifecycle import PledgeStatus
from grantengine.campaigns.models import Pledge
from grantengine.ledger import queries as ledger
from grantengine.money import Money, total
from grantengine.web.gateways import stripe_subjects
from tests.properties.campaigns.test_any_sequence import NOON, POT, Crowd


class Life(Crowd):
    """Two campaigns on one small pot, to the end and beyond it."""

    pledges = Crowd.pledges

    @rule(pledge=Crowd.pledges, cents=st.none() | st.integers(1, 60_000))
    def refund(self, pledge, cents):
        amount = None if cents is None else Money(cents)
        with contextlib.suppress(CampaignsError):
            refunds.refund_pledge(*self.world, pledge.id, amount=amount)

    @rule(is_won=st.booleans())
    def decide_disputes(self, is_won):
        for found in list(self.gateway.find_since(NOON)):
            self.gateway.close_dispute(found.reference, is_won=is_won)

    @rule()
    def sweep(self):
        self.clock.advance(sweeping.LEFT_ALONE)
        sweeping.sweep(*self.world, stripe_subjects.subject_of)

    @property
    def world(self):
        return self.database, self.gateway, self.clock

    @invariant()
    def totals_are_those_of_the_pledges(self):
        """What stands or was charged and has not gone back; of what was matched, the pots' rest."""
        with self.database.reading() as session:
            for campaign in self.campaigns:
                rows = session.query(Pledge).filter(Pledge.campaign_id == campaign.id).all()
                collected = [each for each in rows if each.status == PledgeStatus.COLLECTED]
                found = queries.totals(session, campaign.id)
                assert found.collected == total(each.amount - each.returned for each in collected)
                assert found.paid_out <= found.collected + found.matched
            pots = ledger.balances_under(session, "budget:match:available").values()
            assert min(pots) >= Money(0)
            assert total(pots) <= POT


@pytest.mark.slow
def test_any_life_of_pledges_keeps_the_books_clean_and_every_pot_at_or_above_zero(
    sqlite_databases,
):
    Life.templates = sqlite_databases
    run_state_machine_as_test(
        Life,
        settings=hypothesis_settings(max_examples=25, stateful_step_count=25, deadline=None),
    )
