"""The story of a campaign with its pictures: where a line says `![2]` alone, the second one stands.

A picture is known by its number on the page where it was sent, so one story in three languages
shows the same. Nothing is fetched from elsewhere: Markdown's own pictures stay words.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from grantengine.campaigns.content_models import Picture

_PLACE = re.compile(r"^ {0,3}!\[(\d{1,2})\][ \t\r]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the story: some Markdown, or the picture that stands there."""

    text: str
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A story in the order it is read.

    Attributes:
        passages: its pieces.
        others: the pictures that it does not place; the first of all leads the page.
    """

    passages: Sequence[Passage]
    others: Sequence[Picture]


def story_of(text: str, pictures: Sequence[Picture]) -> Story:
    """Put pictures where a story wants them; a number that no picture has stays as it was typed."""
    passages = list(_passages(text, pictures))
    placed = [each.picture for each in passages]
    return Story(passages, [each for each in pictures[1:] if each not in placed])


def _passages(text: str, pictures: Sequence[Picture]) -> Iterator[Passage]:
    start = 0
    for found in _PLACE.finditer(text):
        number = int(found[1])
        if not 1 <= number <= len(pictures):
            continue
        if text[start : found.start()].strip():
            yield Passage(text[start : found.start()])
        yield Passage("", pictures[number - 1])
        start = found.end()
    if text[start:].strip():
        yield Passage(text[start:])
