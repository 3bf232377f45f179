"""The drawing of the flow loses no cent: what comes into a bar goes out of it."""

import re
from dataclasses import dataclass
from itertools import pairwise

import pytest

from grantengine.money import Money, eur
from grantengine.programme.chart import Stage
from grantengine.programme.queries import Budget, EnvelopeBudget
from grantengine.web import flows


@dataclass
class FakeEnvelope:
    """As much of an envelope as the drawing reads."""

    code: str


def a_budget(**envelopes):
    """Make a budget of envelopes, each a mapping of stages to euros."""
    found = [
        EnvelopeBudget(FakeEnvelope(code), {stage: eur(stages.get(stage, "0")) for stage in Stage})
        for code, stages in envelopes.items()
    ]
    return Budget(Money(sum(each.allotted.cents for each in found)), Money(0), found)


def test_nothing_appropriated_is_no_drawing():
    assert flows.flow_of(a_budget(small={})) is None


def test_bars_stand_for_what_they_hold():
    flow = flows.flow_of(
        a_budget(
            small={"available": "600", "paid": "400"},
            match={"reserved": "250", "available": "750"},
            support={},
        )
    )

    assert [(node.name, node.amount) for node in flow.envelopes] == [
        ("small", eur("1000")),
        ("match", eur("1000")),
    ]
    assert [(node.name, node.amount) for node in flow.stations] == [
        ("paid", eur("400")),
        ("reserved", eur("250")),
        ("available", eur("1350")),
    ]
    assert flow.source.height == pytest.approx(sum(node.height for node in flow.envelopes))
    assert flow.source.height == pytest.approx(sum(node.height for node in flow.stations))


def test_bands_fill_the_bars_they_come_to_exactly():
    flow = flows.flow_of(
        a_budget(
            small={"available": "600", "paid": "400"},
            match={"reserved": "250", "available": "750"},
        )
    )

    for node in flow.stations:
        arriving = [edges_of(band) for band in flow.bands if band.stage == node.name]
        assert sum(bottom - top for top, bottom in arriving) == pytest.approx(node.height, abs=0.3)
        assert min(top for top, _bottom in arriving) == pytest.approx(node.y, abs=0.1)


def test_labels_of_small_bars_do_not_touch():
    flow = flows.flow_of(a_budget(small=dict.fromkeys(Stage, "1") | {"available": "99999"}))

    middles = [node.middle for node in flow.stations]
    assert all(lower - upper >= 40 for upper, lower in pairwise(middles))


def edges_of(band):
    """Read the heights at which a band arrives: its upper and its lower edge."""
    upper = float(re.search(r" ([\d.]+)V", band.path).group(1))
    lower = float(re.search(r"V([\d.]+)", band.path).group(1))
    return upper, lower
