"""Pictures of the demonstration, drawn by us: no photograph, and nobody's but ours."""

import random
from collections.abc import Callable
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from grantengine.web import palette

WIDTH: Final = 1600
HEIGHT: Final = 800


def drawn(name: str) -> bytes:
    """Draw one of the pictures by its name, as PNG; the same each time."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _ink("paper"))
    _DRAWINGS[name](ImageDraw.Draw(image))
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


def _map(canvas: ImageDraw.ImageDraw) -> None:
    """Blocks of a town in the colours of the stations, and the thread as a bus line."""
    chance = random.Random(1)  # noqa: S311 - a drawing, no secret
    grounds = [_ink(f"{name}-tint") for name in ("pledged", "collected", "matched", "paid")]
    step = 160
    for x in range(0, WIDTH, step):
        for y in range(0, HEIGHT, step):
            wide, tall = step - chance.randint(12, 40), step - chance.randint(12, 40)
            box = (x + 8, y + 8, x + wide, y + tall)
            canvas.rounded_rectangle(box, radius=14, fill=chance.choice(grounds))
    line = [(0, 560), (320, 560), (480, 400), (800, 400), (960, 240), (1280, 240), (1600, 400)]
    canvas.line(line, fill=_ink("thread"), width=18, joint="curve")
    for x, y in line[1:-1]:
        box = (x - 20, y - 20, x + 20, y + 20)
        canvas.ellipse(box, fill=_ink("paper"), outline=_ink("ink"), width=8)


def _village(canvas: ImageDraw.ImageDraw) -> None:
    """Houses in a row on a winter evening, with lit windows."""
    chance = random.Random(4)  # noqa: S311 - a drawing, no secret
    canvas.rectangle((0, 0, WIDTH, HEIGHT), fill=_ink("deep"))
    for _star in range(90):
        x, y = chance.randint(0, WIDTH), chance.randint(0, 420)
        canvas.ellipse((x, y, x + 4, y + 4), fill=_ink("paper"))
    walls = [_ink(name) for name in ("thread", "matched", "collected", "paid", "pledged")]
    x = 70
    while x < WIDTH - 220:
        wide, tall = chance.randint(150, 240), chance.randint(150, 260)
        top = 640 - tall
        canvas.polygon(
            [(x - 18, top), (x + wide / 2, top - 110), (x + wide + 18, top)], fill=_ink("paper")
        )
        canvas.rectangle((x, top, x + wide, 650), fill=chance.choice(walls))
        for window in (x + wide // 4, x + 3 * wide // 4):
            canvas.rectangle(
                (window - 22, top + 50, window + 22, top + 110), fill=_ink("matched-tint")
            )
        x += wide + chance.randint(40, 90)
    canvas.ellipse((-500, 610, WIDTH + 500, 1250), fill=_ink("paper"))


def _ink(name: str) -> str:
    return palette.colours()[name].light


_DRAWINGS: Final[dict[str, Callable[[ImageDraw.ImageDraw], None]]] = {
    "map": _map,
    "village": _village,
}
