"""Documents as they were issued."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from grantengine.db import Base


class IssuedDocument(Base):
    """A signed PDF, kept once: neither changed nor deleted, held so by the database."""

    __tablename__ = "issued_documents"

    # A decision's id, or that of what else is answered by a document; so no foreign key.
    subject_id: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.CHAR(64), unique=True)
    pdf: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
