"""What follows a charge: refunds, disputes, payouts, and what the provider told."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grantengine.campaigns.lifecycle import (
    DisputeStatus,
    PayoutStatus,
    ProviderEventStatus,
    RefundStatus,
    TransferDoubt,
    TransferStatus,
)
from grantengine.campaigns.models import Charge, Pledge
from grantengine.db import Base
from grantengine.money import Money

_Id = sa.String(40)
_Reference = sa.String(120)
_Code = sa.String(60)


class Refund(Base):
    """Money given back of a collected pledge; its id is the key under which it is asked for."""

    __tablename__ = "refunds"
    __table_args__ = (sa.CheckConstraint("amount_cents > 0", name="amount_positive"),)

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    pledge_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("pledges.id"), index=True)
    # None: paid by bank transfer, and so sent back by one.
    charge_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("charges.id"))
    status: Mapped[RefundStatus] = mapped_column(sa.String(16), index=True)
    amount_cents: Mapped[int]
    reference: Mapped[str | None] = mapped_column(_Reference, unique=True)
    reason: Mapped[str | None] = mapped_column(_Code)
    # None: made on the provider's own page.
    asked_by_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    prepared_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    # The ledger's entry, which a refund that comes back reverses.
    entry_id: Mapped[str | None] = mapped_column(_Id)

    pledge: Mapped[Pledge] = relationship()
    charge: Mapped[Charge | None] = relationship()

    @property
    def amount(self) -> Money:
        """What is given back."""
        return Money(self.amount_cents)


class Dispute(Base):
    """A backer told the bank that the charge was wrong; the provider has taken it back."""

    __tablename__ = "disputes"

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    pledge_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("pledges.id"), index=True)
    charge_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("charges.id"))
    status: Mapped[DisputeStatus] = mapped_column(sa.String(16), index=True)
    amount_cents: Mapped[int]
    # As it was when the dispute was opened.
    fee_cents: Mapped[int]
    reference: Mapped[str] = mapped_column(_Reference, unique=True)
    reason: Mapped[str] = mapped_column(_Code)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    # The ledger's entries of what was taken back and of the fee, which winning reverses.
    entry_id: Mapped[str] = mapped_column(_Id)
    fee_entry_id: Mapped[str | None] = mapped_column(_Id)

    pledge: Mapped[Pledge] = relationship()

    @property
    def amount(self) -> Money:
        """What the provider took back."""
        return Money(self.amount_cents)

    @property
    def fee(self) -> Money:
        """What it took for the trouble."""
        return Money(self.fee_cents)


class Payout(Base):
    """Money of a settled campaign on its way from the provider to the bank."""

    __tablename__ = "payouts"
    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "attempt"),
        sa.CheckConstraint("amount_cents > 0", name="amount_positive"),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("campaigns.id"))
    attempt: Mapped[int] = mapped_column(sa.SmallInteger)
    status: Mapped[PayoutStatus] = mapped_column(sa.String(16), index=True)
    amount_cents: Mapped[int]
    reference: Mapped[str | None] = mapped_column(_Reference, unique=True)
    prepared_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    entry_id: Mapped[str | None] = mapped_column(_Id)

    @property
    def amount(self) -> Money:
        """What is sent."""
        return Money(self.amount_cents)


class IncomingTransfer(Base):
    """Money that arrived on the bank account for backers' money, by what a statement says."""

    __tablename__ = "incoming_transfers"
    __table_args__ = (sa.CheckConstraint("amount_cents > 0", name="amount_positive"),)

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    # The movement's fingerprint: told by two statements, it arrived once.
    key: Mapped[str] = mapped_column(sa.CHAR(64), unique=True)
    status: Mapped[TransferStatus] = mapped_column(sa.String(16), index=True)
    doubt: Mapped[TransferDoubt | None] = mapped_column(sa.String(24))
    amount_cents: Mapped[int]
    reference: Mapped[str | None] = mapped_column(sa.String(35))
    payer_name: Mapped[str | None] = mapped_column(sa.String(140))
    arrived_on: Mapped[date] = mapped_column(sa.Date)
    pledge_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("pledges.id"))
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("persons.id"))

    pledge: Mapped[Pledge | None] = relationship()

    @property
    def amount(self) -> Money:
        """What arrived."""
        return Money(self.amount_cents)


class ProviderEvent(Base):
    """An event as the provider told it, kept before anything follows from it."""

    __tablename__ = "provider_events"

    # The provider's own name for it: told twice, it is one event.
    id: Mapped[str] = mapped_column(sa.String(255), primary_key=True)
    gateway: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    type: Mapped[str] = mapped_column(sa.String(80))
    # The body as it was signed.
    body: Mapped[str] = mapped_column(sa.Text)
    status: Mapped[ProviderEventStatus] = mapped_column(sa.String(16), index=True)
    received_at: Mapped[datetime]
    handled_at: Mapped[datetime | None]
