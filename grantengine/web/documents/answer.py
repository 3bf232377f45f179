"""The answer to a request for review as a document: what it says, and its PDF."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from grantengine.web.documents.attachments import AttachedFile
from grantengine.web.documents.decision import plain_data, qr_code
from grantengine.web.documents.decision_parts import Authority
from grantengine.web.documents.rendering import render_pdf
from grantengine.web.i18n import _, force_language

TEMPLATE: Final = "documents/answer/answer.html"
DATA_FORMAT: Final = "grantengine-review-answer/1"


@dataclass(frozen=True, slots=True)
class AnswerDocument:
    """All that the answer says; texts are in `language` already.

    Attributes:
        request_id: id of the request; the same id and content give the same bytes.
        language: of the application.
        outcome: kept, changed, returned or dismissed.
        case_number: of the decision.
        project_name: name of the experiment.
        authority: who answers.
        requester: who asked.
        decided_on: day of the decision that was to be reviewed.
        verification_code: the code that is printed on that decision.
        verification_url: address where anyone checks that decision; in the QR code.
        last_on: last day of the review period.
        received_on: day on which the request arrived.
        answered_on: day of the answer.
        demand, grounds: what was asked, and why; Markdown.
        answer: why it is answered so; Markdown.
        handler: who answers; had no part in the decision.
    """

    request_id: str
    language: str
    outcome: str
    case_number: str
    project_name: str
    authority: Authority
    requester: str
    decided_on: date
    verification_code: str
    verification_url: str
    last_on: date
    received_on: date
    answered_on: date
    demand: str
    grounds: str
    answer: str
    handler: str


def render_answer(document: AnswerDocument) -> bytes:
    """Render an answer as PDF, its data inside as `answer.json`; as `render_decision` does."""
    with force_language(document.language):
        heading = _("Decision on a request for review")
        description = _("The data of the decision")
        label = _("Electronic signature of the authority")
    data = plain_data(document, DATA_FORMAT, "answer")
    return render_pdf(
        TEMPLATE,
        language=document.language,
        title=f"{heading} {document.case_number}: {document.project_name}",
        identifier=document.request_id,
        attachments=(AttachedFile("answer.json", data, description, document.answered_on),),
        author=document.authority.name,
        created=document.answered_on,
        signature_label=label,
        heading=heading,
        answer=document,
        qr_code=qr_code(document.verification_url),
    )
