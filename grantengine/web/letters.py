"""The words of a letter as HTML: the same paragraphs, with its addresses as buttons."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from flask import current_app, render_template
from jinja2 import TemplateNotFound

from grantengine.web import palette
from grantengine.web.i18n import _

_FRAME = "emails/_frame.html"
# A button of more than two lines on a telephone is a paragraph.
_LABEL_LENGTH_MAX: Final = 64
_NEXT_SENTENCE: Final = re.compile(r"(?<=[.!?]) (?=[A-ZÅÄÖ])")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph of a letter.

    Attributes:
        lines: its words; where it has an address, what leads to it.
        address: of a page of ours that it ends with, empty without one.
    """

    lines: list[str]
    address: str = ""

    @property
    def label(self) -> str:
        """What stands on the button: the last sentence before the address, if it is short."""
        asked = self._sentences[-1].rstrip(": ")
        return asked if 0 < len(asked) <= _LABEL_LENGTH_MAX else _("Open the page")

    @property
    def lead(self) -> str:
        """What is said before the button; empty where the button says it all."""
        *said, asked = self._sentences
        kept = [asked] if len(asked.rstrip(": ")) > _LABEL_LENGTH_MAX else []
        return " ".join(said + kept)

    @property
    def _sentences(self) -> list[str]:
        return _NEXT_SENTENCE.split(" ".join(self.lines))


def blocks_of(text: str, *, public_url: str) -> list[Block]:
    """Take a letter apart at its empty lines.

    Args:
        text: the letter as plain text.
        public_url: what an address must begin with to be one of ours; others stay words.
    """
    return list(_blocks(text, f"{public_url.rstrip('/')}/"))


def letter_html(letter: str, text: str, *, subject: str, facts: dict[str, Any]) -> str:
    """Write a letter as HTML in the present language.

    Args:
        letter: its name; a template `emails/<letter>.html` of its own goes before the frame's
            paragraphs.
        text: the letter as plain text.
        subject: its heading.
        facts: what its templates get.
    """
    context = {
        **facts,
        "subject": subject,
        "blocks": blocks_of(text, public_url=facts["public_url"]),
        "colours": palette.colours(),
    }
    try:
        current_app.jinja_env.get_template(f"emails/{letter}.html")
    except TemplateNotFound:
        return render_template(_FRAME, **context)
    return render_template(f"emails/{letter}.html", **context)


def _blocks(text: str, ours: str) -> Iterator[Block]:
    lines: list[str] = []
    for line in [*text.splitlines(), ""]:
        words = line.strip()
        if words.startswith(ours) and " " not in words:
            yield Block(lines, address=words)
            lines = []
        elif words:
            lines.append(words)
        elif lines:
            yield Block(lines)
            lines = []
