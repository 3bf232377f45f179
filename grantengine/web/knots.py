"""The knot of thread that stands for a campaign or an experiment: drawn from its id alone."""

from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from math import cos, pi, sin
from typing import Final

from markupsafe import Markup

WIDTH: Final = 320
HEIGHT: Final = 120
SEGMENTS_PER_LOOP: Final = 6
GROUNDS: Final = 4

_TEMPLATE: Final = Markup(
    '<svg class="knot knot--{ground}" viewBox="0 0 {width} {height}"'
    ' preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">'
    '<path class="knot__shadow" d="{shadow}"/><path class="knot__thread" d="{thread}"/></svg>'
)


@lru_cache(maxsize=2048)
def knot(seed: str) -> Markup:
    """Draw the knot of a thing as SVG: the same seed always gives the same knot.

    The thread comes in and goes out at half height, so that a row of cards shows one thread.

    Args:
        seed: id of the campaign or experiment.
    """
    dice = sha256(seed.encode()).digest()
    loops = 2 + dice[0] % 4
    reach = 0.55 + dice[1] / 255 * 0.4
    lean = dice[2] / 255 * 2 * pi
    weave = dice[3] % 3
    return _TEMPLATE.format(
        ground=dice[4] % GROUNDS,
        width=WIDTH,
        height=HEIGHT,
        thread=_path(_strand(loops, reach, lean, weave), loops),
        shadow=_path(_strand(loops + 1, reach * 0.8, lean + 2, weave + 1), loops + 1),
    )


def _strand(
    loops: int, reach: float, lean: float, weave: int
) -> Callable[[float], tuple[float, float]]:
    """Give the curve of one strand: a running loop that swells and calms down again."""
    loop_width = WIDTH / loops * 0.42

    def point(t: float) -> tuple[float, float]:
        swell = sin(pi * t) ** 1.3
        angle = 2 * pi * loops * t
        wave = sin(angle) + 0.35 * sin(weave * angle / 2 + lean)
        return (
            WIDTH * t + loop_width * swell * (cos(angle) - 1) * 0.9,
            HEIGHT / 2 - HEIGHT / 2 * reach * swell * wave / 1.25,
        )

    return point


def _path(point: Callable[[float], tuple[float, float]], loops: int) -> str:
    """Write a curve as cubic Béziers through points of it, with its own tangents."""
    count = loops * SEGMENTS_PER_LOOP
    step = 1 / count
    commands = ["M{:.0f} {:.0f}".format(*point(0))]
    for index in range(count):
        start, end = index * step, (index + 1) * step
        first = _handle(point, start, step / 3)
        second = _handle(point, end, -step / 3)
        commands.append(
            "C{:.0f} {:.0f} {:.0f} {:.0f} {:.0f} {:.0f}".format(*first, *second, *point(end))
        )
    return "".join(commands)


def _handle(
    point: Callable[[float], tuple[float, float]], t: float, length: float
) -> tuple[float, float]:
    nudge = 1e-4
    before, after = point(max(0.0, t - nudge)), point(min(1.0, t + nudge))
    span = min(1.0, t + nudge) - max(0.0, t - nudge)
    x, y = point(t)
    return (
        x + (after[0] - before[0]) / span * length,
        y + (after[1] - before[1]) / span * length,
    )
