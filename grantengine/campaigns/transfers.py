"""Pledges by bank transfer: promised when the money is there, doubts left to a person."""

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from grantengine import history
from grantengine.campaigns import (
    bookings,
    ceilings,
    chart,
    letters,
    limits,
    pledging,
    promising,
    rewards,
)
from grantengine.campaigns.errors import (
    CampaignNotOpenError,
    CollectionCeilingError,
    RewardSoldOutError,
    TransferNotPledgedError,
)
from grantengine.campaigns.funding import helsinki_date
from grantengine.campaigns.lifecycle import (
    PLEDGE_MOVES,
    CampaignKind,
    PledgeStatus,
    TransferDoubt,
    TransferStatus,
)
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.campaigns.payment_models import IncomingTransfer
from grantengine.campaigns.pledging import PledgeRequest
from grantengine.campaigns.transfer_references import pledge_reference_in, reference_of
from grantengine.ids import new_id
from grantengine.ledger import journal
from grantengine.ledger import service as ledger
from grantengine.loaded import Loaded
from grantengine.money import Money
from grantengine.often import Often

# Written once, since every campaign that ends asks it: building one costs more than sending it.
_PLEDGE = Loaded(Pledge)
_AWAITING = Often(
    sa.select(*_PLEDGE.columns)
    .where(
        Pledge.campaign_id == sa.bindparam("campaign_id"),
        Pledge.status == PledgeStatus.AWAITING_TRANSFER,
    )
    .order_by(Pledge.id)
    .limit(sa.bindparam("most"))
)


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
        await_money(session, pledge, now=now)
        letters.enqueue(session, "transfer_awaited", pledge, now=now)
    return pledge


def await_money(session: Session, pledge: Pledge, *, now: datetime) -> None:
    """Give a pledge the reference that its money is known by, and wait for that."""
    pledge.transfer_reference = reference_of(pledge.id)
    history.move(session, pledge, PLEDGE_MOVES, PledgeStatus.AWAITING_TRANSFER, now=now)


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
    pledge = pledge_named(session, arrived.reference)
    if pledge is None:
        transfer.doubt = TransferDoubt.UNKNOWN_REFERENCE
        return transfer
    transfer.pledge_id = pledge.id
    campaign, pledge = pledging.locked_pledge(session, pledge.id)
    transfer.doubt = _doubt(session, campaign, pledge, transfer, now=now)
    if transfer.doubt is None:
        make_pledged(session, campaign, pledge, transfer, now=now)
    return transfer


def lapse(session: Session, campaign_id: str, *, limit: int, now: datetime) -> int:
    """Let pledges lapse whose money did not come; the caller holds the campaign, which has ended.

    Returns:
        How many.
    """
    waiting = _PLEDGE.found(session, _AWAITING, {"campaign_id": campaign_id, "most": limit})
    for pledge in waiting:
        history.move(session, pledge, PLEDGE_MOVES, PledgeStatus.LAPSED, now=now)
        letters.enqueue(session, "transfer_lapsed", pledge, now=now)
    return len(waiting)


def give_up(session: Session, pledge: Pledge, *, now: datetime) -> None:
    """Let a paid pledge go whose campaign failed: its money waits for an officer to send it back.

    The caller holds the campaign.
    """
    query = sa.select(IncomingTransfer).where(
        IncomingTransfer.pledge_id == pledge.id, IncomingTransfer.status == TransferStatus.PLEDGED
    )
    transfer = session.scalars(query).one()
    booked = [
        entry.id
        for entry in journal.entries_about(session, transfer.id)
        if entry.kind == "transfer_pledged"
    ]
    ledger.reverse(
        session,
        booked[-1],
        key=f"transfer_pledged_reversed:{booked[-1]}",
        effective_on=helsinki_date(now),
        now=now,
    )
    pledging.take_back(session, pledge, PledgeStatus.RELEASED, now=now)
    transfer.status, transfer.doubt = TransferStatus.UNCLEAR, TransferDoubt.CAMPAIGN_FAILED
    transfer.handled_at, transfer.handled_by_id = None, None


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


def pledge_named(session: Session, text: str | None) -> Pledge | None:
    """Find the pledge whose reference a payer gave, alone or inside an RF reference."""
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
        limits.ensure_takes(session, campaign, transfer.amount, now=now)
        rewards.take(session, pledge)
    except (CampaignNotOpenError, CollectionCeilingError):
        return TransferDoubt.TOO_LATE
    except RewardSoldOutError:
        return TransferDoubt.SOLD_OUT
    return None


def make_pledged(
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
    ceilings.stop_when_full(session, campaign, now=now)
    transfer.status = TransferStatus.PLEDGED
    letters.enqueue(session, "transfer_arrived", pledge, now=now, match_cents=matched.cents)
