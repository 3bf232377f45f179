"""How well a reviewer fits an application: whole points from what is known of both."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

# What each thing in common is worth, unless the call says otherwise.
DEFAULT_WEIGHTS: Final[Mapping[str, int]] = MappingProxyType(
    {"expertise": 40, "goals": 30, "language": 20, "region": 10}
)


@dataclass(frozen=True, slots=True)
class Profile:
    """What a reviewer knows, or what an application is about.

    Attributes:
        expertise: codes of fields.
        goals: ids of goals of the programme.
        languages: that a reviewer reads, or that an application is written in.
        regions: codes of regions.
    """

    expertise: frozenset[str] = field(default=frozenset())
    goals: frozenset[str] = field(default=frozenset())
    languages: frozenset[str] = field(default=frozenset())
    regions: frozenset[str] = field(default=frozenset())


def affinity(
    *, reviewer: Profile, application: Profile, weights: Mapping[str, int] = DEFAULT_WEIGHTS
) -> int:
    """Count the points of a pair: of each thing its weight, times the share that is covered.

    Args:
        reviewer: what the reviewer knows.
        application: what it is about.
        weights: points for expertise, goals, language and region; one left out counts nothing.
    """
    covered = {
        "expertise": (reviewer.expertise, application.expertise),
        "goals": (reviewer.goals, application.goals),
        "language": (reviewer.languages, application.languages),
        "region": (reviewer.regions, application.regions),
    }
    return sum(
        weights.get(name, 0) * len(known & wanted) // len(wanted)
        for name, (known, wanted) in covered.items()
        if wanted
    )
