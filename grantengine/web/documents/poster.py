"""The poster of a campaign: one sheet of A4 for a notice board, with a code that leads to it."""

from dataclasses import dataclass
from datetime import datetime

import segno

from grantengine.money import Money
from grantengine.web import knots, palette
from grantengine.web.documents.rendering import render_pdf


@dataclass(frozen=True, slots=True)
class Poster:
    """What the poster says, in one language.

    Attributes:
        seed: draws the knot; the id of the experiment.
        text_language: of title and summary, where they are not in the poster's.
        address: where the code leads.
        legal_number: of the collection or permit, with its name; empty for a reward.
    """

    seed: str
    language: str
    title: str
    summary: str
    text_language: str
    place: str
    organisation: str
    goal: Money
    deadline_at: datetime
    address: str
    legal_number: str


def poster_pdf(poster: Poster) -> bytes:
    """Set the poster as PDF; the bytes depend on the poster alone."""
    strands = knots.strands(poster.seed)
    return render_pdf(
        "documents/poster/poster.html",
        language=poster.language,
        title=poster.title,
        identifier=f"poster {poster!r}",
        author=poster.organisation,
        poster=poster,
        strands=strands,
        field=(knots.WIDTH, knots.HEIGHT),
        code=_code(poster.address),
        shown_address=poster.address.partition("://")[2],
    )


def _code(address: str) -> str:
    ink = palette.colours()["ink"].light
    # A quarter of it may be torn or rained upon and it still reads.
    code = segno.make(address, error="q")
    return str(code.svg_data_uri(border=0, dark=ink, omitsize=True))
