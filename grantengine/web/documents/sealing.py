"""A decision's PDF is rendered once, kept, and known by its hash."""

import hashlib
from pathlib import Path

from grantengine.db import Database
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
        NotFoundError: there is no such decision.
    """
    path = settings.var_path / "decisions" / f"{decision_id}.pdf"
    if path.exists():
        return path
    with database.reading() as session:
        decision = queries.decision(session, decision_id)
        document = decision_document(decision, public_url=settings.public_url)
    pdf = render_decision(document)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(f".{hashlib.sha256(pdf).hexdigest()[:16]}")
    unfinished.write_bytes(pdf)
    unfinished.replace(path)
    with database.transaction() as session:
        deciding.keep_seal(session, decision_id, pdf_sha256=hashlib.sha256(pdf).hexdigest())
    return path
