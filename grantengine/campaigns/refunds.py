"""Refunds: whole or in part, asked for by an officer or found at the provider.

What came by bank transfer an officer sends back at the bank; here it is written down as done.
"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from grantengine import history
from grantengine.campaigns import chart, letters, returning, rewards
from grantengine.campaigns.answers import RefundAnswer, RefundDone, RefundFound, RefundState
from grantengine.campaigns.errors import RefundNotPossibleError, RefundRefusedError
from grantengine.campaigns.funding import helsinki_date
from grantengine.campaigns.lifecycle import (
    PLEDGE_MOVES,
    REFUND_MOVES,
    CampaignKind,
    CampaignStatus,
    ChargeStatus,
    PledgeStatus,
    RefundStatus,
)
from grantengine.campaigns.models import Campaign, Charge, Pledge
from grantengine.campaigns.payment_models import Refund
from grantengine.campaigns.payments import PaymentGateway
from grantengine.campaigns.pledging import locked_pledge
from grantengine.clock import Clock
from grantengine.db import Database
from grantengine.ids import new_id
from grantengine.ledger import queries as ledger_queries
from grantengine.ledger import service as ledger
from grantengine.money import Money, decimal_string
from grantengine.transitions import can_move, ensure_move


def refund_pledge(
    database: Database,
    gateway: PaymentGateway,
    clock: Clock,
    pledge_id: str,
    *,
    amount: Money | None = None,
    refund_id: str | None = None,
    actor_id: str | None = None,
) -> Refund:
    """Give back a collected pledge or a part of it; its match goes back in proportion.

    Args:
        database: where transactions are opened.
        gateway: the payment provider that charged it.
        clock: the source of time.
        pledge_id: a collected pledge.
        amount: positive; None for all that is left.
        refund_id: made before, so that sending a form twice gives one refund.
        actor_id: the person who decided it.

    Raises:
        RefundNotPossibleError: more than is left or still held, or the pledge is not collected.
        RefundRefusedError: the provider said no; nothing was booked.
        GatewayUnavailableError: no answer; the sweep asks again, or the same id does.
    """
    with database.transaction() as session:
        refund = _prepare(
            session, pledge_id, amount, refund_id=refund_id, actor_id=actor_id, now=clock.now()
        )
    return ask_refund(database, gateway, clock, refund)


def ask_refund(database: Database, gateway: PaymentGateway, clock: Clock, refund: Refund) -> Refund:
    """Ask the provider for a refund that was written down; asked before, it changes nothing.

    Raises:
        RefundRefusedError: the provider said no; nothing was booked.
        GatewayUnavailableError: no answer; ask again.
    """
    if refund.status != RefundStatus.PREPARED:
        return refund
    answer = _answer(gateway, refund)
    with database.transaction() as session:
        done = _record(session, refund.id, answer, now=clock.now())
    if done.status == RefundStatus.REFUSED:
        raise RefundRefusedError(reason=done.reason)
    return done


def _answer(gateway: PaymentGateway, refund: Refund) -> RefundAnswer:
    if refund.charge is None:
        return RefundDone(reference=refund.id)
    assert refund.charge.reference is not None
    return gateway.refund(key=refund.id, reference=refund.charge.reference, amount=refund.amount)


def is_undecided(campaign: Campaign) -> bool:
    """Tell whether a campaign may still fail and give back what was paid before its end."""
    return campaign.kind == CampaignKind.ALL_OR_NOTHING and campaign.outcome is None


def refunds_to_ask(session: Session, *, before: datetime) -> list[Refund]:
    """List refunds that were written down before an instant and have no answer."""
    query = (
        sa.select(Refund)
        .options(joinedload(Refund.charge))
        .where(Refund.status == RefundStatus.PREPARED, Refund.prepared_at <= before)
    )
    return list(session.scalars(query.order_by(Refund.id)))


def record_found(session: Session, found: RefundFound, *, now: datetime) -> bool:
    """Record how a refund stands at the provider; one that it made itself is new to us.

    Returns:
        False when no charge of ours is behind it.
    """
    refund = _known(session, found)
    if refund is None:
        charge = session.scalars(
            sa.select(Charge).where(
                Charge.reference == found.charge, Charge.status == ChargeStatus.SUCCEEDED
            )
        ).first()
        if charge is None:
            return False
        if found.state is RefundState.FAILED:
            return True
        _campaign, pledge = locked_pledge(session, charge.pledge_id)
        # Another process may have recorded it while this one waited for the lock.
        refund = _known(session, found) or _new(session, pledge, charge, found.amount, now=now)
    if found.state is RefundState.DONE:
        _record(session, refund.id, RefundDone(found.reference), now=now)
    else:
        _take_again(session, refund, found.reference, now=now)
    return True


def _known(session: Session, found: RefundFound) -> Refund | None:
    query = sa.select(Refund).where(
        (Refund.reference == found.reference) | (Refund.id == (found.key or ""))
    )
    return session.scalars(query).first()


def _prepare(
    session: Session,
    pledge_id: str,
    amount: Money | None,
    *,
    refund_id: str | None,
    actor_id: str | None,
    now: datetime,
) -> Refund:
    _campaign, pledge = locked_pledge(session, pledge_id)
    if refund_id is not None:
        query = sa.select(Refund).options(joinedload(Refund.charge)).where(Refund.id == refund_id)
        known = session.scalars(query).first()
        if known is not None:
            return known
    if amount is None:
        amount = _left(session, pledge)
    _ensure_possible(session, pledge, amount)
    if is_undecided(pledge.campaign) and amount != pledge.amount:
        # If it fails, all that its backers have paid goes back.
        raise RefundNotPossibleError(reason="whole_only", left=decimal_string(pledge.amount))
    charge = session.scalars(
        sa.select(Charge).where(
            Charge.pledge_id == pledge.id, Charge.status == ChargeStatus.SUCCEEDED
        )
    ).first()
    refund = _new(session, pledge, charge, amount, now=now)
    refund.id = refund_id or refund.id
    refund.asked_by_id = actor_id
    return refund


def _ensure_possible(session: Session, pledge: Pledge, amount: Money) -> None:
    if pledge.status != PledgeStatus.COLLECTED:
        raise RefundNotPossibleError(reason="not_collected", left="0.00")
    if pledge.campaign.status == CampaignStatus.CLOSED:
        raise RefundNotPossibleError(reason="closed", left="0.00")
    left = min(
        _left(session, pledge),
        ledger_queries.balance(session, chart.held(pledge.campaign_id)),
    )
    if not Money(0) < amount <= left:
        raise RefundNotPossibleError(reason="too_much", left=decimal_string(left))


def _left(session: Session, pledge: Pledge) -> Money:
    """Tell what has neither gone back nor been asked to."""
    asked = session.scalar(
        sa.select(sa.func.coalesce(sa.func.sum(Refund.amount_cents), 0)).where(
            Refund.pledge_id == pledge.id, Refund.status == RefundStatus.PREPARED
        )
    )
    return pledge.amount - pledge.returned - Money(int(asked or 0))


def _new(
    session: Session, pledge: Pledge, charge: Charge | None, amount: Money, *, now: datetime
) -> Refund:
    refund = Refund(
        id=new_id("rfd", now),
        pledge_id=pledge.id,
        charge=charge,
        status=RefundStatus.PREPARED,
        amount_cents=amount.cents,
        prepared_at=now,
    )
    session.add(refund)
    return refund


def _record(session: Session, refund_id: str, answer: RefundAnswer, *, now: datetime) -> Refund:
    campaign, refund = _locked(session, refund_id)
    if refund.status != RefundStatus.PREPARED:
        return refund
    refund.finished_at = now
    if isinstance(answer, RefundDone):
        refund.reference = answer.reference
        _move(refund, RefundStatus.DONE)
        _give_back(session, campaign, refund, now=now)
    else:
        refund.reason = answer.reason
        _move(refund, RefundStatus.REFUSED)
    return refund


def _give_back(session: Session, campaign: Campaign, refund: Refund, *, now: datetime) -> None:
    pledge = refund.pledge
    refund.entry_id = returning.book_money(
        session, campaign, pledge, cause_id=refund.id, amount=refund.amount, now=now
    )
    returning.book_match(
        session, campaign, pledge, cause_id=refund.id, amount=refund.amount, now=now
    )
    if pledge.returned == pledge.amount and pledge.status == PledgeStatus.COLLECTED:
        history.move(session, pledge, PLEDGE_MOVES, PledgeStatus.REFUNDED, now=now)
        rewards.give_back(session, pledge)
    letters.enqueue(session, "pledge_refunded", pledge, now=now, returned_cents=refund.amount_cents)


def _take_again(session: Session, refund: Refund, reference: str, *, now: datetime) -> None:
    """Book back a refund that the backer's bank did not take."""
    _campaign, refund = _locked(session, refund.id)
    if can_move(REFUND_MOVES, current=refund.status, target=RefundStatus.REFUSED):
        refund.reference, refund.reason = reference, "failed"
        _move(refund, RefundStatus.REFUSED)
    if refund.status != RefundStatus.DONE:
        return
    _move(refund, RefundStatus.RETURNED)
    assert refund.entry_id is not None
    ledger.reverse(
        session,
        refund.entry_id,
        key=f"money_returned_reversed:{refund.id}",
        effective_on=helsinki_date(now),
        now=now,
    )
    pledge = refund.pledge
    pledge.returned_cents -= refund.amount_cents
    if pledge.status == PledgeStatus.REFUNDED:
        history.move(session, pledge, PLEDGE_MOVES, PledgeStatus.COLLECTED, now=now)
        rewards.take_again(session, pledge)


def _move(refund: Refund, target: RefundStatus) -> None:
    ensure_move(REFUND_MOVES, current=refund.status, target=target)
    refund.status = target


def _locked(session: Session, refund_id: str) -> tuple[Campaign, Refund]:
    pledge_id = session.scalars(sa.select(Refund.pledge_id).where(Refund.id == refund_id)).one()
    campaign, pledge = locked_pledge(session, pledge_id)
    query = (
        sa.select(Refund)
        .join(Refund.pledge)
        .options(contains_eager(Refund.pledge), joinedload(Refund.charge))
        .where(Refund.id == refund_id)
        .execution_options(populate_existing=True)
    )
    refund = session.scalars(query).one()
    assert refund.pledge is pledge
    return campaign, refund
