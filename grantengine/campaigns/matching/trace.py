"""The trace of a match: which rule and which cap gave which cent, one step after another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

WHOLE_BPS = 10_000


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the reckoning: what it is, its limit if it has one, and what remained.

    Attributes:
        name: `pledge`, `pledged`, `factor`, `squares`, `rest`, or the name of the cap.
        limit: what the cap still allowed, in cents; basis points for `factor` and `threshold`,
            a number of backers for `min_backers`.
        cents: the amount after this step.
        bit: whether the cap made the amount smaller.
    """

    name: str
    limit: int | None
    cents: int
    bit: bool = False


Trace = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class CampaignMatch:
    """What a rule adds to one campaign at the close, and how that was reckoned."""

    campaign: str
    cents: int
    trace: Trace


@dataclass(frozen=True, slots=True)
class Closing:
    """What a rule adds to each campaign at the close, and what goes back to the pot."""

    matches: tuple[CampaignMatch, ...]
    left_cents: int


def capped(trace: list[Step], cents: int, caps: Iterable[tuple[str, int]]) -> int:
    """Hold an amount below each cap in turn, adding a step for each; what is left of it."""
    for name, limit in caps:
        allowed = max(limit, 0)
        trace.append(Step(name, allowed, min(cents, allowed), bit=cents > allowed))
        cents = min(cents, allowed)
    return cents


def as_json(trace: Sequence[Step]) -> list[dict[str, Any]]:
    """Write a trace as it is stored with a match."""
    return [
        {"name": step.name, "limit": step.limit, "cents": step.cents, "bit": step.bit}
        for step in trace
    ]
