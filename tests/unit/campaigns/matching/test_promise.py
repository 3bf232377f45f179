"""The promise match, cap by cap, and against the numbers of a platform in production."""

import json
from fractions import Fraction

import pytest

from grantengine.campaigns.errors import MatchTermsError
from grantengine.campaigns.matching.apportion import ration
from grantengine.campaigns.matching.promise import Situation, promise
from grantengine.campaigns.matching.terms import MatchTerms
from grantengine.money import Money, eur
from tests.support.cases import case_path

GOAL = eur("5000")


def situation(**facts):
    return Situation(**({"goal": GOAL, "pot": eur("340000")} | facts))


@pytest.mark.parametrize(
    ("terms", "facts", "pledge", "expected"),
    [
        ({}, {}, "50", "50"),
        ({"factor": Fraction(1, 2)}, {}, "50", "25"),
        ({"factor": Fraction(2)}, {}, "50", "100"),
        ({"cap_per_pledge": eur("100")}, {}, "150", "100"),
        ({"cap_per_backer_campaign": eur("250")}, {"counted": eur("200")}, "100", "50"),
        ({"cap_per_backer_campaign": eur("250")}, {"counted": eur("250")}, "100", "0"),
        ({"cap_per_backer_campaign": eur("250")}, {"counted": eur("300")}, "100", "0"),
        ({"cap_per_backer": eur("1000")}, {"counted_of_backer": eur("970")}, "100", "30"),
        ({"cap_per_backer": eur("1000")}, {"counted": eur("970")}, "100", "100"),
        ({"pledges_per_backer": 1}, {"pledges_counted": 1}, "100", "0"),
        ({"pledges_per_backer": 2}, {"pledges_counted": 1}, "100", "100"),
        ({"cap_per_campaign": eur("1000")}, {"matched": eur("990")}, "100", "10"),
        ({"cap_share_of_goal": Fraction(1, 2)}, {"matched": eur("2499.99")}, "100", "0.01"),
        ({}, {"pot": eur("0.37")}, "100", "0.37"),
        ({}, {"pot": eur("0")}, "100", "0"),
    ],
)
def test_pot_adds_what_the_caps_leave(terms, facts, pledge, expected):
    promised = promise(MatchTerms(**terms), pledge=eur(pledge), situation=situation(**facts))

    assert promised.amount == eur(expected)


def test_half_a_cent_is_rounded_down():
    promised = promise(MatchTerms(factor=Fraction(1, 2)), pledge=eur("0.99"), situation=situation())

    assert promised.amount == eur("0.49")


def test_trace_tells_which_cap_bit():
    terms = MatchTerms(cap_per_pledge=eur("100"), cap_per_campaign=eur("1000"))

    promised = promise(terms, pledge=eur("150"), situation=situation(matched=eur("950")))

    assert [(s.name, s.cents, s.bit) for s in promised.trace] == [
        ("pledge", 15_000, False),
        ("cap_per_pledge", 10_000, True),
        ("factor", 10_000, False),
        ("cap_per_campaign", 5_000, True),
        ("pot", 5_000, False),
    ]
    assert promised.amount == eur("50")


def test_last_step_of_the_trace_is_the_match():
    promised = promise(
        MatchTerms(cap_per_backer_campaign=eur("20")), pledge=eur("33.33"), situation=situation()
    )

    assert promised.trace[-1].cents == promised.amount.cents


@pytest.mark.parametrize(
    "terms",
    [
        {"factor": Fraction(0)},
        {"factor": Fraction(-1)},
        {"factor": Fraction(101, 10)},
        {"cap_per_pledge": eur("-1")},
        {"pledges_per_backer": -1},
        {"cap_share_of_goal": Fraction(-1, 10)},
        {"threshold": Fraction(-1, 10)},
        {"min_backers": -1},
    ],
)
def test_terms_that_cannot_be_followed_are_refused(terms):
    with pytest.raises(MatchTermsError):
        MatchTerms(**terms)


def goteo_cases():
    return json.loads(case_path("goteo-matcher/matcher.json").read_text())["amount_cases"]


def test_matches_agree_with_goteo():
    cases = goteo_cases()

    found = [_goteo(case) for case in cases]

    assert found == [eur(str(case["expected"])) for case in cases]


def _goteo(case):
    terms = MatchTerms(
        factor=Fraction(case.get("factor", 1)),
        cap_per_pledge=_cap(case.get("per_invest")),
        # Goteo writes 0 for no cap.
        cap_per_campaign=_cap(case.get("per_project") or None),
        pledges_per_backer=case.get("max_per_user"),
    )
    so_far = situation(
        matched=eur(str(case.get("already", 0))),
        pledges_counted=case.get("invests_so_far", 0),
        pot=eur(str(case.get("pot_left", 1_000_000))),
    )
    return promise(terms, pledge=eur(str(case["invest"])), situation=so_far).amount


def _cap(euros: int | None) -> Money | None:
    return None if euros is None else eur(str(euros))


@pytest.mark.parametrize("number", range(3))
def test_invested_euros_are_divided_among_pools_like_goteo(number):
    case = json.loads(case_path("goteo-matcher/matcher.json").read_text())["apportion_cases"][
        number
    ]

    shares = ration(case["total"], weights=case["pools"], limits=case["pools"])

    assert shares == case["expected"]
