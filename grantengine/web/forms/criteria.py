"""The criteria of a call as a form: a weight, and in each language a name and its anchors."""

from collections.abc import Iterator, Mapping
from typing import Any

from slugify import slugify
from wtforms import Form, FormField, IntegerField, StringField, TextAreaField
from wtforms.fields import FieldList
from wtforms.validators import Length, NumberRange, Optional

from grantengine.reviews.errors import CallPlanError
from grantengine.reviews.rubric import SCORE_MAX, SCORE_MIN
from grantengine.web.forms.pledges import cleaned
from grantengine.web.i18n import LANGUAGES, lazy

CRITERIA_MAX = 8
# The scores whose meaning a call describes; the others lie between.
ANCHORS = {"low": SCORE_MIN, "middle": 3, "top": SCORE_MAX}
_CODE_LENGTH_MAX = 36
_TEXT = [Optional(), Length(max=500, message=lazy("Keep it under %(max)d characters."))]


class CriterionTextsForm(Form):  # type: ignore[misc]  # wtforms ships no types
    """What a criterion is called in one language, and what some of the scores mean."""

    name = StringField(lazy("Name of the criterion"), _TEXT, filters=[cleaned])
    low = TextAreaField(lazy("What 1 point means"), _TEXT, filters=[cleaned])
    middle = TextAreaField(lazy("What 3 points mean"), _TEXT, filters=[cleaned])
    top = TextAreaField(lazy("What 6 points mean"), _TEXT, filters=[cleaned])


class CriterionForm(Form):  # type: ignore[misc]  # wtforms ships no types
    """One criterion; without a weight and a name it is none."""

    weight = IntegerField(
        lazy("Weight"),
        [Optional(), NumberRange(0, 1_000, lazy("Give a whole number from 0 to 1,000."))],
    )
    fi = FormField(CriterionTextsForm, LANGUAGES["fi"])
    sv = FormField(CriterionTextsForm, LANGUAGES["sv"])
    en = FormField(CriterionTextsForm, LANGUAGES["en"])


def rubric_of(rows: FieldList) -> dict[str, Any]:
    """Read the data of a rubric out of the rows that were filled in.

    Raises:
        CallPlanError: a row lacks its weight, or its name in Finnish or Swedish.
    """
    criteria: list[dict[str, Any]] = []
    for row in rows:
        texts = {code: row.form[code].data for code in LANGUAGES}
        names = {code: each["name"] for code, each in texts.items() if each["name"]}
        if row.form.weight.data is None and not names:
            continue
        if row.form.weight.data is None or not {"fi", "sv"} <= names.keys():
            raise CallPlanError(field="criteria", reason="incomplete")
        criteria.append(
            {
                "code": _code(names["fi"], {each["code"] for each in criteria}),
                "weight": row.form.weight.data,
                "names": names,
                "anchors": {code: dict(_anchors(each)) for code, each in texts.items()},
            }
        )
    return {"criteria": criteria}


def rows_of(rubric: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give what the rows of the form begin with."""
    rows: list[dict[str, Any]] = []
    for criterion in rubric["criteria"]:
        row: dict[str, Any] = {"weight": criterion["weight"]}
        for code in LANGUAGES:
            anchors = criterion.get("anchors", {}).get(code, {})
            texts = {field: anchors.get(str(points)) for field, points in ANCHORS.items()}
            row[code] = texts | {"name": criterion["names"].get(code)}
        rows.append(row)
    return rows


def _anchors(texts: Mapping[str, str | None]) -> Iterator[tuple[str, str]]:
    for field, points in ANCHORS.items():
        if text := texts[field]:
            yield str(points), text


def _code(name: str, taken: set[str]) -> str:
    stem = slugify(name)[:_CODE_LENGTH_MAX].strip("-") or "criterion"
    free = (f"{stem}-{number}" if number > 1 else stem for number in range(1, CRITERIA_MAX + 1))
    return next(code for code in free if code not in taken)
