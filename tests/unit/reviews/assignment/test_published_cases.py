"""Assignments that other programs publish: never below their optimum, and exact where it is one."""

import json
from itertools import product

import pytest

from grantengine.reviews.assignment.problem import Capacity, Need, Objective, Problem
from grantengine.reviews.assignment.solving import assign
from tests.support.cases import CASES, case_path

# Their scores have up to this many decimals.
UNIT = 10**6


def instances():
    path = CASES / "openreview-matcher" / "instances.json"
    if not path.exists():
        return [pytest.param(None, id="missing")]
    return [
        pytest.param(each, id=f"{number}-{each['test']}")
        for number, each in enumerate(json.loads(path.read_text()))
    ]


def problem_of(instance, objective):
    scores, barred = instance["scores_paper_x_reviewer"], instance["constraints_paper_x_reviewer"]
    papers, reviewers = range(len(scores)), range(len(scores[0]))
    return Problem(
        needs=[Need(f"p{paper:03d}", instance["demands"][paper]) for paper in papers],
        capacities=[
            Capacity(f"r{each:03d}", instance["min"][each], instance["max"][each])
            for each in reviewers
        ],
        scores=[
            (f"p{paper:03d}", f"r{reviewer:03d}", round(scores[paper][reviewer] * UNIT))
            for paper, reviewer in product(papers, reviewers)
        ],
        conflicts={
            (f"p{paper:03d}", f"r{reviewer:03d}"): "constraint"
            for paper, reviewer in product(papers, reviewers)
            if barred[paper][reviewer] < 0
        },
        seed="openreview",
        objective=objective,
    )


@pytest.mark.parametrize("instance", instances())
def test_no_instance_of_openreview_gets_less_than_its_optimum(instance):
    case_path("openreview-matcher/instances.json")

    found = assign(problem_of(instance, Objective.TOTAL))

    assert found.total == round(instance["opt_total"] * UNIT)
    assert found.total >= round(instance["their_total"] * UNIT)


@pytest.mark.parametrize("instance", instances())
def test_no_application_of_openreview_gets_less_than_their_solver_gave_it(instance):
    case_path("openreview-matcher/instances.json")

    found = assign(problem_of(instance, Objective.APPLICATION_FLOOR))

    assert found.application_floor >= round(instance["their_min_app"] * UNIT)


def hotcrp():
    return json.loads(case_path("hotcrp-mcmf/cases.json").read_text())


def one_each(scores, seed="hotcrp"):
    """Assign one each, the cheapest first: costs are scores turned round."""
    users = sorted({user for user, _paper, _cost in scores})
    papers = sorted({paper for _user, paper, _cost in scores})
    problem = Problem(
        needs=[Need(paper, 1) for paper in papers],
        capacities=[Capacity(user, 1, 1) for user in users],
        scores=[(paper, user, -cost) for user, paper, cost in scores],
        conflicts={},
        seed=seed,
        objective=Objective.TOTAL,
    )
    return assign(problem)


def test_the_unique_optimum_of_hotcrp_is_found():
    case = hotcrp()

    found = one_each([tuple(edge) for edge in case["edges"]])

    assert {user: paper for paper, user in found.pairs} == case["unique_optimum"]
    assert -found.total == case["cost"]


@pytest.mark.parametrize(
    ("name", "zero"),
    [("uniform_3x3_distinct_optima_over_seeds", None), ("two_class_3x3", "zero_cost_pairs")],
)
def test_over_many_seeds_every_tied_optimum_of_hotcrp_has_its_turn(name, zero):
    case = hotcrp()[name]
    cheap = {tuple(pair) for pair in case[zero]} if zero else None
    other = case["other_cost"] if zero else 0
    costs = [
        (user, paper, 0 if cheap is None or (user, paper) in cheap else other)
        for user, paper in product(("u0", "u1", "u2"), ("p0", "p1", "p2"))
    ]

    found = {tuple(one_each(costs, seed=f"seed {number}").pairs) for number in range(60)}

    assert len(found) == (case["distinct_optima"] if zero else case)
