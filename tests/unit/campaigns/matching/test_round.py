"""The round: reckoned at the close, in proportion, whatever the order."""

from fractions import Fraction

from grantengine.campaigns.matching.round import match_round
from grantengine.campaigns.matching.terms import MatchKind, MatchTerms
from grantengine.money import eur
from tests.support.matching import a_crowd, matches_of


def round_of(*pledges, pot, **terms):
    terms = MatchTerms(kind=MatchKind.ROUND, **terms)
    return match_round(terms, pot_cents=eur(pot).cents, crowd=a_crowd(*pledges))


def euros_of(closing):
    return {name: str(match.cents / 100) for name, match in matches_of(closing).items()}


def test_euro_follows_each_euro_while_the_pot_lasts():
    closing = round_of(
        ("Aino", "bakery", "30"), ("Elli", "bakery", "20"), ("Aino", "choir", "10"), pot="100"
    )

    assert matches_of(closing) == {"bakery": eur("50"), "choir": eur("10"), "ferry": eur("0")}
    assert closing.left_cents == 4_000


def test_short_pot_is_shared_in_proportion_to_the_last_cent():
    closing = round_of(
        ("Aino", "bakery", "10"), ("Elli", "choir", "10"), ("Onni", "ferry", "10"), pot="10"
    )

    assert matches_of(closing) == {
        "bakery": eur("3.34"),
        "choir": eur("3.33"),
        "ferry": eur("3.33"),
    }
    assert closing.left_cents == 0


def test_pledges_of_a_backer_are_added_up_before_the_cap():
    whole = round_of(("Aino", "bakery", "300"), pot="1000", cap_per_backer_campaign=eur("250"))
    split = round_of(
        *[("Aino", "bakery", "100")] * 3, pot="1000", cap_per_backer_campaign=eur("250")
    )

    assert matches_of(whole) == matches_of(split)
    assert matches_of(whole)["bakery"] == eur("250")


def test_backer_above_the_cap_over_all_campaigns_counts_for_each_in_proportion():
    closing = round_of(
        ("Aino", "bakery", "300"),
        ("Aino", "choir", "600"),
        ("Elli", "choir", "50"),
        pot="1000",
        cap_per_backer=eur("100"),
    )

    # A third and two thirds of a hundred euros; the odd cent goes to the larger remainder.
    assert matches_of(closing)["bakery"] == eur("33.33")
    assert matches_of(closing)["choir"] == eur("66.67") + eur("50")


def test_what_a_capped_campaign_leaves_is_shared_by_the_others():
    closing = round_of(
        ("Aino", "bakery", "600"),
        ("Elli", "choir", "200"),
        ("Onni", "ferry", "200"),
        pot="500",
        cap_share_of_goal=Fraction(1, 10),
    )

    # In proportion the bakery would get 300, but a tenth of its goal is 100; the choir's 200
    # comes to its own claim of 200 and the ferry's rest is below that.
    assert matches_of(closing) == {"bakery": eur("100"), "choir": eur("200"), "ferry": eur("200")}
    assert closing.left_cents == 0


def test_campaign_with_too_few_backers_gets_nothing():
    closing = round_of(
        ("Aino", "bakery", "50"),
        ("Aino", "choir", "50"),
        ("Elli", "choir", "50"),
        pot="1000",
        min_backers=2,
    )

    assert matches_of(closing) == {"bakery": eur("0"), "choir": eur("100"), "ferry": eur("0")}


def test_trace_tells_which_cap_held_back_what():
    closing = round_of(
        ("Aino", "choir", "900"),
        ("Elli", "choir", "30"),
        pot="200",
        cap_per_backer_campaign=eur("250"),
        cap_per_campaign=eur("275"),
    )

    [trace] = [match.trace for match in closing.matches if match.campaign == "choir"]
    assert [(step.name, step.cents, step.bit) for step in trace] == [
        ("pledged", 93_000, False),
        ("cap_per_backer_campaign", 28_000, True),
        ("factor", 28_000, False),
        ("cap_per_campaign", 27_500, True),
        ("pot", 20_000, True),
    ]


def test_nobody_pledged_and_the_pot_stays_whole():
    closing = round_of(pot="100")

    assert set(matches_of(closing).values()) == {eur("0")}
    assert closing.left_cents == 10_000
