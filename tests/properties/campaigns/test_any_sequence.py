"""Whatever backers and the provider do, in whatever order: the books balance and totals agree."""

import contextlib
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from grantengine.campaigns import (
    checkout,
    match_queries,
    match_rules,
    pledging,
    queries,
    settlement,
)
from grantengine.campaigns.errors import CampaignsError
from grantengine.campaigns.lifecycle import COUNTED, CampaignStatus, PledgeStatus
from grantengine.campaigns.matching.terms import MatchKind
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.clock import FixedClock
from grantengine.db import Database
from grantengine.ledger import audit
from grantengine.ledger import queries as ledger
from grantengine.money import Money, eur, total
from grantengine.web.gateways.sandbox import TEST_CARDS, SandboxGateway
from tests.support.campaigns import (
    KillableGateway,
    KilledError,
    a_campaign,
    a_pledge,
    a_programme,
    a_rule,
    an_experiment,
)
from tests.support.databases import SQLiteDatabases

NOON = datetime(2026, 9, 16, 12, 0, tzinfo=UTC)
POT = eur("400")
LAST_DEADLINE = NOON + timedelta(days=20)

caps = st.none() | st.integers(0, 30_000).map(Money)
terms = st.builds(
    dict,
    factor=st.sampled_from([Fraction(1, 2), Fraction(1), Fraction(3, 2)]),
    cap_per_pledge=caps,
    cap_per_backer_campaign=caps,
    cap_per_campaign=caps,
    pledges_per_backer=st.none() | st.integers(0, 3),
    cap_share_of_goal=st.none() | st.sampled_from([Fraction(0), Fraction(1, 4), Fraction(1)]),
)

terms_at_the_close = st.fixed_dictionaries(
    {"kind": st.sampled_from([MatchKind.ROUND, MatchKind.QUADRATIC, MatchKind.TOPUP])},
    optional={
        "cap_per_campaign": st.integers(0, 30_000).map(Money),
        "threshold": st.sampled_from([Fraction(1, 4), Fraction(3, 5)]),
        "min_backers": st.integers(0, 3),
    },
)


