"""Two texts of one review beside each other, and what was chosen of them."""

from collections.abc import Iterator, Mapping

from flask import request
from flask_wtf import FlaskForm
from wtforms.fields import Field

from grantengine.web.draft_page import MINE, PICK, BothTexts

_NOT_SCORES = frozenset({"csrf_token"})


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
