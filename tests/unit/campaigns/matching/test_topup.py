"""The top-up, by the rules of Finnish cities."""

import pytest

from grantengine.campaigns.matching.presets import PRESETS
from grantengine.campaigns.matching.terms import MatchKind, MatchTerms
from grantengine.campaigns.matching.topup import match_top_ups, top_up
from grantengine.money import eur
from tests.support.matching import a_crowd, matches_of


def topped_up(terms, *, goal, raised, backers=30, pot="100000"):
    match = top_up(
        terms,
        campaign="bakery",
        goal=eur(goal),
        raised=eur(raised),
        backers=backers,
        pot=eur(pot),
    )
    return match.cents / 100


@pytest.mark.parametrize(
    ("goal", "raised", "expected"),
    [
        ("5000", "2999.99", 0),
        ("5000", "3000", 2_000),
        ("5000", "4000", 1_000),
        ("5000", "5000", 0),
        ("5000", "7000", 0),
        # Forty percent of 20,000 is 8,000, but the city pays at most 5,000.
        ("20000", "12000", 5_000),
    ],
)
def test_tampere_pays_what_is_missing_once_sixty_percent_are_in(goal, raised, expected):
    assert topped_up(PRESETS["tampere-2020"], goal=goal, raised=raised) == expected


@pytest.mark.parametrize(
    ("goal", "raised", "expected"),
    [("4000", "1999.99", 0), ("4000", "2000", 2_000), ("10000", "5000", 3_000)],
)
def test_jyvaskyla_pays_the_other_half_up_to_three_thousand(goal, raised, expected):
    assert topped_up(PRESETS["jyvaskyla"], goal=goal, raised=raised) == expected


def test_too_few_backers_draw_nothing_however_much_they_gave():
    terms = MatchTerms(kind=MatchKind.TOPUP, min_backers=25)

    assert topped_up(terms, goal="1000", raised="900", backers=24) == 0
    assert topped_up(terms, goal="1000", raised="900", backers=25) == 100


def test_pot_gives_no_more_than_it_holds():
    assert topped_up(PRESETS["jyvaskyla"], goal="4000", raised="2000", pot="12.34") == 12.34


def test_pot_too_small_for_all_is_shared_in_proportion_to_what_is_missing():
    crowd = a_crowd(("Aino", "bakery", "700"), ("Elli", "choir", "1400"))

    closing = match_top_ups(PRESETS["jyvaskyla"], pot_cents=30_000, crowd=crowd)

    assert matches_of(closing) == {"bakery": eur("100"), "choir": eur("200"), "ferry": eur("0")}
