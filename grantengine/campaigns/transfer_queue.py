"""Money that arrived and fits no pledge: what an officer makes of it.

It becomes a pledge, goes back to its payer, or is taken apart for several.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grantengine.campaigns import bookings, limits, pledging, rewards, transfers
from grantengine.campaigns.errors import (
    TransferHandledError,
    TransferNotPledgedError,
    TransferNotSplitError,
)
from grantengine.campaigns.lifecycle import (
    TRANSFER_MOVES,
    PledgeStatus,
    TransferDoubt,
    TransferStatus,
)
from grantengine.campaigns.models import Pledge
from grantengine.campaigns.payment_models import IncomingTransfer
from grantengine.errors import NotFoundError
from grantengine.ids import new_id
from grantengine.ledger import service as ledger
from grantengine.money import Money, decimal_string, total
from grantengine.transitions import can_move


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
    wanted = transfers.pledge_named(session, reference) if reference else transfer.pledge
    if wanted is None:
        raise NotFoundError(kind="pledge", reference=reference)
    campaign, pledge = pledging.locked_pledge(session, wanted.id)
    if pledge.status != PledgeStatus.AWAITING_TRANSFER:
        raise TransferNotPledgedError(transfer=transfer_id, reason="paid_before")
    limits.ensure_takes(session, campaign, transfer.amount, now=now)
    transfer.pledge_id = pledge.id
    # What was promised was never booked, so it can still be what arrived.
    pledge.amount_cents = transfer.amount_cents
    rewards.take(session, pledge)
    _handle(transfer, officer_id, now=now)
    transfers.make_pledged(session, campaign, pledge, transfer, now=now)
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


def unclear_transfer(session: Session, transfer_id: str) -> IncomingTransfer:
    """Find money that waits for a person.

    Raises:
        NotFoundError: there is no such transfer.
        TransferHandledError: it was dealt with before.
    """
    return _still_unclear(session.get(IncomingTransfer, transfer_id), transfer_id)


def candidates(session: Session, transfer: IncomingTransfer, *, limit: int = 8) -> Sequence[Pledge]:
    """List the pledges whose money this may be, those of the same amount first, then the newest."""
    query = (
        sa.select(Pledge)
        .options(joinedload(Pledge.campaign))
        .where(Pledge.status == PledgeStatus.AWAITING_TRANSFER)
        .order_by(Pledge.amount_cents != transfer.amount_cents, Pledge.id.desc())
    )
    return session.scalars(query.limit(limit)).all()


def unclear_transfers(session: Session) -> list[IncomingTransfer]:
    """List the money that waits for a person, the oldest first, with the pledges it names."""
    query = (
        sa.select(IncomingTransfer)
        .options(joinedload(IncomingTransfer.pledge).joinedload(Pledge.campaign))
        .where(IncomingTransfer.status == TransferStatus.UNCLEAR)
    )
    return list(session.scalars(query.order_by(IncomingTransfer.id)))


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


def _unclear(session: Session, transfer_id: str) -> IncomingTransfer:
    held = {"of": IncomingTransfer}
    found = session.get(IncomingTransfer, transfer_id, with_for_update=held)
    return _still_unclear(found, transfer_id)


def _still_unclear(transfer: IncomingTransfer | None, transfer_id: str) -> IncomingTransfer:
    if transfer is None:
        raise NotFoundError(kind="transfer", id=transfer_id)
    if not can_move(TRANSFER_MOVES, current=transfer.status, target=TransferStatus.PLEDGED):
        raise TransferHandledError(transfer=transfer_id, status=str(transfer.status))
    return transfer


def _handle(transfer: IncomingTransfer, officer_id: str, *, now: datetime) -> None:
    transfer.handled_at, transfer.handled_by_id = now, officer_id
