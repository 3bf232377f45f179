"""The acts of the story and their order: what happens, and when."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from grantengine.web.demonstration.stage import Stage


@dataclass(frozen=True, slots=True)
class Act:
    """Something that happens once.

    Attributes:
        at: when; the clock is set to it before the act is played.
        play: calls the services that a person's click or the scheduler would call.
    """

    at: datetime
    play: Callable[[Stage], None]


def in_order(acts: Iterable[Act]) -> list[Act]:
    """Sort acts by time; those of one instant keep the order in which they were told."""
    return sorted(acts, key=lambda act: act.at)


def play(act: Act, stage: Stage) -> None:
    """Let an act happen at its instant."""
    stage.clock.set_to(act.at)
    act.play(stage)
