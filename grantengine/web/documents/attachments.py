"""Files that travel inside a PDF."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that travels inside the PDF.

    Attributes:
        name: file name, like `decision.json`.
        content: its bytes.
        description: what it is, in the language of the document.
        dated: the day it is from; never the day of rendering, so that bytes repeat.
    """

    name: str
    content: bytes
    description: str
    dated: date
