"""Grants, their instalments, payment batches and bank statements."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grantengine import references
from grantengine.db import Base
from grantengine.disbursements.lifecycle import (
    AccountChangeStatus,
    BatchStatus,
    Doubt,
    InstalmentStatus,
    Outcome,
    PaymentStatus,
)
from grantengine.ledger.accounts import Fund
from grantengine.money import Money
from grantengine.programme.lifecycle import OrganisationKind
from grantengine.programme.models import Experiment, Organisation, Person

_Id = sa.String(40)


class NumberSeries(Base):
    """The last number given in a series: batch keys, case numbers."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    last: Mapped[int]


class Grant(Base):
    """Money that is bound to an experiment, public or private, and to whom it is paid."""

    __tablename__ = "grants"
    __table_args__ = (
        sa.UniqueConstraint("fund", "subject_id"),
        sa.CheckConstraint("amount_cents > 0", name="amount_positive"),
        sa.CheckConstraint(
            "(fund = 'public') = (envelope IS NOT NULL) AND "
            "(fund = 'public') = (ledger_account IS NOT NULL)",
            name="public_has_envelope",
        ),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    experiment_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("experiments.id"), index=True)
    organisation_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("organisations.id"))
    fund: Mapped[Fund] = mapped_column(sa.String(16))
    envelope: Mapped[str | None] = mapped_column(sa.String(24))
    # What the ledger's accounts are named after: the grant, or the campaign that it follows.
    subject_id: Mapped[str] = mapped_column(_Id)
    # Kept by a package above this one, so no foreign key.
    decision_id: Mapped[str | None] = mapped_column(_Id)
    case_number: Mapped[str] = mapped_column(sa.String(60), unique=True)
    amount_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.CHAR(3))
    payee_name: Mapped[str] = mapped_column(sa.String(200))
    payee_iban: Mapped[str] = mapped_column(sa.String(34))
    recipient_kind: Mapped[OrganisationKind] = mapped_column(sa.String(24))
    # Private money is no grant of the state: it has neither account.
    ledger_account: Mapped[str | None] = mapped_column(sa.String(8))
    budget_account: Mapped[str | None] = mapped_column(sa.String(40))
    awarded_at: Mapped[datetime]
    # None while the award waits for its condition.
    confirmed_at: Mapped[datetime | None]
    # Its condition lapsed, or a correction took all of it back.
    ended_at: Mapped[datetime | None]

    experiment: Mapped[Experiment] = relationship()
    organisation: Mapped[Organisation] = relationship()
    instalments: Mapped[list["Instalment"]] = relationship(
        back_populates="grant", order_by="Instalment.number"
    )

    @property
    def amount(self) -> Money:
        """What was granted."""
        return Money(self.amount_cents, self.currency)


class Instalment(Base):
    """A part of a grant with its own day."""

    __tablename__ = "instalments"
    __table_args__ = (
        sa.UniqueConstraint("grant_id", "number"),
        sa.CheckConstraint("amount_cents > 0", name="amount_positive"),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    grant_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("grants.id"))
    number: Mapped[int] = mapped_column(sa.SmallInteger)
    amount_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.CHAR(3))
    due_on: Mapped[date] = mapped_column(sa.Date)
    opens_on_learning: Mapped[bool]
    status: Mapped[InstalmentStatus] = mapped_column(sa.String(16), index=True)
    opened_at: Mapped[datetime | None]

    grant: Mapped[Grant] = relationship(back_populates="instalments")
    payments: Mapped[list["Payment"]] = relationship(
        back_populates="instalment", order_by="Payment.id"
    )

    @property
    def amount(self) -> Money:
        """What is paid."""
        return Money(self.amount_cents, self.currency)

    @property
    def long_reference(self) -> str:
        """Name the instalment the way the payment run does: case number and instalment."""
        return references.long_reference(
            case_number=self.grant.case_number, instalment_number=self.number
        )


class AccountChange(Base):
    """Another account for what a grant still pays, as it was proposed and answered."""

    __tablename__ = "account_changes"
    __table_args__ = (
        # The rule of four eyes, once more where no code can forget it.
        sa.CheckConstraint(
            "status <> 'confirmed' OR answered_by_id <> proposed_by_id", name="four_eyes"
        ),
        sa.CheckConstraint(
            "(status = 'proposed') = (answered_by_id IS NULL)"
            " AND (status = 'proposed') = (answered_at IS NULL)",
            name="answered_by_somebody",
        ),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    grant_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("grants.id"), index=True)
    status: Mapped[AccountChangeStatus] = mapped_column(sa.String(16), index=True)
    old_iban: Mapped[str] = mapped_column(sa.String(34))
    new_iban: Mapped[str] = mapped_column(sa.String(34))
    reason: Mapped[str] = mapped_column(sa.Text)
    proposed_by_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    proposed_at: Mapped[datetime]
    answered_by_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    answered_at: Mapped[datetime | None]

    grant: Mapped[Grant] = relationship()
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])


