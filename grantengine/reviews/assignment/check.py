"""A check of an assignment that shares nothing with the solver: sets and counting."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grantengine.reviews.assignment.problem import Pair, Problem


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule that an assignment breaks.

    Attributes:
        rule: conflict, no_score, twice, reviews, load_min or load_max.
        about: the ids that it is about.
    """

    rule: str
    about: Sequence[str]


def violations(problem: Problem, pairs: Sequence[Pair]) -> list[Violation]:
    """List every rule that a full assignment breaks; an empty list is the proof of none."""
    return [*_pair_violations(problem, pairs), *_count_violations(problem, pairs)]


def _pair_violations(problem: Problem, pairs: Sequence[Pair]) -> Iterator[Violation]:
    scored = ((application, reviewer) for application, reviewer, _score in problem.scores)
    unscored = set(pairs).difference(scored)
    for pair, count in Counter(pairs).items():
        if pair in problem.conflicts:
            yield Violation("conflict", pair)
        if pair in unscored:
            yield Violation("no_score", pair)
        if count > 1:
            yield Violation("twice", pair)


def _count_violations(problem: Problem, pairs: Sequence[Pair]) -> Iterator[Violation]:
    reviews = Counter(application for application, _reviewer in pairs)
    loads = Counter(reviewer for _application, reviewer in pairs)
    for need in problem.needs:
        if reviews[need.application_id] != need.reviews:
            yield Violation("reviews", [need.application_id])
    for capacity in problem.capacities:
        if loads[capacity.reviewer_id] < capacity.load_min:
            yield Violation("load_min", [capacity.reviewer_id])
        if loads[capacity.reviewer_id] > capacity.load_max:
            yield Violation("load_max", [capacity.reviewer_id])
