"""The knot of thread that stands for a campaign or an experiment: written from its id alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import shake_256
from typing import Final

from markupsafe import Markup

WIDTH: Final = 320
HEIGHT: Final = 120
MARGIN: Final = 56
GROUNDS: Final = 4

_TEMPLATE: Final = Markup(
    '<svg class="knot knot--{ground}" viewBox="0 0 {width} {height}"'
    ' preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">'
    '<path class="knot__shadow" d="{shadow}"/><path class="knot__thread" d="{thread}"/></svg>'
)


@dataclass(frozen=True, slots=True)
class Strands:
    """The two strands of a knot as paths of SVG, on a field of WIDTH by HEIGHT.

    Attributes:
        ground: number of the colour behind them.
    """

    ground: int
    thread: str
    shadow: str


@lru_cache(maxsize=2048)
def knot(seed: str) -> Markup:
    """Draw the knot of a thing as SVG: the same seed always gives the same knot.

    The thread comes in and goes out at half height, so that a row of cards shows one thread.

    Args:
        seed: id of the campaign or experiment.
    """
    drawn = strands(seed)
    return _TEMPLATE.format(
        ground=drawn.ground,
        width=WIDTH,
        height=HEIGHT,
        thread=drawn.thread,
        shadow=drawn.shadow,
    )


def strands(seed: str) -> Strands:
    """Write the strands of a thing's knot, for whoever draws it otherwise than as SVG."""
    dice = iter(shake_256(seed.encode()).digest(64))
    ground = next(dice) % GROUNDS
    loops = 2 + next(dice) % 3
    thread = _strand(loops, dice)
    return Strands(ground, thread=thread, shadow=_strand(loops + 1, dice))


def _strand(loops: int, dice: Iterator[int]) -> str:
    """Write one strand: tall loops, as in joined handwriting, upright or hanging.

    Every turning point is level, forwards below and backwards above, so all joins are smooth.
    """
    middle = HEIGHT / 2
    upward = 1 if next(dice) % 2 else -1
    step = (WIDTH - 2 * MARGIN) / loops
    x, y, handle = -2.0, middle, MARGIN * 0.6
    commands = [f"M{x:.0f} {y:.0f}"]
    for index in range(2 * loops + 1):
        is_top = index % 2 == 1
        rise = _between(0.3, 0.86, dice) if is_top else -_between(0.05, 0.8, dice)
        reach = step * (-_between(0.55, 1.2, dice) if is_top else _between(0.5, 0.9, dice))
        next_x, next_y = MARGIN + step * index / 2, middle - upward * middle * rise
        # The first turn lies near the edge: a long reach would fold it over.
        before = min(reach, MARGIN * 0.55) if index == 0 else reach
        commands.append(_curve(x + handle, y, next_x - before, next_y, next_x, next_y))
        x, y, handle = next_x, next_y, reach
    handle = min(handle, MARGIN * 0.55)
    commands.append(_curve(x + handle, y, WIDTH - MARGIN * 0.6, middle, WIDTH + 2, middle))
    return "".join(commands)


def _curve(*numbers: float) -> str:
    return "C" + " ".join(f"{number:.0f}" for number in numbers)


def _between(lowest: float, highest: float, dice: Iterator[int]) -> float:
    return lowest + (highest - lowest) * next(dice) / 255
