"""How a call chooses: what it weighs when it assigns reviewers, and how its grants are shared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from grantengine.reviews.assignment.affinity import DEFAULT_WEIGHTS
from grantengine.reviews.assignment.problem import Objective
from grantengine.reviews.errors import SelectionRulesError

WEIGHT_MAX: Final = 100
LOAD_MIN_MAX: Final = 1_000


class WhenShort(StrEnum):
    """What happens at the first grant that the money left no longer covers.

    STOP: no smaller grant further down passes one that was placed higher.
    SKIP: it is passed over, and the next that fits is funded.
    """

    STOP = "stop"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class SelectionRules:
    """The rules that a call publishes before anybody applies.

    Attributes:
        weights: points for a fit of expertise, goals, language and region.
        fields: codes of the fields of expertise that the call asks for.
        hides_names: whether reviewers score without seeing who applies.
        floors: the smallest number of grants by region, as far as there are applications.
        when_short: what happens at a grant that no longer fits.
        objective: what an assignment of reviewers makes as high as it can be.
        load_min: the fewest applications for each reviewer, below which one's own capacity may
            lie; None for equal shares.
    """

    weights: Mapping[str, int] = field(default_factory=lambda: dict(DEFAULT_WEIGHTS))
    fields: Sequence[str] = ()
    hides_names: bool = False
    floors: Mapping[str, int] = field(default_factory=dict)
    when_short: WhenShort = WhenShort.STOP
    objective: Objective = Objective.PAIR_FLOOR
    load_min: int | None = None


def check_rules(rules: SelectionRules, *, grants_target: int) -> None:
    """Let rules pass that a call can keep.

    Raises:
        SelectionRulesError: names what cannot be as it is.
    """
    if rules.weights.keys() != DEFAULT_WEIGHTS.keys() or not all(
        0 <= each <= WEIGHT_MAX for each in rules.weights.values()
    ):
        raise SelectionRulesError(field="weights")
    if any(each < 0 for each in rules.floors.values()):
        raise SelectionRulesError(field="floors")
    if rules.load_min is not None and not 1 <= rules.load_min <= LOAD_MIN_MAX:
        raise SelectionRulesError(field="load_min")
    # Floors above the number of grants are a promise that cannot be kept.
    if sum(rules.floors.values()) > grants_target:
        raise SelectionRulesError(field="floors")
