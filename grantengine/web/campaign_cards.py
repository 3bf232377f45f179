"""The picture that stands for a campaign where its address is shared: made anew when it changes."""

import tempfile
from dataclasses import astuple, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

# Counted into the key: raise it when the drawing changes, so that no old picture is kept.
DESIGN: Final = 3


@dataclass(frozen=True, slots=True)
class CampaignCard:
    """What the picture shows, in words of one language.

    Attributes:
        seed: draws the knot; the id of the experiment.
        title, place: of the campaign.
        sum_line: what is pledged of which goal.
        share: of the goal, whole percents.
        state: how the campaign stands, where it is not open; empty where it is.
        number: of the collection or permit, with its name; empty of a sale.
    """

    seed: str
    title: str
    place: str
    sum_line: str
    share: int
    state: str
    number: str

    @property
    def key(self) -> str:
        """Name what is shown: another key is another picture."""
        return sha256(repr((DESIGN, *astuple(self))).encode()).hexdigest()[:16]


def kept_card(folder: Path, name: str, card: CampaignCard) -> bytes:
    """Give the picture as PNG from the folder, drawn when what it shows has changed.

    Args:
        folder: where pictures are kept; made when it is not there.
        name: whose picture in which language; older ones of that name are thrown away.
        card: what it shows.
    """
    path = folder / f"{name}.{card.key}.png"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        content = _drawn(card)
    folder.mkdir(parents=True, exist_ok=True)
    old = [each for each in folder.glob(f"{name}.*.png") if each != path]
    # Two who draw at once write the same; nobody ever reads half a picture.
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as written:
        written.write(content)
    Path(written.name).replace(path)
    for each in old:
        each.unlink(missing_ok=True)
    return content


def _drawn(card: CampaignCard) -> bytes:
    # Loading the library takes longer than drawing, and most processes never draw.
    from grantengine.web.card_drawing import draw

    return draw(card)
