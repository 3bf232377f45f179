"""The checklist of a call as a form: what each point says, in each language."""

from collections.abc import Mapping
from typing import Any

from slugify import slugify
from wtforms import Form, StringField
from wtforms.fields import FieldList
from wtforms.validators import Length, Optional

from grantengine.reviews.errors import CallPlanError
from grantengine.web.forms.pledges import cleaned
from grantengine.web.i18n import LANGUAGES, lazy

ITEMS_MAX = 10
_CODE_LENGTH_MAX = 36
_TEXT = [Optional(), Length(max=300, message=lazy("Keep it under %(max)d characters."))]


class ChecklistItemForm(Form):  # type: ignore[misc]  # wtforms ships no types
    """One point; without words it is none."""

    fi = StringField(LANGUAGES["fi"], _TEXT, filters=[cleaned])
    sv = StringField(LANGUAGES["sv"], _TEXT, filters=[cleaned])
    en = StringField(LANGUAGES["en"], _TEXT, filters=[cleaned])


def checklist_typed(rows: FieldList) -> dict[str, Any]:
    """Read the data of a checklist out of the rows that were filled in.

    Raises:
        CallPlanError: there is no point, or one lacks its words in Finnish or Swedish.
    """
    items: list[dict[str, Any]] = []
    for number, row in enumerate(rows):
        names = {code: row.form[code].data for code in LANGUAGES if row.form[code].data}
        if not names:
            continue
        if not {"fi", "sv"} <= names.keys():
            raise CallPlanError(field="checklist", reason="incomplete")
        stem = slugify(names["fi"])[:_CODE_LENGTH_MAX].strip("-")
        # The number keeps two points apart that say almost the same.
        items.append({"code": f"{number}-{stem}".strip("-"), "names": names})
    if not items:
        raise CallPlanError(field="checklist", reason="empty")
    return {"items": items}


def checklist_rows(data: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """Give what the rows of the form begin with."""
    return [item["names"] for item in data["items"]]
