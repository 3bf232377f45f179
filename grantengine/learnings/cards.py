"""A learning card as a value: what somebody wrote, before it is kept."""

from dataclasses import dataclass

from grantengine.learnings.lifecycle import Result


@dataclass(frozen=True, slots=True)
class Card:
    """What is written on a learning card; a draft may leave anything empty.

    Attributes:
        narrator: who tells it, such as "Programme manager of the smart harbour".
        result: what became of the hypothesis.
        language: `fi`, `sv` or `en`, the language the story is told in.
    """

    language: str
    result: Result | None = None
    narrator: str = ""
    doing: str = ""
    daring: str = ""
    succeeded: str = ""
    went_wrong: str = ""
    learned: str = ""
