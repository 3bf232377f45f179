"""Portfolios by rank with regional floors, against trying every choice; seats by population."""

import json
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grantengine.money import Money, eur, split_by_weights
from grantengine.programme.lifecycle import Tier
from grantengine.reviews.apportionment import sainte_lague
from grantengine.reviews.portfolio import Entrant, Limits, choose_portfolio
from grantengine.reviews.selection import WhenShort
from tests.support.cases import case_path

SIZE = eur("5000")


def entrants(regions, tier=Tier.SMALL, amount=SIZE):
    """Rank applications `1`, `2`, … from these regions; a dash is the whole country."""
    return [
        Entrant(str(place), None if region == "-" else region, tier, amount)
        for place, region in enumerate(regions, start=1)
    ]


def chosen(ranked, *, places, envelope="1000000", **floors):
    limits = Limits({Tier.SMALL: places}, eur(envelope), floors)
    return choose_portfolio(ranked, limits)


def test_without_floors_the_best_are_funded():
    found = chosen(entrants("aabb-"), places=3)

    assert found.funded == ["1", "2", "3"]
    assert found.reserved == frozenset()
    assert found.left == eur("985000")


def test_a_floor_brings_up_the_best_of_its_region_and_nobody_else():
    found = chosen(entrants("aaaabba"), places=3, b=1)

    assert found.funded == ["1", "2", "5"]
    assert found.reserved == {"5"}


def test_a_floor_without_applications_goes_to_the_best_of_all():
    assert chosen(entrants("aab"), places=2, c=2).funded == ["1", "2"]


def test_floors_above_the_number_of_grants_go_by_rank():
    assert chosen(entrants("abc"), places=2, a=1, b=1, c=1).funded == ["1", "2"]


def test_the_envelope_is_not_passed_by_a_cent():
    found = chosen(entrants("aaa"), places=3, envelope="14999.99")

    assert found.funded == ["1", "2"]
    assert found.left == eur("4999.99")


def test_each_tier_has_its_own_number_and_ends_by_itself():
    large = entrants("aa", Tier.STRONG, eur("50000"))
    small = [
        Entrant(f"s{each.application_id}", *("b", Tier.SMALL, SIZE)) for each in entrants("bb")
    ]
    limits = Limits({Tier.SMALL: 5, Tier.STRONG: 5}, eur("62000"), {})

    found = choose_portfolio([*large, *small], limits)

    assert found.funded == ["1", "s1", "s2"]


UNEQUAL = [
    Entrant(str(place), None, Tier.SMALL, eur(amount))
    for place, amount in enumerate(("5000", "4000", "1000", "500"), start=1)
]


@pytest.mark.parametrize(
    ("when_short", "funded"), [(WhenShort.STOP, ["1"]), (WhenShort.SKIP, ["1", "3", "4"])]
)
def test_at_a_grant_that_no_longer_fits_the_published_rule_decides(when_short, funded):
    limits = Limits({Tier.SMALL: 4}, eur("6500"), {}, when_short=when_short)

    assert choose_portfolio(UNEQUAL, limits).funded == funded


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from("abc-"), max_size=7),
    st.integers(0, 5),
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 2)),
)
def test_no_other_choice_that_keeps_the_floors_is_better(regions, places, floors):
    ranked = entrants(regions)
    worth = {each.application_id: 2 ** (len(ranked) - int(each.application_id)) for each in ranked}
    there = Counter(regions)
    wanted = {region: min(least, there[region]) for region, least in floors.items()}

    found = chosen(ranked, places=places, **floors)

    possible = [
        pick
        for pick in combinations(ranked, min(places, len(ranked)))
        if all(sum(each.region == region for each in pick) >= n for region, n in wanted.items())
    ]
    if possible:
        best = max(sum(worth[each.application_id] for each in pick) for pick in possible)
        assert sum(worth[each] for each in found.funded) == best
    assert len(found.funded) == min(places, len(ranked))


def test_seats_are_shared_as_the_published_examples_share_them():
    for case in json.loads(case_path("apportionment/cases.json").read_text()):
        names = [f"{position:02d}" for position in range(len(case["votes"]))]
        if case["method"] == "saintelague":
            shared = sainte_lague(dict(zip(names, case["votes"], strict=True)), case["seats"])
            assert list(shared.values()) == case["expected"]
        else:
            parts = split_by_weights(Money(case["seats"]), case["votes"])
            assert [part.cents for part in parts] == case["expected"]


@pytest.mark.parametrize(
    ("weights", "seats"), [({}, 1), ({"a": 0}, 1), ({"a": -1}, 1), ({"a": 1}, -1)]
)
def test_seats_that_cannot_be_shared_are_refused(weights, seats):
    with pytest.raises(ValueError, match="non-negative"):
        sainte_lague(weights, seats)
