"""What a backer does with a pledge that was made: changes, new cards, requests, an invoice."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grantengine.campaigns.lifecycle import NewCardStatus, RefundRequestStatus
from grantengine.campaigns.models import Pledge
from grantengine.db import Base
from grantengine.money import Money

REASON_LENGTH_MAX = 500

_Id = sa.String(40)
_Reference = sa.String(120)


class PledgeChange(Base):
    """What a pledge was before its amount was changed."""

    __tablename__ = "pledge_changes"

    pledge_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("pledges.id"), primary_key=True)
    # Counted from 1.
    number: Mapped[int] = mapped_column(sa.SmallInteger, primary_key=True)
    amount_cents: Mapped[int]
    match_cents: Mapped[int]
    # The ledger's entry, which has been reversed; None where nothing was booked yet.
    entry_id: Mapped[str | None] = mapped_column(_Id)
    changed_at: Mapped[datetime]

    @property
    def amount(self) -> Money:
        """What was pledged before."""
        return Money(self.amount_cents)

    @property
    def matched(self) -> Money:
        """What the pots had added to it."""
        return Money(self.match_cents)


class NewCard(Base):
    """Another card for a pledge that stands; its id is the key under which it is saved."""

    __tablename__ = "new_cards"

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    pledge_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("pledges.id"), index=True)
    status: Mapped[NewCardStatus] = mapped_column(sa.String(16))
    authentication_reference: Mapped[str | None] = mapped_column(_Reference)
    asked_at: Mapped[datetime]

    pledge: Mapped[Pledge] = relationship()


class RefundRequest(Base):
    """A backer asks for money back; an officer grants it or says why not."""

    __tablename__ = "refund_requests"

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    pledge_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("pledges.id"), index=True)
    status: Mapped[RefundRequestStatus] = mapped_column(sa.String(16), index=True)
    reason: Mapped[str] = mapped_column(sa.String(REASON_LENGTH_MAX))
    # Where to send what came by bank transfer.
    iban: Mapped[str | None] = mapped_column(sa.String(34))
    # Kept for the refund, so that granting it twice gives the money back once.
    refund_id: Mapped[str] = mapped_column(_Id, unique=True)
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(sa.String(REASON_LENGTH_MAX))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("persons.id"))

    pledge: Mapped[Pledge] = relationship()


class Invoice(Base):
    """What a company pays its pledge by; whether it is paid, the pledge says."""

    __tablename__ = "pledge_invoices"

    pledge_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("pledges.id"), primary_key=True)
    # A year and a running number within it.
    number: Mapped[str] = mapped_column(sa.String(20), unique=True)
    company_name: Mapped[str] = mapped_column(sa.String(140))
    business_id: Mapped[str] = mapped_column(sa.String(9))
    address: Mapped[str | None] = mapped_column(sa.String(200))
    order: Mapped[str | None] = mapped_column("order_reference", sa.String(80))
    issued_on: Mapped[date] = mapped_column(sa.Date)
    due_on: Mapped[date] = mapped_column(sa.Date)

    pledge: Mapped[Pledge] = relationship()
