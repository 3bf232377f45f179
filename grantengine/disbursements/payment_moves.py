"""Moving a payment together with its instalment, and telling the ledger of it."""

from datetime import datetime

from sqlalchemy.orm import Session

from grantengine import history
from grantengine.disbursements.bookings import PaymentFacts
from grantengine.disbursements.lifecycle import (
    INSTALMENT_AFTER,
    INSTALMENT_MOVES,
    PAYMENT_MOVES,
    PaymentStatus,
)
from grantengine.disbursements.models import Payment
from grantengine.disbursements.payment_file import PaymentInstruction
from grantengine.ledger.accounts import Fund


def move_payment(
    session: Session,
    payment: Payment,
    target: PaymentStatus,
    *,
    now: datetime,
    actor_id: str | None = None,
    note: str | None = None,
) -> None:
    """Move a payment, and its instalment to where that takes it.

    Raises:
        IllegalMoveError: the payment cannot go there from where it stands.
    """
    history.move(session, payment, PAYMENT_MOVES, target, now=now, actor_id=actor_id, note=note)
    history.move(
        session,
        payment.instalment,
        INSTALMENT_MOVES,
        INSTALMENT_AFTER[target],
        now=now,
        actor_id=actor_id,
        note=note,
    )


def facts_of(payment: Payment) -> PaymentFacts:
    """Say what the ledger needs to know of a payment."""
    grant = payment.instalment.grant
    return PaymentFacts(
        payment_id=payment.id,
        instalment_id=payment.instalment_id,
        fund=Fund(grant.fund),
        subject=grant.subject_id,
        envelope=grant.envelope or "",
        ledger_account=grant.ledger_account or "",
        amount=payment.amount,
    )


def instruction_of(payment: Payment) -> PaymentInstruction:
    """Say what the bank needs to know of a payment."""
    return PaymentInstruction(
        end_to_end_id=payment.end_to_end_id,
        payee_name=payment.payee_name,
        payee_iban=payment.payee_iban,
        amount=payment.amount,
        message=payment.long_reference,
    )