class Crowd(RuleBasedStateMachine):
    """Two campaigns on one small pot, and everything that can happen to them."""

    pledges = Bundle("pledges")
    templates: SQLiteDatabases

    def __init__(self):
        super().__init__()
        self._fresh = self.templates.fresh_url()
        self.database = Database(self._fresh.__enter__())
        self.clock = FixedClock(NOON)
        self.gateway = SandboxGateway()
        with self.database.transaction() as session:
            a_programme(session, now=NOON, pot=POT)
            self.mill = match_rules.open_pot(session, code="mill", names={}, now=NOON)
            match_rules.set_aside(session, self.mill, eur("100"), key="mill", now=NOON)
            self.campaigns = [
                a_campaign(
                    session,
                    now=NOON,
                    experiment=an_experiment(session, now=NOON),
                    goal=eur(goal),
                    deadline_at=NOON + timedelta(days=days),
                )
                for goal, days in (("100", 10), ("1000", 20))
            ]

    def teardown(self):
        self.database.dispose()
        self._fresh.__exit__(None, None, None)

    @rule(terms=terms)
    def adopt_a_rule(self, terms):
        with self.database.transaction() as session:
            a_rule(session, now=self.clock.now(), **terms)

    @precondition(lambda self: self.clock.now() < LAST_DEADLINE)
    @rule(terms=terms_at_the_close, is_of_mill=st.booleans())
    def adopt_a_rule_of_the_close(self, terms, is_of_mill):
        pot_id = self.mill.id if is_of_mill else None
        plan = {"code": str(terms["kind"]), "ends_at": LAST_DEADLINE, "pot_id": pot_id}
        with self.database.transaction() as session:
            a_rule(session, now=self.clock.now(), **terms, **plan)

    @rule(
        target=pledges,
        which=st.integers(0, 1),
        cents=st.integers(100, 60_000),
        backer=st.sampled_from(["a", "b", "c"]),
        card=st.sampled_from(sorted(TEST_CARDS)),
    )
    def pledge(self, which, cents, backer, card):
        try:
            return a_pledge(
                self.database,
                self.clock,
                self.campaigns[which],
                f"{cents // 100}.{cents % 100:02d}",
                email=f"{backer}@example.fi",
                card=card,
                gateway=self.gateway,
            )
        except CampaignsError:
            return multiple()

    @rule(pledge=pledges)
    def finish_authentication(self, pledge):
        with contextlib.suppress(CampaignsError):
            checkout.finish_pledge(self.database, self.gateway, self.clock, pledge)

    @rule(pledge=consumes(pledges))
    def withdraw(self, pledge):
        try:
            with self.database.transaction() as session:
                pledging.withdraw_pledge(session, pledge.id, now=self.clock.now())
        except CampaignsError:
            pass

    @rule(days=st.integers(1, 8))
    def let_time_pass(self, days):
        self.clock.advance(timedelta(days=days))

    @rule()
    def settle(self):
        settlement.settle_due(self.database, self.gateway, self.clock)

    @rule(dying=st.sampled_from(["dies_before", "dies_after"]), call=st.integers(1, 3))
    def settle_and_die(self, dying, call):
        gateway = KillableGateway(**{dying: call})
        with contextlib.suppress(KilledError):
            settlement.settle_due(self.database, gateway, self.clock)

    @invariant()
    def books_are_clean(self):
        with self.database.reading() as session:
            assert audit.verify(session).findings == []
            assert sum(line.balance_cents for line in ledger.trial_balance(session)) == 0

    @invariant()
    def pot_is_whole_and_never_below_zero(self):
        with self.database.reading() as session:
            pots = ledger.balances_under(session, "budget:match:available").values()
            ids = [campaign.id for campaign in self.campaigns]
            matched = total(each.matched for each in queries.totals_of(session, ids).values())
        assert min(pots) >= Money(0)
        assert total(pots) + matched == POT

    @invariant()
    def totals_are_those_of_the_pledges(self):
        with self.database.reading() as session:
            for campaign in self.campaigns:
                rows = session.query(Pledge).filter(Pledge.campaign_id == campaign.id).all()
                counted = [each for each in rows if each.status in COUNTED]
                collected = [each for each in rows if each.status == PledgeStatus.COLLECTED]
                found = queries.totals(session, campaign.id)
                assert found.pledged == total(each.amount for each in counted)
                assert found.collected == total(each.amount for each in collected)
                matches = [each.matched for each in counted]
                matches += [each.amount for each in self.undivided(session, campaign)]
                assert found.matched == total(matches)

    def undivided(self, session, campaign):
        """List the top-ups that wait for the campaign's end to be divided among its pledges."""
        if session.get_one(Campaign, campaign.id).settled_at is not None:
            return []
        rows = match_queries.matches_of_campaign(session, campaign.id)
        return [row for row in rows if row.rule.kind == MatchKind.TOPUP]

    @invariant()
    def settled_campaign_holds_no_standing_pledge(self):
        with self.database.reading() as session:
            for campaign in self.campaigns:
                kept = session.get_one(Campaign, campaign.id)
                if kept.settled_at is not None:
                    counts = queries.pledge_counts(session, campaign.id)
                    assert counts[PledgeStatus.STANDING] == 0
                    assert kept.status in (CampaignStatus.SETTLED, CampaignStatus.SETTLED)

    @precondition(lambda self: self.clock.now() > NOON + timedelta(days=20))
    @rule()
    def settle_to_the_end(self):
        for _ in range(2):  # A card that gives no answer gives one the second time.
            settlement.settle_due(self.database, self.gateway, self.clock)
        with self.database.reading() as session:
            assert queries.campaigns_to_settle(session, now=self.clock.now()) == []


@pytest.mark.slow
def test_any_sequence_keeps_the_books_clean_and_the_totals_true(sqlite_databases):
    Crowd.templates = sqlite_databases
    run_state_machine_as_test(
        Crowd,
        settings=hypothesis_settings(max_examples=25, stateful_step_count=20, deadline=None),
    )
