"""Quadratic funding in Gitcoin's variant, against its own numbers."""

import csv
import json
from decimal import Decimal, localcontext
from math import isqrt

import pytest

from grantengine.campaigns.matching.quadratic import match_quadratic
from grantengine.campaigns.matching.terms import MatchKind, MatchTerms
from grantengine.money import eur
from tests.support.cases import case_path
from tests.support.matching import a_crowd, a_crowd_of_cents, matches_of

CASE = "gitcoin-indexer"
PROJECTS = {f"project-id-{number}": eur("1000000") for number in (1, 2, 3)}


def quadratic(crowd, *, pot_cents, **terms):
    terms = MatchTerms(kind=MatchKind.QUADRATIC, **terms)
    return match_quadratic(terms, pot_cents=pot_cents, crowd=crowd)


def gitcoin(overrides=None):
    """Read the votes of round 1, each times the coefficient that the overrides give it.

    Gitcoin takes whole roots of its own units, so what goes in are the squares of those.
    """
    votes = json.loads(case_path(f"{CASE}/votes.json").read_text())
    lines = case_path(f"{CASE}/{overrides}").read_text().splitlines() if overrides else ["id"]
    rows = csv.DictReader(lines)
    coefficients = {row["id"]: Decimal(row["coefficient"]) for row in rows}
    weighed = [
        (
            vote["voter"],
            vote["projectId"],
            isqrt(int(Decimal(vote["amountRoundToken"]) * coefficients.get(vote["id"], 1))) ** 2,
        )
        for vote in votes
        if vote["roundId"] == "round-id-1"
    ]
    return a_crowd_of_cents([row for row in weighed if row[2]], PROJECTS)


@pytest.mark.parametrize(
    ("overrides", "case"),
    [
        (None, "plain_pool10000"),
        ("overrides.csv", "overrides"),
        ("overrides-with-floating-coefficient.csv", "floating"),
    ],
)
def test_matches_agree_with_gitcoin(overrides, case):
    expected = json.loads(case_path(f"{CASE}/expected.json").read_text())[case]

    closing = quadratic(gitcoin(overrides), pot_cents=10_000)

    found = {match.campaign: match.cents for match in closing.matches}
    # Gitcoin floors each share and loses what is left over; here the whole pot goes out.
    assert sum(found.values()) == 10_000
    assert all(0 <= found[name] - cents <= 1 for name, cents in expected.items())
    assert case == "floating" or found == expected


def test_backer_alone_draws_nothing():
    closing = quadratic(a_crowd(("Aino", "bakery", "100")), pot_cents=100_000)

    assert matches_of(closing)["bakery"] == eur("0")


def test_pot_larger_than_the_ideals_is_not_stretched():
    crowd = a_crowd(("Aino", "bakery", "4"), ("Elli", "bakery", "9"))

    closing = quadratic(crowd, pot_cents=100_000)

    # (2 + 3) squared is 25, less 13.
    assert matches_of(closing)["bakery"] == eur("12")
    assert closing.left_cents == 98_800


def test_capped_campaign_leaves_its_share_to_the_others():
    crowd = a_crowd(
        *[(f"backer {number}", "bakery", "25") for number in range(10)],
        *[(f"backer {number}", "choir", "25") for number in range(3)],
    )

    closing = quadratic(crowd, pot_cents=10_000, cap_per_campaign=eur("60"))

    assert matches_of(closing) == {"bakery": eur("60"), "choir": eur("40"), "ferry": eur("0")}


def test_roots_of_amounts_beyond_64_bits_are_exact():
    vast = 10**13 + 7
    crowd = a_crowd_of_cents([("Aino", "bakery", vast), ("Elli", "bakery", 9_000_001)])
    with localcontext(prec=60):
        ideal = 2 * (Decimal(vast) * 9_000_001).sqrt()

    closing = quadratic(crowd, pot_cents=10**15)

    assert abs(matches_of(closing)["bakery"].cents - ideal) < 10


def test_fixed_point_is_right_to_a_ten_millionth():
    amounts = [101, 250, 333, 999, 1_001, 7_777, 20_000, 65_537, 1_999_999, 8_999_999]
    crowd = a_crowd_of_cents([(f"b{cents}", "bakery", cents) for cents in amounts])
    with localcontext(prec=60):
        ideal = sum(Decimal(cents).sqrt() for cents in amounts) ** 2 - sum(amounts)

    closing = quadratic(crowd, pot_cents=10**12)

    assert abs(matches_of(closing)["bakery"].cents - ideal) < ideal / 10**7
