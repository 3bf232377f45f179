"""How documents write shares, scores, lists and account numbers, in the present language."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from babel.lists import format_list
from babel.numbers import format_decimal

from grantengine.web.formatting import locale

EXCERPT_LETTERS: Final = 4000
EXCERPT_LINES: Final = 60


def share(bps: int) -> str:
    """Write hundredths of a percent as percents without the sign: 8550 is `85,5`."""
    return str(format_decimal(Decimal(bps).scaleb(-2), format="#,##0.##", locale=locale()))


def tenths(value: int) -> str:
    """Write tenths as a number with one decimal: 45 is `4,5`."""
    return str(format_decimal(Decimal(value).scaleb(-1), format="0.0", locale=locale()))


def listing(words: Sequence[str]) -> str:
    """Write a list as it is spoken: `7, 12 ja 34`."""
    return format_list(list(words), locale=locale()) if words else "–"


def spaced_iban(iban: str) -> str:
    """Write an IBAN in groups of four that do not break."""
    bare = "".join(iban.split())
    return "\N{NO-BREAK SPACE}".join(bare[at : at + 4] for at in range(0, len(bare), 4))


def excerpt(text: str) -> str:
    """Take the beginning of a long text, cut at a word, an ellipsis after it."""
    if not is_cut(text):
        return text
    beginning = "\n".join(text.splitlines()[:EXCERPT_LINES])[:EXCERPT_LETTERS]
    return beginning.rsplit(maxsplit=1)[0] + " …" if " " in beginning else beginning + "…"


def is_cut(text: str) -> bool:
    """Say whether `excerpt` leaves something out."""
    return len(text) > EXCERPT_LETTERS or len(text.splitlines()) > EXCERPT_LINES
