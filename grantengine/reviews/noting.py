"""Notes of the panel: written once, read in order: part of the service."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grantengine.ids import new_id
from grantengine.programme.models import Person
from grantengine.reviews.experiment_card import clean_text
from grantengine.reviews.note_models import PanelNote


def write_note(
    session: Session, call_id: str, text: str, *, author: Person, now: datetime
) -> PanelNote:
    """Keep what the panel said of a call."""
    note = PanelNote(
        id=new_id("not", now),
        call_id=call_id,
        author_id=author.id,
        text=clean_text(text),
        written_at=now,
    )
    session.add(note)
    return note


def notes_of(session: Session, call_id: str) -> Sequence[PanelNote]:
    """List the notes on a call, the oldest first."""
    query = sa.select(PanelNote).where(PanelNote.call_id == call_id)
    query = query.options(joinedload(PanelNote.author))
    return session.scalars(query.order_by(PanelNote.written_at, PanelNote.id)).all()
