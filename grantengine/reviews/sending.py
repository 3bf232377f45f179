"""Keeping what an application said each time it was sent, for those who handle it."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.reviews.models import Application
from grantengine.reviews.sent_models import SentContent


def keep_sent(session: Session, application: Application, *, now: datetime) -> None:
    """Keep what an application says as it is sent; its row is held by whoever sends it."""
    sent = sa.select(sa.func.count()).where(SentContent.application_id == application.id)
    files = {each.name: each.sha256 for each in application.attachments}
    session.add(
        SentContent(
            application_id=application.id,
            number=1 + (session.scalar(sent) or 0),
            question_set_id=application.question_set_id,
            answers=application.answers,
            files=files,
            sent_at=now,
        )
    )


def sent_contents(session: Session, application_id: str) -> Sequence[SentContent]:
    """List every sending of an application, the first one first."""
    query = sa.select(SentContent).where(SentContent.application_id == application_id)
    return session.scalars(query.order_by(SentContent.number)).all()
