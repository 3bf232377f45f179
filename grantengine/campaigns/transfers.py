"""Pledges by bank transfer: promised when the money is there, doubts left to a person."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from grantengine import history
from grantengine.campaigns import bookings, chart, letters, pledging, promising, rewards
from grantengine.campaigns.errors import (
    CampaignNotOpenError,
    CollectionCeilingError,
    RewardSoldOutError,
    TransferHandledError,
    TransferNotPledgedError,
    TransferNotSplitError,
)
from grantengine.campaigns.lifecycle import (
    PLEDGE_MOVES,
    TRANSFER_MOVES,
    CampaignKind,
    PledgeStatus,
    TransferDoubt,
    TransferStatus,
)
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.campaigns.payment_models import IncomingTransfer
from grantengine.campaigns.pledging import PledgeRequest
from grantengine.campaigns.transfer_references import pledge_reference_in, reference_of
from grantengine.errors import NotFoundError
from grantengine.ids import new_id
from grantengine.ledger import service as ledger
from grantengine.money import Money, decimal_string, total
from grantengine.transitions import can_move


@dataclass(frozen=True, slots=True)
class Arrived:
    """Money that a bank statement says has arrived.

    Attributes:
        key: names the movement in whatever file it comes, 64 characters.
        reference: as the payer gave it, if at all.
    """

    key: str
    amount: Money
    reference: str | None
    payer_name: str | None
    on: date


def await_transfer(session: Session, request: PledgeRequest, *, now: datetime) -> Pledge:
    """Write down a pledge that will be paid by bank transfer; nothing is promised yet.

    The same key again gives the same pledge and writes no second letter.

    Raises:
        TransferNotPledgedError: the campaign charges at its deadline, and a transfer cannot wait.
        CampaignsError: whatever `prepare_pledge` refuses.
    """
    pledge = pledging.prepare_pledge(session, request, gateway=chart.TRANSFER, now=now)
    if pledge.campaign.kind != CampaignKind.KEEP_IT_ALL:
        raise TransferNotPledgedError(reason="charged_at_the_deadline")
    if pledge.status == PledgeStatus.PREPARED:
        pledge.transfer_reference = reference_of(pledge.id)
        history.move(session, pledge, PLEDGE_MOVES, PledgeStatus.AWAITING_TRANSFER, now=now)
        letters.enqueue(session, "transfer_awaited", pledge, now=now)
    return pledge


def receive(session: Session, arrived: Arrived, *, now: datetime) -> IncomingTransfer | None:
    """Book money that arrived, and make it the pledge it names, if it fits exactly.

    Returns:
        None when the same movement was received before.
    """
    transfer_id = _keep(session, arrived, now=now)
    if transfer_id is None:
        return None
    transfer = session.get_one(IncomingTransfer, transfer_id)
    ledger.open_accounts(session, [chart.ESCROW, chart.UNASSIGNED], now=now)
    entry = bookings.transfer_arrived(
        transfer_id=transfer.id, amount=transfer.amount, on=transfer.arrived_on
    )
    ledger.post(session, entry, now=now)
    pledge = _named(session, arrived.reference)
    if pledge is None:
        transfer.doubt = TransferDoubt.UNKNOWN_REFERENCE
        return transfer
    transfer.pledge_id = pledge.id
    campaign, pledge = pledging.locked_pledge(session, pledge.id)
    transfer.doubt = _doubt(session, campaign, pledge, transfer, now=now)
    if transfer.doubt is None:
        _pledge(session, campaign, pledge, transfer, now=now)
    return transfer


def accept(
    session: Session, transfer_id: str, *, reference: str | None, officer_id: str, now: datetime
) -> IncomingTransfer:
    """Make money that fitted no pledge exactly a pledge all the same, of what arrived.

    Args:
        session: the transaction.
        transfer_id: an unclear transfer.
        reference: of the pledge that the officer found it belongs to; None for the one it names.
        officer_id: who decided it.
        now: the present instant.

    Raises:
        NotFoundError: there is no such transfer, or no pledge of that reference.
        TransferHandledError: it was dealt with before.
        TransferNotPledgedError: the pledge was paid already.
        CampaignsError: the campaign takes no pledges any more, has no room for it, or its reward
            is sold out or costs more.
    """
    transfer = _unclear(session, transfer_id)
    wanted = _named(session, reference) if reference else transfer.pledge
    if wanted is None:
        raise NotFoundError(kind="pledge", reference=reference)
    campaign, pledge = pledging.locked_pledge(session, wanted.id)
    if pledge.status != PledgeStatus.AWAITING_TRANSFER:
        raise TransferNotPledgedError(transfer=transfer_id, reason="paid_before")
    pledging.ensure_takes(session, campaign, transfer.amount, now=now)
    transfer.pledge_id = pledge.id
    # What was promised was never booked, so it can still be what arrived.
    pledge.amount_cents = transfer.amount_cents
    rewards.take(session, pledge)
    _handle(transfer, officer_id, now=now)
    _pledge(session, campaign, pledge, transfer, now=now)
    return transfer


def send_back(
    session: Session, transfer_id: str, *, officer_id: str, now: datetime
) -> IncomingTransfer:
    """Note that an officer has sent money back to its payer from the bank's own page.

    Raises:
        NotFoundError: there is no such transfer.
        TransferHandledError: it was dealt with before.
    """
    transfer = _unclear(session, transfer_id)
    transfer.status = TransferStatus.SENT_BACK
    _handle(transfer, officer_id, now=now)
    entry = bookings.transfer_sent_back(
        transfer_id=transfer.id, amount=transfer.amount, on=transfer.arrived_on
    )
    ledger.post(session, entry, now=now)
    return transfer


def split(
    session: Session,
    transfer_id: str,
    amounts: Sequence[Money],
    *,
    officer_id: str,
    now: datetime,
) -> list[IncomingTransfer]:
    """Take money apart that was meant for several pledges, or of which a part is to go back.

    Nothing is booked: all of it stays nobody's until each part is dealt with.

    Args:
        session: the transaction.
        transfer_id: an unclear transfer.
        amounts: of the parts but the last, which is what remains.
        officer_id: who decided it.
        now: the present instant.

    Returns:
        The parts, each of them unclear, the rest last.

    Raises:
        NotFoundError: there is no such transfer.
        TransferHandledError: it was dealt with before.
        TransferNotSplitError: a part is not positive, or nothing remains.
    """
    transfer = _unclear(session, transfer_id)
    rest = transfer.amount - total(amounts)
    if not amounts or min(*amounts, rest) <= Money(0):
        raise TransferNotSplitError(transfer=transfer_id, amount=decimal_string(transfer.amount))
    transfer.status = TransferStatus.SPLIT
    _handle(transfer, officer_id, now=now)
    parts = [
        _part(transfer, number, amount, now=now)
        for number, amount in enumerate([*amounts, rest], start=1)
    ]
    session.add_all(parts)
    return parts


def lapse(session: Session, campaign_id: str, *, limit: int, now: datetime) -> int:
    """Let pledges lapse whose money did not come; the caller holds the campaign, which has ended.

    Returns:
        How many.
    """
    query = sa.select(Pledge).where(
        Pledge.campaign_id == campaign_id, Pledge.status == PledgeStatus.AWAITING_TRANSFER
    )
    waiting = session.scalars(query.order_by(Pledge.id).limit(limit)).all()
    for pledge in waiting:
        history.move(session, pledge, PLEDGE_MOVES, PledgeStatus.LAPSED, now=now)
        letters.enqueue(session, "transfer_lapsed", pledge, now=now)
    return len(waiting)


def unclear_transfers(session: Session) -> list[IncomingTransfer]:
    """List the money that waits for a person, the oldest first, with the pledges it names."""
    query = (
        sa.select(IncomingTransfer)
        .options(joinedload(IncomingTransfer.pledge).joinedload(Pledge.campaign))
        .where(IncomingTransfer.status == TransferStatus.UNCLEAR)
    )
    return list(session.scalars(query.order_by(IncomingTransfer.id)))


def _keep(session: Session, arrived: Arrived, *, now: datetime) -> str | None:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(IncomingTransfer).values(
        id=new_id("trf", now),
        key=arrived.key,
        status=TransferStatus.UNCLEAR,
        amount_cents=arrived.amount.cents,
        reference=(arrived.reference or "")[:35] or None,
        payer_name=(arrived.payer_name or "")[:140] or None,
        arrived_on=arrived.on,
        received_at=now,
    )
    row = row.on_conflict_do_nothing(index_elements=["key"])
    kept: str | None = session.scalar(row.returning(IncomingTransfer.id))
    return kept


def _part(
    transfer: IncomingTransfer, number: int, amount: Money, *, now: datetime
) -> IncomingTransfer:
    return IncomingTransfer(
        id=new_id("trf", now),
        key=hashlib.sha256(f"{transfer.key}:{number}".encode()).hexdigest(),
        status=TransferStatus.UNCLEAR,
        doubt=TransferDoubt.SPLIT_OFF,
        amount_cents=amount.cents,
        reference=transfer.reference,
        payer_name=transfer.payer_name,
        arrived_on=transfer.arrived_on,
        pledge_id=transfer.pledge_id,
        received_at=now,
    )


def _named(session: Session, text: str | None) -> Pledge | None:
    reference = pledge_reference_in(text)
    if reference is None:
        return None
    return session.scalars(sa.select(Pledge).where(Pledge.transfer_reference == reference)).first()


def _doubt(
    session: Session,
    campaign: Campaign,
    pledge: Pledge,
    transfer: IncomingTransfer,
    *,
    now: datetime,
) -> TransferDoubt | None:
    if pledge.status in (PledgeStatus.WITHDRAWN, PledgeStatus.LAPSED):
        return TransferDoubt.NOT_AWAITED
    if pledge.status != PledgeStatus.AWAITING_TRANSFER:
        return TransferDoubt.PAID_TWICE
    if pledge.amount != transfer.amount:
        return TransferDoubt.WRONG_AMOUNT
    try:
        pledging.ensure_takes(session, campaign, transfer.amount, now=now)
        rewards.take(session, pledge)
    except (CampaignNotOpenError, CollectionCeilingError):
        return TransferDoubt.TOO_LATE
    except RewardSoldOutError:
        return TransferDoubt.SOLD_OUT
    return None


def _pledge(
    session: Session,
    campaign: Campaign,
    pledge: Pledge,
    transfer: IncomingTransfer,
    *,
    now: datetime,
) -> None:
    """Let the pledge stand and be collected in one go: the money is there already."""
    matched = promising.book(session, campaign, pledge, now=now)
    for status in (PledgeStatus.STANDING, PledgeStatus.COLLECTED):
        history.move(session, pledge, PLEDGE_MOVES, status, now=now)
    entry = bookings.transfer_pledged(
        transfer_id=transfer.id,
        campaign_id=campaign.id,
        amount=transfer.amount,
        on=transfer.arrived_on,
    )
    ledger.post(session, entry, now=now)
    transfer.status = TransferStatus.PLEDGED
    letters.enqueue(session, "transfer_arrived", pledge, now=now, match_cents=matched.cents)


def _unclear(session: Session, transfer_id: str) -> IncomingTransfer:
    transfer = session.get(IncomingTransfer, transfer_id, with_for_update={"of": IncomingTransfer})
    if transfer is None:
        raise NotFoundError(kind="transfer", id=transfer_id)
    if not can_move(TRANSFER_MOVES, current=transfer.status, target=TransferStatus.PLEDGED):
        raise TransferHandledError(transfer=transfer_id, status=str(transfer.status))
    return transfer


def _handle(transfer: IncomingTransfer, officer_id: str, *, now: datetime) -> None:
    transfer.handled_at, transfer.handled_by_id = now, officer_id
