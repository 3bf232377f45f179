"""Whether a decision that somebody holds is genuine: by its code, or by the file itself."""

import hashlib

from flask import Blueprint, render_template
from werkzeug.datastructures import FileStorage

from grantengine.errors import InvalidInputError
from grantengine.reviews import issuing, queries
from grantengine.web.database import reader
from grantengine.web.forms.verification import VerificationForm
from grantengine.web.labels import reviews as labels
from grantengine.web.labels.aftermath import CONDITION_STATUSES
from grantengine.web.problems import status_of
from grantengine.web.routes.applications import file_sentence
from grantengine.web.runtime import runtime

bp = Blueprint("verification", __name__)


@bp.get("/verify")
def index() -> str:
    """Ask for the file of a decision."""
    return render_template("verification/index.html", form=VerificationForm(), noindex=True)


@bp.post("/verify")
def check() -> str | tuple[str, int]:
    """Say whether a file is a decision that was issued here, and whether its signature holds."""
    # Here and not above: what checks signatures takes longer to load than starting the rest.
    from grantengine.web.documents.certificates import credentials_of
    from grantengine.web.documents.checking import check_signature

    form = VerificationForm()
    try:
        content = _content(form.file.data)
    except InvalidInputError as error:
        form.file.errors = [file_sentence(error)]
        page = render_template("verification/index.html", form=form, noindex=True)
        return page, status_of(error)
    sha256 = hashlib.sha256(content).hexdigest()
    subject = issuing.subject_of(reader(), sha256)
    is_decision = subject is not None and subject.startswith("dec_")
    return render_template(
        "verification/file.html",
        form=VerificationForm(formdata=None),
        decision=queries.decision(reader(), subject) if subject and is_decision else None,
        is_answer=subject is not None and not is_decision,
        signature=check_signature(content, credentials_of(runtime().settings)),
        sha256=sha256,
        labels=labels,
        conditions=CONDITION_STATUSES,
        noindex=True,
    )


@bp.get("/verify/<code>")
def show(code: str) -> str:
    """Show what a printed code belongs to, without a word about anybody."""
    decision = queries.decision_by_code(reader(), code)
    return render_template(
        "verification/show.html",
        form=VerificationForm(formdata=None),
        decision=decision,
        labels=labels,
        conditions=CONDITION_STATUSES,
        noindex=True,
    )


def _content(file: FileStorage | None) -> bytes:
    """Read a file that is looked at and not kept."""
    limit = runtime().settings.upload_size_max_bytes
    content = b""
    if file:
        content = file.stream.read(limit + 1)
        file.close()  # A large one lies in a file of the system's, which goes with it.
    if not content:
        raise InvalidInputError(field="file", reason="empty")
    if len(content) > limit:
        raise InvalidInputError(field="file", reason="too_large", limit_bytes=limit)
    return content
