"""The answer to a request for review, made as a PDF and signed once, like a decision."""

from datetime import date, datetime

from grantengine.clock import HELSINKI
from grantengine.db import Database
from grantengine.errors import NotFoundError
from grantengine.reviews import issuing, review_requests
from grantengine.reviews.aftermath_models import ReviewRequest
from grantengine.reviews.models import Decision
from grantengine.settings import Settings
from grantengine.web.documents.answer import AnswerDocument, render_answer
from grantengine.web.documents.decision_view import authority_of
from grantengine.web.documents.sealing import signed


def seal_answer(database: Database, settings: Settings, *, request_id: str) -> bytes:
    """Make the PDF of an answer unless there is one; the task SEAL_TASK of review requests.

    Raises:
        NotFoundError: there is no such request, or nobody has answered it.
    """
    with database.reading() as session:
        request, decision = review_requests.review_request(session, request_id)
        if request.content is None or request.answered_at is None:
            raise NotFoundError(kind="review_request", id=request_id)
        if (kept := issuing.document_of(session, request_id)) is not None:
            return kept
        document = _document(request, decision, public_url=settings.public_url.rstrip("/"))
        answered_at = request.answered_at
    pdf = signed(
        settings,
        render_answer(document),
        case_number=document.case_number,
        by=document.authority.name,
        at=answered_at,
        language=document.language,
    )
    with database.transaction() as session:
        issuing.keep_document(session, request_id, pdf)
        return issuing.document_of(session, request_id) or pdf


def _document(request: ReviewRequest, decision: Decision, *, public_url: str) -> AnswerDocument:
    application = decision.application
    assert request.content is not None
    assert request.answered_at is not None
    assert decision.signed_at is not None
    return AnswerDocument(
        request_id=request.id,
        language=application.language,
        outcome=request.status,
        case_number=application.case_number or "",
        project_name=application.title,
        authority=authority_of(request.content, application.language),
        requester=application.organisation_name,
        decided_on=_day(decision.signed_at),
        verification_code=decision.verification_code or "",
        verification_url=f"{public_url}/verify/{decision.verification_code}",
        last_on=request.last_on,
        received_on=_day(request.received_at),
        answered_on=_day(request.answered_at),
        demand=request.demand,
        grounds=request.grounds,
        answer=request.answer,
        handler=request.content["handler"],
    )


def _day(instant: datetime) -> date:
    return instant.astimezone(HELSINKI).date()
