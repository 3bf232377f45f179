"""Reading calls as those see them who make them: drafts too, and how much has come in."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.errors import NotFoundError
from grantengine.reviews.lifecycle import ApplicationStatus
from grantengine.reviews.models import Application, Call

_NOT_SENT = (ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN)


def managed_call(session: Session, slug: str) -> Call:
    """Find a call, a draft too.

    Raises:
        NotFoundError: there is none.
    """
    call = session.scalars(sa.select(Call).where(Call.slug == slug)).first()
    if call is None:
        raise NotFoundError(kind="call", slug=slug)
    return call


def all_calls(session: Session) -> Sequence[Call]:
    """List every call, drafts too, those that open last first."""
    return session.scalars(sa.select(Call).order_by(Call.opens_at.desc(), Call.id.desc())).all()


def applications_sent(session: Session) -> Mapping[str, int]:
    """Count by call the applications that were sent and not withdrawn."""
    query = (
        sa.select(Application.call_id, sa.func.count())
        .where(Application.status.not_in(_NOT_SENT))
        .group_by(Application.call_id)
    )
    return dict(iter(session.execute(query)))
