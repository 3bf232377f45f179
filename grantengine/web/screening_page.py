"""What screening found, in the words of a decision."""

from grantengine.reviews.checklist import TurnedAwayFor
from grantengine.reviews.screening_models import Screening
from grantengine.web.i18n import force_language
from grantengine.web.labels.screening import REASONS


def grounds_in_words(screening: Screening, language: str) -> str:
    """Say why an application was turned away, in its own language: the reason, then the note."""
    if screening.reason is None:
        return screening.note
    with force_language(language):
        reason = str(REASONS[TurnedAwayFor(screening.reason)])
    if screening.reason == TurnedAwayFor.OTHER:
        return screening.note
    return f"{reason}\n\n{screening.note}".strip()
