"""What an application said at each sending, beside what it said at the next."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy.orm import Session

from grantengine.reviews import questioning, sending
from grantengine.reviews.models import Application
from grantengine.reviews.sent_models import SentContent
from grantengine.web.draft_page import BothTexts, both_texts
from grantengine.web.forms import applications as forms
from grantengine.web.i18n import _
from grantengine.web.places import place_choices


@dataclass(frozen=True, slots=True)
class Change:
    """One sending and the next.

    Attributes:
        earlier, later: the two.
        rows: the fields that differ; `mine` is what the earlier one said.
        files: names of the files that only one of the two had.
    """

    earlier: SentContent
    later: SentContent
    rows: Sequence[BothTexts]
    files: Sequence[str]


def changes_between(session: Session, application: Application) -> list[Change]:
    """List what changed from each sending of an application to the next, the newest first."""
    labels = _labels(session, application)
    found = [
        Change(
            earlier,
            later,
            both_texts(later.answers, earlier.answers, labels),
            sorted(name for name, _hash in earlier.files.items() ^ later.files.items()),
        )
        for earlier, later in pairwise(sending.sent_contents(session, application.id))
    ]
    return found[::-1]


def _labels(session: Session, application: Application) -> dict[str, str]:
    asked = questioning.questions_asked(session, application.call_id).questions
    form = forms.form_of(application, asked, place_choices(session), version=application.version)
    known = {field.name: str(field.label.text) for field in form}
    return known | {"budget": _("Budget")}
