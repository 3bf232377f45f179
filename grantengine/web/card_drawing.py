"""Drawing the picture of a campaign. Imported only when one is drawn: Pillow takes a while."""

import re
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from grantengine.web import knots, palette
from grantengine.web.campaign_cards import CampaignCard
from grantengine.web.card_text import SANS, SERIF, Type

WIDTH: Final = 1200
HEIGHT: Final = 630

_BAND = 252
_MARGIN = 72
# The thread is drawn larger and made smaller, which smooths its edges.
_FINER = 2
_STEPS_A_CURVE = 24
_GROUNDS = ("sunk", "pledged-tint", "collected-tint", "paid-tint")
_TITLE_SIZES = (64, 56, 48, 42)
_TITLE_LINES_MAX = 2
_NUMBER_HEIGHT = 22
_NAME = "Kokeileva Suomi"


def draw(card: CampaignCard) -> bytes:
    """Draw the picture as PNG; the bytes depend on the card alone."""
    image = Image.new("RGB", (WIDTH, HEIGHT), _ink("paper"))
    image.paste(_knot(card.seed), (0, 0))
    canvas = ImageDraw.Draw(image)
    place = " · ".join(part for part in (card.place, card.state) if part)
    Type(SANS, 28).write(canvas, (_MARGIN, _BAND + 36), place, ink=_ink("ink-soft"))
    title, lines = _fitted(card.title)
    top = _BAND + 82
    for line in lines:
        title.write(canvas, (_MARGIN, top), line, ink=_ink("ink"))
        top += int(title.size * 1.14)
    bottom = HEIGHT - (_NUMBER_HEIGHT if card.number else 0)
    _draw_bar(canvas, card.share, bottom=bottom)
    Type(SANS, 32).write(canvas, (_MARGIN, bottom - 72), card.sum_line, ink=_ink("ink"))
    Type(SANS, 22).write(canvas, (_MARGIN, HEIGHT - 54), card.number, ink=_ink("ink-soft"))
    name = Type(SERIF, 30)
    corner = (WIDTH - _MARGIN - name.width_of(_NAME), bottom - 74)
    name.write(canvas, corner, _NAME, ink=_ink("ink"))
    content = BytesIO()
    image.save(content, "PNG")
    return content.getvalue()


def _draw_bar(canvas: ImageDraw.ImageDraw, share: int, *, bottom: int) -> None:
    box = (_MARGIN, bottom - 108, WIDTH - _MARGIN, bottom - 90)
    canvas.rounded_rectangle(box, radius=9, fill=_ink("line"))
    full = (WIDTH - 2 * _MARGIN) * min(share, 100) // 100
    if full:
        filled = (_MARGIN, box[1], _MARGIN + max(full, 18), box[3])
        canvas.rounded_rectangle(filled, radius=9, fill=_ink("pledged"))


def _knot(seed: str) -> Image.Image:
    strands = knots.strands(seed)
    image = Image.new("RGB", (WIDTH * _FINER, _BAND * _FINER), _ink(_GROUNDS[strands.ground]))
    canvas = ImageDraw.Draw(image)
    shadow = _blended(_ink("ink"), _ink(_GROUNDS[strands.ground]), 0.35)
    _draw_strand(canvas, strands.shadow, fill=shadow, width=3)
    _draw_strand(canvas, strands.thread, fill=_ink("thread"), width=9)
    return image.resize((WIDTH, _BAND), Image.Resampling.LANCZOS)


def _draw_strand(canvas: ImageDraw.ImageDraw, path: str, *, fill: str, width: int) -> None:
    wide = WIDTH / knots.WIDTH * _FINER
    # The band is flatter than the knot's field: the knot is pressed a little, and cut a little.
    tall = (wide + 2 * _BAND / knots.HEIGHT * _FINER) / 3
    lift = (knots.HEIGHT * tall - _BAND * _FINER) / 2
    points = [(x * wide, y * tall - lift) for x, y in _flattened(path)]
    canvas.line(points, fill=fill, width=width * _FINER, joint="curve")


def _flattened(path: str) -> list[tuple[float, float]]:
    """Turn `M… C…C…` into points that lie close enough to be joined by straight lines."""
    numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", path)]
    x, y, *rest = numbers
    points = [(x, y)]
    for at in range(0, len(rest), 6):
        x1, y1, x2, y2, x3, y3 = rest[at : at + 6]
        for step in range(1, _STEPS_A_CURVE + 1):
            t = step / _STEPS_A_CURVE
            s = 1 - t
            points.append(
                (
                    s**3 * x + 3 * s * s * t * x1 + 3 * s * t * t * x2 + t**3 * x3,
                    s**3 * y + 3 * s * s * t * y1 + 3 * s * t * t * y2 + t**3 * y3,
                )
            )
        x, y = x3, y3
    return points


def _fitted(title: str) -> tuple[Type, list[str]]:
    """Choose the largest size at which the title has two lines; a longer one is cut."""
    sizes = [Type(SERIF, size) for size in _TITLE_SIZES]
    for font in sizes:
        lines = _broken(title, font)
        if len(lines) <= _TITLE_LINES_MAX and _is_within(lines, font):
            return font, lines
    smallest = sizes[-1]
    return smallest, [_cut(line, smallest) for line in _broken(title, smallest)[:_TITLE_LINES_MAX]]


def _broken(title: str, font: Type) -> list[str]:
    lines: list[str] = []
    for word in title.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and font.width_of(longer) <= WIDTH - 2 * _MARGIN:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _is_within(lines: list[str], font: Type) -> bool:
    return all(font.width_of(line) <= WIDTH - 2 * _MARGIN for line in lines)


def _cut(line: str, font: Type) -> str:
    if font.width_of(line) <= WIDTH - 2 * _MARGIN:
        return line
    while line and font.width_of(f"{line}…") > WIDTH - 2 * _MARGIN:
        line = line[:-1]
    return f"{line}…"


def _ink(name: str) -> str:
    return palette.colours()[name].light


def _blended(over: str, under: str, share: float) -> str:
    mixed = (
        round(int(over[at : at + 2], 16) * share + int(under[at : at + 2], 16) * (1 - share))
        for at in (1, 3, 5)
    )
    return "#" + "".join(f"{channel:02x}" for channel in mixed)
