"""Letters to people: written with their cause, sent after it."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from grantengine import tasks, writing
from grantengine.db import Base
from grantengine.ids import new_id

DELIVER_TASK = "deliver_message"


class Message(Base):
    """One e-mail: which letter, to whom, in which language, with which facts."""

    __tablename__ = "outbox_messages"

    id: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    letter: Mapped[str] = mapped_column(sa.String(64))
    language: Mapped[str] = mapped_column(sa.String(2))
    recipient: Mapped[str] = mapped_column(sa.String(254))
    facts: Mapped[dict[str, Any]]
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]


_WRITE = writing.writer_of(Message)


def enqueue(
    session: Session,
    letter: str,
    *,
    recipient: str,
    language: str,
    facts: dict[str, Any],
    now: datetime,
) -> str:
    """Write a letter in the caller's transaction and queue its sending.

    Args:
        session: the transaction that causes the letter.
        letter: its name, that of the templates `emails/<letter>.*`.
        recipient: an e-mail address.
        language: `fi`, `sv` or `en`.
        facts: JSON values that the templates need; money as cents.
        now: the present instant.

    Returns:
        The message's id.
    """
    row = {
        "id": new_id("msg", now),
        "letter": letter,
        "language": language,
        "recipient": recipient,
        "facts": facts,
        "written_at": now,
        "sent_at": None,
    }
    writing.append(session, _WRITE, row)
    tasks.enqueue(session, DELIVER_TASK, now=now, message_id=row["id"])
    return str(row["id"])
