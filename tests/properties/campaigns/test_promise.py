"""What holds for every promise, whatever the rule."""

from fractions import Fraction
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from grantengine.campaigns.matching.promise import Situation, promise
from grantengine.campaigns.matching.terms import MatchTerms
from grantengine.money import Money

amounts = st.integers(0, 10_000_000).map(Money)
caps = st.none() | amounts
rules = st.builds(
    MatchTerms,
    factor=st.fractions(Fraction(1, 1000), 10),
    cap_per_pledge=caps,
    cap_per_backer_campaign=caps,
    cap_per_backer=caps,
    pledges_per_backer=st.none() | st.integers(0, 5),
    cap_per_campaign=caps,
    cap_share_of_goal=st.none() | st.fractions(0, 2),
)
situations = st.builds(
    Situation,
    goal=amounts,
    matched=amounts,
    counted=amounts,
    counted_of_backer=amounts,
    pledges_counted=st.integers(0, 5),
    pot=amounts,
)


@given(rules, amounts, situations)
def test_pot_is_never_asked_for_more_than_it_holds(terms, pledge, situation):
    promised = promise(terms, pledge=pledge, situation=situation)

    assert Money(0) <= promised.amount <= situation.pot


@given(rules, amounts, situations)
def test_no_cap_is_ever_passed(terms, pledge, situation):
    promised = promise(terms, pledge=pledge, situation=situation)

    assert promised.counted <= pledge
    if terms.cap_per_pledge is not None:
        assert promised.counted <= terms.cap_per_pledge
    if terms.cap_per_backer_campaign is not None and promised.counted:
        assert promised.counted + situation.counted <= terms.cap_per_backer_campaign
    if terms.cap_per_backer is not None and promised.counted:
        assert promised.counted + situation.counted_of_backer <= terms.cap_per_backer
    if terms.cap_per_campaign is not None and promised.amount:
        assert promised.amount + situation.matched <= terms.cap_per_campaign


@given(rules, amounts, amounts, situations)
def test_larger_pledge_never_draws_less(terms, pledge, more, situation):
    small = promise(terms, pledge=pledge, situation=situation)
    large = promise(terms, pledge=pledge + more, situation=situation)

    assert small.amount <= large.amount


@given(rules, amounts, situations)
def test_trace_explains_the_amount_step_by_step(terms, pledge, situation):
    promised = promise(terms, pledge=pledge, situation=situation)

    cents = pledge.cents
    for step in promised.trace[1:]:
        if step.name == "factor":
            cents = floor(cents * terms.factor)
        else:
            assert step.limit is not None
            assert step.bit == (cents > step.limit)
            cents = min(cents, step.limit)
        assert step.cents == cents
    assert promised.amount.cents == cents
