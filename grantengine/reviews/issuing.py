"""Keeping the signed PDF of what was decided, once, and finding it by its hash."""

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, undefer

from grantengine.reviews.issued_models import IssuedDocument
from grantengine.reviews.lifecycle import DecisionStatus
from grantengine.reviews.models import Decision

# Both kinds of database know ON CONFLICT, each in its own dialect.
_KEEP = {
    name: dialect.insert(IssuedDocument.__table__).on_conflict_do_nothing(
        index_elements=["subject_id"]
    )
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}


def keep_document(session: Session, subject_id: str, pdf: bytes) -> None:
    """Keep a PDF unless there is one already; what was issued first stays."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    row = {"subject_id": subject_id, "sha256": sha256, "pdf": pdf}
    session.execute(_KEEP[session.get_bind().dialect.name], row)
    unsealed = sa.update(Decision).where(Decision.id == subject_id, Decision.pdf_sha256.is_(None))
    session.execute(unsealed.values(pdf_sha256=sha256))


def document_of(session: Session, subject_id: str) -> bytes | None:
    """Give the PDF that was issued; None while it is still to be made."""
    query = sa.select(IssuedDocument).options(undefer(IssuedDocument.pdf))
    found = session.scalars(query.where(IssuedDocument.subject_id == subject_id)).first()
    return found.pdf if found else None


def subject_of(session: Session, sha256: str) -> str | None:
    """Say on what a document was issued that has this hash; None if none was."""
    query = sa.select(IssuedDocument.subject_id).where(IssuedDocument.sha256 == sha256)
    return session.scalars(query).first()


def decisions_to_issue(session: Session) -> Sequence[str]:
    """List the signed decisions whose PDF is still to be made, oldest first."""
    query = sa.select(Decision.id).where(
        Decision.status == DecisionStatus.SIGNED, Decision.pdf_sha256.is_(None)
    )
    return session.scalars(query.order_by(Decision.signed_at, Decision.id)).all()
