"""Files of an application: added to a draft and taken off it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from grantengine.errors import NotFoundError
from grantengine.ids import new_id
from grantengine.reviews.applying import locked_application, may_be_changed
from grantengine.reviews.attached_models import Attachment
from grantengine.reviews.errors import TooManyAttachmentsError
from grantengine.reviews.experiment_card import ATTACHMENTS_MAX
from grantengine.reviews.lifecycle import ApplicationStatus
from grantengine.reviews.models import Application
from grantengine.transitions import IllegalMoveError


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file that has been kept: its name, type by content, size and hash."""

    name: str
    content_type: str
    size_bytes: int
    sha256: str


def add_attachment(
    session: Session,
    application_id: str,
    file: KeptFile,
    *,
    now: datetime,
    question_key: str | None = None,
) -> Attachment:
    """Add a file to an application that may still be changed, or that lacks something.

    Args:
        session: the transaction.
        application_id: to what it is added.
        file: has been kept.
        now: the present instant.
        question_key: of the question that it answers; None with a supplement.

    Raises:
        TooManyAttachmentsError: it has as many as it may.
        IllegalMoveError: the application is submitted, and nothing is asked for.
    """
    application = locked_application(session, application_id)
    if not may_be_changed(application, now=now):
        _ensure_supplement_asked(application)
    if len(application.attachments) >= ATTACHMENTS_MAX:
        raise TooManyAttachmentsError(limit=ATTACHMENTS_MAX)
    attachment = Attachment(
        id=new_id("att", now),
        application_id=application_id,
        question_key=question_key,
        name=file.name,
        content_type=file.content_type,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        added_at=now,
    )
    session.add(attachment)
    return attachment


def _ensure_supplement_asked(application: Application) -> None:
    if application.status != ApplicationStatus.SUPPLEMENT_ASKED:
        target = str(ApplicationStatus.SUBMITTED)
        raise IllegalMoveError(current=str(application.status), target=target)


def remove_attachment(session: Session, application_id: str, attachment_id: str) -> None:
    """Take a file off a draft; the kept content stays, others may have the same.

    Raises:
        NotFoundError: the application has no such file.
        IllegalMoveError: the application has been submitted.
    """
    application = locked_application(session, application_id)
    if application.status != ApplicationStatus.DRAFT:
        raise IllegalMoveError(current=str(application.status), target=str(ApplicationStatus.DRAFT))
    attachment = session.get(Attachment, attachment_id)
    if attachment is None or attachment.application_id != application_id:
        raise NotFoundError(kind="attachment", id=attachment_id)
    session.delete(attachment)
