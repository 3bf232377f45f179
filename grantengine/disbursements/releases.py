"""Releasing a batch: the second pair of eyes, the ledger, the bank file."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from grantengine import history
from grantengine.clock import HELSINKI
from grantengine.disbursements import bookings, payers
from grantengine.disbursements.batches import ensure_officer, locked_batch
from grantengine.disbursements.errors import SamePersonError
from grantengine.disbursements.lifecycle import BATCH_MOVES, BatchStatus, PaymentStatus
from grantengine.disbursements.models import Payment, PaymentBatch
from grantengine.disbursements.payment_file import PaymentFile, write_payment_file
from grantengine.disbursements.payment_moves import facts_of, instruction_of, move_payment
from grantengine.ledger import service as ledger
from grantengine.ledger.accounts import Fund
from grantengine.programme import queries as programme
from grantengine.programme.chart import TREASURY
from grantengine.transitions import ensure_move


def release_batch(
    session: Session, batch_id: str, *, officer_id: str, now: datetime
) -> PaymentBatch:
    """Release a batch that somebody else prepared: book its payments, freeze its bank file.

    Raises:
        NotFoundError: there is no such batch.
        IllegalMoveError: it was released or cancelled before.
        SamePersonError: the releaser is who prepared it.
        NotAllowedError: the person is no finance officer.
        PaymentFileError: the bank file cannot be written.
    """
    ensure_officer(session, officer_id)
    batch = locked_batch(session, batch_id)
    ensure_move(BATCH_MOVES, current=batch.status, target=BatchStatus.RELEASED)
    if batch.prepared_by_id == officer_id:
        raise SamePersonError(batch=batch.key)
    _freeze(session, batch, officer_id=officer_id, now=now)
    history.move(session, batch, BATCH_MOVES, BatchStatus.RELEASED, now=now, actor_id=officer_id)
    purses = programme.purses(session)
    for payment in batch.payments:
        treasury = purses.get(payment.instalment.grant.envelope or "", TREASURY.code)
        _send(session, batch, payment, treasury=treasury, officer_id=officer_id, now=now)
    return batch


def _freeze(session: Session, batch: PaymentBatch, *, officer_id: str, now: datetime) -> None:
    today = now.astimezone(HELSINKI).date()
    payer = payers.payer_of(programme.current_programme(session).profile, Fund(batch.fund))
    # A draft may have waited past its day; a bank pays no earlier than it is told.
    batch.pay_on = max(batch.pay_on, today)
    order = PaymentFile(
        message_id=batch.key,
        created_at=now,
        execution_on=batch.pay_on,
        payer=payer,
        instructions=[instruction_of(each) for each in batch.payments],
    )
    batch.file_content = write_payment_file(order)
    batch.file_sha256 = hashlib.sha256(batch.file_content).hexdigest()
    batch.payer_iban = payer.iban
    batch.released_by_id = officer_id
    batch.released_at = now
    batch.released_on = today


def _send(
    session: Session,
    batch: PaymentBatch,
    payment: Payment,
    *,
    treasury: str,
    officer_id: str,
    now: datetime,
) -> None:
    assert batch.released_on is not None
    entry = bookings.payment_released(facts_of(payment), on=batch.released_on, treasury=treasury)
    payment.release_entry_id = ledger.post(session, entry, now=now)
    move_payment(session, payment, PaymentStatus.SENT, now=now, actor_id=officer_id)
