"""Lots at the funding line of a call whose regions have floors, against every order there is."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grantengine.money import eur
from grantengine.programme.lifecycle import Tier
from grantengine.reviews.lots import Lots, Placed, lots_between
from grantengine.reviews.portfolio import Entrant, Limits, choose_portfolio
from grantengine.reviews.ranking.groups import Group

SIZE = eur("5000")
REGIONS = "ab-"


def ranked(above="", line="", below=""):
    """Rank applications `1`, `2`, … from these regions; a dash is the whole country."""
    groups = [*[Group.FUND] * len(above), *[Group.DRAW] * len(line), *[Group.REJECT] * len(below)]
    regions = [None if each == "-" else each for each in above + line + below]
    places = range(1, len(groups) + 1)
    return [
        Placed(str(place), region, group)
        for place, region, group in zip(places, regions, groups, strict=True)
    ]


def lots(above, line, below, *, places, **floors):
    return lots_between(ranked(above, line, below), places=places, floors=floors)


def test_without_floors_the_lots_decide_what_those_above_leave():
    assert lots("a", "a-b", "bb", places=3) == Lots(["2", "3", "4"], 2)


@pytest.mark.parametrize(
    ("above", "line", "below", "winners"),
    [
        ("-", "--a", "b-", 1),  # `b` takes one of two from below.
        ("b", "--a", "b-", 2),  # Its floor is reached above.
        ("-", "--a", "--", 2),  # Nobody can hold it.
        ("-", "--b", "b-", 1),  # It is held at the line, whatever the lots say.
    ],
)
def test_a_place_that_a_floor_may_take_is_not_announced(above, line, below, winners):
    assert lots(above, line, below, places=3, b=1) == Lots(["2", "3", "4"], winners)


def test_where_floors_take_all_that_is_left_only_their_regions_draw():
    assert lots("-", "-bb-", "", places=2, b=1) == Lots(["3", "4"], 1)
    assert lots("-", "-bbb", "", places=3, b=2) == Lots(["3", "4", "5"], 2)
    assert lots("-", "bab-", "", places=3, a=1, b=1) == Lots(["2", "3", "4"], 1)


def test_where_floors_below_the_line_take_all_that_is_left_there_is_nothing_to_draw():
    assert lots("-", "--", "b", places=2, b=1) == Lots()
    assert lots("--", "--", "", places=2) == Lots()


@settings(deadline=None)
@given(
    st.text(REGIONS, max_size=3),
    st.text(REGIONS, min_size=2, max_size=4),
    st.text(REGIONS, max_size=3),
    st.integers(1, 5),
    st.integers(0, 3),
    st.integers(0, 3),
)
def test_the_first_of_any_order_have_their_grants(above, line, below, free, least_a, least_b):
    places = len(above) + free
    floors = {"a": min(least_a, places), "b": min(least_b, places - min(least_a, places))}
    everybody = ranked(above, line, below)
    found = lots_between(everybody, places=places, floors=floors)

    for order in permutations(found.labels):
        in_order = decision_order(everybody, order)
        funded = choose_portfolio(
            # Those above the line are decided before the draw.
            [entrant(each) for each in in_order if each.group is not Group.FUND],
            Limits({Tier.SMALL: free}, eur("1000000"), open_floors(everybody, floors)),
        ).funded
        assert set(order[: found.winners]) <= set(funded)


def decision_order(everybody, order):
    drawn = sorted((x for x in everybody if x.label in order), key=lambda x: order.index(x.label))
    above = [each for each in everybody if each.group is Group.FUND]
    return [*above, *drawn, *(x for x in everybody if x not in above and x.label not in order)]


def open_floors(everybody, floors):
    above = [each.region for each in everybody if each.group is Group.FUND]
    return {code: max(0, least - above.count(code)) for code, least in floors.items()}


def entrant(placed):
    return Entrant(placed.label, placed.region, Tier.SMALL, SIZE)
