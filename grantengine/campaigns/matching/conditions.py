"""For which experiments a rule holds."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Conditions:
    """What an experiment has to be for its campaign to be matched; None asks for nothing.

    Attributes:
        tier: small, strong or strategic.
        region_code: Statistics Finland's code of its region.
        goal_code: a goal of the programme that it serves.
    """

    tier: str | None = None
    region_code: str | None = None
    goal_code: str | None = None

    @property
    def asks_for_nothing(self) -> bool:
        """Tell whether every experiment is meant."""
        return self == Conditions()

    def hold_for(self, *, tier: str, region_code: str | None, goal_codes: Collection[str]) -> bool:
        """Tell whether an experiment is meant."""
        return (
            self.tier in (None, tier)
            and self.region_code in (None, region_code)
            and (self.goal_code is None or self.goal_code in goal_codes)
        )
