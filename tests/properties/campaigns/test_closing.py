"""What holds for every match reckoned at the close, whatever the rule and the crowd."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from grantengine.campaigns.matching.closing import close
from grantengine.campaigns.matching.parts import GivenPledge, parts_of
from grantengine.campaigns.matching.terms import MatchKind, MatchTerms
from grantengine.money import Money, share
from tests.support.matching import GOALS, a_crowd_of_cents

cents = st.integers(1, 2_000_000)
caps = st.none() | st.integers(0, 1_000_000).map(Money)
kinds = st.sampled_from([MatchKind.ROUND, MatchKind.QUADRATIC, MatchKind.TOPUP])
rules = st.builds(
    MatchTerms,
    kind=kinds,
    factor=st.fractions(Fraction(1, 100), 3),
    cap_per_backer_campaign=caps,
    cap_per_backer=caps,
    cap_per_campaign=caps,
    cap_share_of_goal=st.none() | st.fractions(0, 1),
    threshold=st.none() | st.fractions(0, 1),
    min_backers=st.none() | st.integers(0, 3),
)
pledges = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(sorted(GOALS)), cents), max_size=25
)
pots = st.integers(0, 3_000_000)


def rows_of(rows):
    return [(who, "bakery", amount) for who, amount in rows]


def of_backer(parts, pledges, backer):
    return [(each, parts[each.id]) for each in pledges if each.backer == backer]


def cents_of(terms, pot, rows):
    closing = close(terms, pot_cents=pot, crowd=a_crowd_of_cents(rows))
    return {match.campaign: match.cents for match in closing.matches}, closing.left_cents


@given(rules, pots, pledges)
def test_every_cent_goes_out_or_back_to_the_pot(terms, pot, rows):
    found, left = cents_of(terms, pot, rows)

    assert left >= 0
    assert min(found.values()) >= 0
    assert sum(found.values()) + left == pot


@given(rules, pots, pledges, st.randoms())
def test_order_of_the_pledges_changes_nothing(terms, pot, rows, random):
    shuffled = random.sample(rows, len(rows))

    assert cents_of(terms, pot, shuffled) == cents_of(terms, pot, rows)


@given(rules, pots, pledges, st.integers(1, 100))
def test_pledge_split_in_two_changes_nothing(terms, pot, rows, part):
    split = [
        (who, what, piece)
        for who, what, amount in rows
        for piece in (min(part, amount - 1), amount - min(part, amount - 1))
        if piece
    ]

    assert cents_of(terms, pot, split) == cents_of(terms, pot, rows)


@given(rules, pots, pledges)
def test_no_campaign_passes_its_caps(terms, pot, rows):
    found, _left = cents_of(terms, pot, rows)

    for name, match in found.items():
        if terms.cap_per_campaign is not None:
            assert match <= terms.cap_per_campaign.cents
        if terms.cap_share_of_goal is not None:
            limit = terms.cap_share_of_goal
            most = share(GOALS[name], numerator=limit.numerator, denominator=limit.denominator)
            assert match <= most.cents


@given(rules, pots, pledges, cents)
def test_larger_pot_gives_no_campaign_less_but_for_a_cent_of_rounding(terms, pot, rows, more):
    small, _left = cents_of(terms, pot, rows)
    large, _left = cents_of(terms, pot + more, rows)

    assert all(small[name] <= large[name] + 1 for name in small)


@given(st.integers(0, 3_000_000), st.lists(st.tuples(st.sampled_from("abc"), cents), min_size=1))
def test_match_is_divided_among_its_pledges_to_the_cent(match, rows):
    given_ = [GivenPledge(f"p{number}", *row) for number, row in enumerate(rows_of(rows))]
    counted = {"a": 700, "b": 0, "c": 1}
    if not any(counted[each.backer] for each in given_):
        match = 0

    parts = parts_of(match, pledges=given_, counted=counted)

    assert sum(part.cents for part in parts.values()) == match
    assert all(part.cents == 0 for each, part in of_backer(parts, given_, "b"))
    for backer in {each.backer for each in given_}:
        found = [part.counted_cents for _each, part in of_backer(parts, given_, backer)]
        assert sum(found) == counted[backer]


@given(rules, pots, pledges)
def test_last_step_of_each_trace_is_the_match(terms, pot, rows):
    closing = close(terms, pot_cents=pot, crowd=a_crowd_of_cents(rows))

    assert [match.trace[-1].cents for match in closing.matches] == [
        match.cents for match in closing.matches
    ]


@given(
    st.sampled_from([MatchKind.ROUND, MatchKind.QUADRATIC]),
    pots,
    pledges,
    st.sampled_from("abcdef"),
    cents,
)
def test_further_pledge_never_draws_less_but_for_a_cent_of_rounding(kind, pot, rows, who, amount):
    terms = MatchTerms(kind=kind)
    before, _left = cents_of(terms, pot, rows)

    after, _left = cents_of(terms, pot, [*rows, (who, "choir", amount)])

    assert before["choir"] <= after["choir"] + 1
