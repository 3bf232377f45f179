"""The page of a review: its place in the queue, and what was typed where that could not be kept."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import request
from flask_wtf import FlaskForm
from wtforms.fields import Field

from grantengine.errors import GrantEngineError
from grantengine.reviews.lifecycle import ReviewStatus
from grantengine.reviews.models import Review
from grantengine.web.draft_page import MINE, PICK, BothTexts
from grantengine.web.i18n import _
from grantengine.web.problems import sentence_of

_NOT_SCORES = frozenset({"csrf_token"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a review stands in its reviewer's queue, and the ids of those beside it."""

    number: int
    of: int
    previous: str | None
    following: str | None


def place_of(review: Review, queue: Sequence[Review]) -> Place:
    """Find a review in its reviewer's queue; number 0 where it is no longer in it."""
    # In the order of their making, which does not change while they are worked through.
    ids = sorted(each.id for each in queue)
    if review.id not in ids:
        return Place(0, len(ids), None, None)
    index = ids.index(review.id)
    previous = ids[index - 1] if index else None
    following = ids[index + 1] if index + 1 < len(ids) else None
    return Place(index + 1, len(ids), previous, following)


def why_over(review: Review, error: GrantEngineError) -> str:
    """Say why nothing more can be saved in a review."""
    if review.status == ReviewStatus.SUBMITTED:
        return _("You have finished this review somewhere else, so nothing was changed.")
    if review.status == ReviewStatus.RELEASED:
        return _("This review is no longer asked of you, so nothing was saved.")
    return sentence_of(error)


def typed_texts(typed: FlaskForm) -> list[tuple[str, str]]:
    """List what was typed or chosen, by the label of its field."""
    read = [(str(field.label.text), _read(field)) for field in typed if field.name != "csrf_token"]
    return [(label, words) for label, words in read if words]


def both_texts(typed: FlaskForm, saved: FlaskForm) -> list[BothTexts]:
    """List the fields that differ between what was typed here and what is saved."""
    return [
        BothTexts(
            name=name,
            label=str(typed[name].label.text),
            mine=_read(typed[name]),
            saved=_read(saved[name]),
            sent=[(f"{MINE}{name}", value) for value in _values(typed[name])],
        )
        for name in typed._fields
        if name not in _NOT_SCORES and _values(typed[name]) != _values(saved[name])
    ]


def chosen(saved: FlaskForm) -> Mapping[str, str]:
    """Take of each field that differed the text that was picked; of the others, what is saved."""
    return {
        name: request.form.get(f"{MINE}{name}", "")
        if request.form.get(f"{PICK}{name}") == "mine"
        else next(iter(_values(field)), "")
        for name, field in saved._fields.items()
        if name not in _NOT_SCORES
    }


def _values(field: Field) -> list[str]:
    # A radio button that nobody chose says "None".
    text = str(field.data or "").replace("\r\n", "\n")
    return [text] if text not in ("", "None") else []


def _read(field: Field) -> str:
    """Give what a field says as its reader chose or wrote it."""
    words = dict(_choices(field))
    return "\n".join(words.get(value, value) for value in _values(field))


def _choices(field: Field) -> Iterator[tuple[str, str]]:
    for each in getattr(field, "choices", None) or ():
        yield each.value, str(each.label)
