"""The four totals over every campaign are added up from the ledger's trial balance."""

from decimal import Decimal

from grantengine.ledger.queries import TrialLine
from grantengine.money import Money, eur
from grantengine.web import overview

LINES = [
    TrialLine("budget:match:available", 5_000, 100_000),
    TrialLine("budget:match:reserved:cmp_1", 0, 2_000),
    TrialLine("budget:match:paid:cmp_2", 0, 3_000),
    TrialLine("budget:match:recovered:cmp_3", 0, 700),
    TrialLine("pledges:delivered:cmp_2", 2_800, 0),
    TrialLine("pledges:fees:cmp_2", 200, 0),
    TrialLine("pledges:kept:cmp_2", 3_000, 3_000),
    TrialLine("pledges:made:cmp_1", 0, 4_000),
    TrialLine("pledges:made:cmp_2", 0, 3_000),
    TrialLine("pledges:open:cmp_1", 4_000, 0),
]


def test_the_totals_are_sums_over_every_campaign():
    totals = overview.crowd_totals(LINES)

    assert totals.pledged == eur("70")
    assert totals.collected == eur("30")
    assert totals.matched == eur("50")
    assert totals.paid_out == eur("58")
    assert totals.fees == eur("2")


def test_what_went_back_after_it_was_paid_out_is_no_longer_collected():
    lines = [
        TrialLine("pledges:delivered:cmp_1", 3_000, 0),
        TrialLine("pledges:lost:cmp_1", 0, 500),
        TrialLine("pledges:made:cmp_1", 500, 3_000),
    ]

    totals = overview.crowd_totals(lines)

    assert (totals.pledged, totals.collected, totals.paid_out) == (eur("25"), eur("25"), eur("30"))


def test_the_leverage_is_rounded_down():
    totals = overview.CrowdTotals(*[Money(0)] * 5)
    assert totals.leverage is None

    assert overview.crowd_totals(LINES).leverage == Decimal("1.40")


def test_an_empty_ledger_balances():
    trial = overview.trial_totals([])

    assert (trial.accounts, trial.difference) == (0, Money(0))
