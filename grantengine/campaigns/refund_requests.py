"""Requests of backers for their money back: asked with a reason, answered by an officer."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grantengine import history
from grantengine.campaigns import letters, pledging, refunds
from grantengine.campaigns.chart import TRANSFER
from grantengine.campaigns.errors import RefundNotPossibleError, RefundRequestAnsweredError
from grantengine.campaigns.lifecycle import (
    REFUND_REQUEST_MOVES,
    PledgeStatus,
    RefundRequestStatus,
    RefundStatus,
)
from grantengine.campaigns.managing_models import RefundRequest
from grantengine.campaigns.models import Pledge
from grantengine.campaigns.payment_models import Refund
from grantengine.campaigns.payments import PaymentGateway
from grantengine.clock import Clock
from grantengine.db import Database
from grantengine.errors import NotFoundError
from grantengine.ids import new_id
from grantengine.money import Money


def ask_for_refund(
    session: Session, pledge_id: str, *, reason: str, iban: str | None, now: datetime
) -> RefundRequest:
    """Write down that a backer wants the money back; while one asking is open, it is that one.

    Args:
        session: the transaction.
        pledge_id: a collected pledge.
        reason: the backer's words, at most REASON_LENGTH_MAX.
        iban: where to send what came by bank transfer; None for a card.
        now: the present instant.

    Raises:
        RefundNotPossibleError: the pledge is not collected, or has gone back already.
    """
    _campaign, pledge = pledging.locked_pledge(session, pledge_id)
    known = open_request(session, pledge.id)
    if known is not None:
        return known
    if not may_be_asked_back(pledge):
        raise RefundNotPossibleError(reason="not_collected", left="0.00")
    request = RefundRequest(
        id=new_id("rrq", now),
        pledge_id=pledge.id,
        status=RefundRequestStatus.OPEN,
        reason=reason,
        iban=iban if pledge.gateway == TRANSFER else None,
        refund_id=new_id("rfd", now),
        asked_at=now,
    )
    session.add(request)
    history.start(session, request, now=now)
    letters.enqueue(session, "refund_asked", pledge, now=now, reason=reason)
    return request


def may_be_asked_back(pledge: Pledge) -> bool:
    """Tell whether something of a pledge was paid and is not back yet."""
    return pledge.status == PledgeStatus.COLLECTED and pledge.returned < pledge.amount


def grant(
    database: Database,
    gateway: PaymentGateway,
    clock: Clock,
    request_id: str,
    *,
    amount: Money | None,
    officer_id: str,
) -> Refund:
    """Give the money back that a backer asks for, or a part of it.

    Killed between refund and answer, it goes on where it stopped: the refund's id was kept with
    the request.

    Raises:
        RefundRequestAnsweredError: somebody has answered it before.
        RefundNotPossibleError: more than is left or still held; the request stays open.
        RefundRefusedError: the provider said no; the request stays open, for another try.
        GatewayUnavailableError: no answer; the same again.
    """
    with database.transaction() as session:
        request = _locked_open(session, request_id)
        refused = session.get(Refund, request.refund_id)
        if refused is not None and refused.status == RefundStatus.REFUSED:
            request.refund_id = new_id("rfd", clock.now())
    refund = refunds.refund_pledge(
        database,
        gateway,
        clock,
        request.pledge_id,
        amount=amount,
        refund_id=request.refund_id,
        actor_id=officer_id,
    )
    with database.transaction() as session:
        request = _locked_open(session, request_id)
        _answer(session, request, RefundRequestStatus.GRANTED, officer_id, now=clock.now())
    return refund


def refuse(
    session: Session, request_id: str, *, answer: str, officer_id: str, now: datetime
) -> RefundRequest:
    """Say no to a backer, and why.

    Args:
        session: the transaction.
        request_id: an open request.
        answer: the officer's words, at most REASON_LENGTH_MAX.
        officer_id: who says it.
        now: the present instant.

    Raises:
        RefundRequestAnsweredError: somebody has answered it before.
    """
    request = _locked_open(session, request_id)
    request.answer = answer
    _answer(session, request, RefundRequestStatus.REFUSED, officer_id, now=now)
    letters.enqueue(session, "refund_refused", request.pledge, now=now, reason=answer)
    return request


def open_request(session: Session, pledge_id: str) -> RefundRequest | None:
    """Find the request of a pledge that waits for its answer."""
    query = sa.select(RefundRequest).where(
        RefundRequest.pledge_id == pledge_id, RefundRequest.status == RefundRequestStatus.OPEN
    )
    return session.scalars(query).first()


def requests_of(session: Session, pledge_id: str) -> list[RefundRequest]:
    """List what was asked of a pledge, the oldest first."""
    query = sa.select(RefundRequest).where(RefundRequest.pledge_id == pledge_id)
    return list(session.scalars(query.order_by(RefundRequest.id)))


def open_requests(session: Session) -> list[RefundRequest]:
    """List what waits for an officer, the oldest first, with pledges and campaigns."""
    query = (
        sa.select(RefundRequest)
        .options(joinedload(RefundRequest.pledge).joinedload(Pledge.campaign))
        .where(RefundRequest.status == RefundRequestStatus.OPEN)
    )
    return list(session.scalars(query.order_by(RefundRequest.id)))


def open_one(session: Session, request_id: str) -> RefundRequest:
    """Find a request that waits for its answer.

    Raises:
        NotFoundError: there is no such request.
        RefundRequestAnsweredError: somebody has answered it before.
    """
    return _still_open(session.get(RefundRequest, request_id), request_id)


def _locked_open(session: Session, request_id: str) -> RefundRequest:
    query = (
        sa.select(RefundRequest)
        .where(RefundRequest.id == request_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return _still_open(session.scalars(query).first(), request_id)


def _still_open(request: RefundRequest | None, request_id: str) -> RefundRequest:
    if request is None:
        raise NotFoundError(kind="refund_request", id=request_id)
    if request.status != RefundRequestStatus.OPEN:
        raise RefundRequestAnsweredError(request=request_id, status=str(request.status))
    return request


def _answer(
    session: Session,
    request: RefundRequest,
    target: RefundRequestStatus,
    officer_id: str,
    *,
    now: datetime,
) -> None:
    history.move(session, request, REFUND_REQUEST_MOVES, target, now=now, actor_id=officer_id)
    request.answered_at, request.answered_by_id = now, officer_id
