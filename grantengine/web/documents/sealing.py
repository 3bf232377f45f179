"""A decision's PDF is rendered once, kept, and known by its hash."""

import hashlib
from pathlib import Path

from grantengine.db import Database
from grantengine.errors import NotFoundError
from grantengine.reviews import deciding, queries
from grantengine.settings import Settings
from grantengine.web.documents.decision import render_decision
from grantengine.web.documents.decision_view import decision_document


def seal(database: Database, settings: Settings, *, decision_id: str) -> Path:
    """Render the PDF of a signed decision unless it is kept already; the task SEAL_TASK.

    Done twice, or by two processes at once, it gives the same bytes: they depend on the
    decision alone. The rendering stands between two transactions.

    Returns:
        Where the PDF lies.

    Raises:
        NotFoundError: there is no such decision, or nobody has signed it.
    """
    path = settings.var_path / "decisions" / f"{decision_id}.pdf"
    with database.reading() as session:
        decision = queries.decision(session, decision_id)
        if decision.content is None:
            raise NotFoundError(kind="decision", id=decision_id)
        if path.exists() and decision.pdf_sha256 is not None:
            return path
        # A file without its hash was left by a process that died between the two.
        document = None
        if not path.exists():
            document = decision_document(decision, public_url=settings.public_url)
    pdf = path.read_bytes() if document is None else _keep(path, render_decision(document))
    with database.transaction() as session:
        deciding.keep_seal(session, decision_id, pdf_sha256=hashlib.sha256(pdf).hexdigest())
    return path


def _keep(path: Path, pdf: bytes) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{hashlib.sha256(pdf).hexdigest()[:16]}")
    unfinished.write_bytes(pdf)
    unfinished.replace(path)
    return pdf