class PaymentBatch(Base):
    """Payments of one fund that one person collects and another releases."""

    __tablename__ = "payment_batches"
    __table_args__ = (
        # The rule of four eyes, once more where no code can forget it.
        sa.CheckConstraint("released_by_id <> prepared_by_id", name="four_eyes"),
        sa.CheckConstraint(
            "(status = 'released') = (file_sha256 IS NOT NULL) AND "
            "(status = 'released') = (released_by_id IS NOT NULL)",
            name="released_has_file",
        ),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(20), unique=True)
    fund: Mapped[Fund] = mapped_column(sa.String(16))
    status: Mapped[BatchStatus] = mapped_column(sa.String(16), index=True)
    pay_on: Mapped[date] = mapped_column(sa.Date)
    prepared_by_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    prepared_at: Mapped[datetime]
    released_by_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    released_at: Mapped[datetime | None]
    # The day of release in Finland, on which the ledger counts it.
    released_on: Mapped[date | None] = mapped_column(sa.Date)
    payer_iban: Mapped[str | None] = mapped_column(sa.String(34))
    file_content: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    file_sha256: Mapped[str | None] = mapped_column(sa.CHAR(64))

    prepared_by: Mapped[Person] = relationship(foreign_keys=[prepared_by_id])
    released_by: Mapped[Person | None] = relationship(foreign_keys=[released_by_id])
    payments: Mapped[list["Payment"]] = relationship(
        back_populates="batch", order_by="Payment.position"
    )


class Payment(Base):
    """One attempt to pay an instalment: a line of a batch, as it was when it was collected."""

    __tablename__ = "payments"
    __table_args__ = (
        sa.UniqueConstraint("batch_id", "position"),
        # An instalment is on its way at most once, whatever two people do at one time.
        sa.Index(
            "uq_payments_instalment_live",
            "instalment_id",
            unique=True,
            sqlite_where=sa.text("status IN ('draft', 'sent', 'paid')"),
            postgresql_where=sa.text("status IN ('draft', 'sent', 'paid')"),
        ),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    batch_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("payment_batches.id"))
    instalment_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("instalments.id"), index=True)
    position: Mapped[int] = mapped_column(sa.SmallInteger)
    end_to_end_id: Mapped[str] = mapped_column(sa.String(35), unique=True)
    long_reference: Mapped[str] = mapped_column(sa.String(70), index=True)
    amount_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.CHAR(3))
    payee_name: Mapped[str] = mapped_column(sa.String(200))
    payee_iban: Mapped[str] = mapped_column(sa.String(34))
    status: Mapped[PaymentStatus] = mapped_column(sa.String(16))
    release_entry_id: Mapped[str | None] = mapped_column(_Id)
    confirmation_entry_id: Mapped[str | None] = mapped_column(_Id)
    paid_on: Mapped[date | None] = mapped_column(sa.Date, index=True)
    returned_on: Mapped[date | None] = mapped_column(sa.Date, index=True)
    return_reason: Mapped[str | None] = mapped_column(sa.String(35))

    batch: Mapped[PaymentBatch] = relationship(back_populates="payments")
    instalment: Mapped[Instalment] = relationship(back_populates="payments")

    @property
    def amount(self) -> Money:
        """What is paid."""
        return Money(self.amount_cents, self.currency)


class BankStatement(Base):
    """A statement file as it was received, once, and what was taken from it."""

    __tablename__ = "bank_statements"

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.CHAR(64), unique=True)
    file_name: Mapped[str] = mapped_column(sa.String(120))
    content: Mapped[bytes] = mapped_column(sa.LargeBinary, deferred=True)
    imported_at: Mapped[datetime]
    # Nobody in person: imported by a command.
    imported_by_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    paid_count: Mapped[int] = mapped_column(default=0)
    returned_count: Mapped[int] = mapped_column(default=0)
    known_count: Mapped[int] = mapped_column(default=0)
    unclear_count: Mapped[int] = mapped_column(default=0)
    foreign_count: Mapped[int] = mapped_column(default=0)
    unbooked_count: Mapped[int] = mapped_column(default=0)
    paid_cents: Mapped[int] = mapped_column(default=0)
    returned_cents: Mapped[int] = mapped_column(default=0)

    imported_by: Mapped[Person | None] = relationship()
    movements: Mapped[list["StatementMovement"]] = relationship(
        back_populates="statement", order_by="StatementMovement.id"
    )


class StatementMovement(Base):
    """A movement that concerned us; what others paid or got is not kept."""

    __tablename__ = "statement_movements"

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("bank_statements.id"), index=True)
    # The same movement in another file has the same fingerprint.
    fingerprint: Mapped[str] = mapped_column(sa.CHAR(64), index=True)
    outcome: Mapped[Outcome] = mapped_column(sa.String(16))
    doubt: Mapped[Doubt | None] = mapped_column(sa.String(24))
    payment_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("payments.id"))
    end_to_end_id: Mapped[str | None] = mapped_column(sa.String(140))
    bank_reference: Mapped[str | None] = mapped_column(sa.String(140))
    direction: Mapped[str] = mapped_column(sa.String(8))
    amount_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(sa.CHAR(3))
    booked_on: Mapped[date | None] = mapped_column(sa.Date)
    counterparty_name: Mapped[str | None] = mapped_column(sa.String(140))
    message: Mapped[str] = mapped_column(sa.Text)
    handled_at: Mapped[datetime | None]
    handled_by_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    handled_note: Mapped[str | None] = mapped_column(sa.String(500))

    statement: Mapped[BankStatement] = relationship(back_populates="movements")
    payment: Mapped[Payment | None] = relationship()
    handled_by: Mapped[Person | None] = relationship()

    @property
    def amount(self) -> Money:
        """What moved, never negative; the sign is in the direction."""
        return Money(self.amount_cents, self.currency)
