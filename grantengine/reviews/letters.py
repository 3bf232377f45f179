"""Letters to applicants about decisions: what each of them tells, and what one adds."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from grantengine import outbox
from grantengine.reviews.models import Decision


def tell_applicant(
    session: Session, letter: str, decision: Decision, *, now: datetime, **facts: Any
) -> None:
    """Write a letter about a decision to its applicant, in the application's language.

    Args:
        session: the transaction that causes the letter.
        letter: its name, that of the templates.
        decision: what it is about.
        now: the present instant.
        facts: JSON values that this letter tells beside the decision's own.
    """
    application = decision.application
    own = {
        "decision_id": decision.id,
        "case_number": application.case_number,
        "title": application.title,
        "name": application.applicant.name,
    }
    outbox.enqueue(
        session,
        letter,
        recipient=application.applicant.email,
        language=application.language,
        facts=own | facts,
        now=now,
    )
