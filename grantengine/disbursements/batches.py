"""Payment batches: one person collects, another releases; a bank file is the result."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from grantengine import history
from grantengine.clock import HELSINKI
from grantengine.disbursements import payers, queries
from grantengine.disbursements.banking_days import next_banking_day
from grantengine.disbursements.errors import (
    EmptyBatchError,
    InstalmentNotOpenError,
)
from grantengine.disbursements.lifecycle import (
    BATCH_MOVES,
    INSTALMENT_MOVES,
    BatchStatus,
    InstalmentStatus,
    PaymentStatus,
)
from grantengine.disbursements.models import Grant, Instalment, Payment, PaymentBatch
from grantengine.disbursements.numbering import next_number
from grantengine.disbursements.payment_file import check_instruction
from grantengine.disbursements.payment_moves import instruction_of, move_payment
from grantengine.errors import NotAllowedError, NotFoundError
from grantengine.ids import new_id
from grantengine.ledger.accounts import Fund
from grantengine.programme import queries as programme
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Person, Programme


def prepare_batches(
    session: Session,
    instalment_ids: Sequence[str],
    *,
    officer_id: str,
    now: datetime,
    pay_on: date | None = None,
) -> list[PaymentBatch]:
    """Collect open instalments into batches, one for public and one for private money.

    Args:
        session: the transaction.
        instalment_ids: what to pay; the same one twice counts once.
        officer_id: who prepares it.
        now: the present instant.
        pay_on: the day to pay on; the next banking day when None.

    Raises:
        EmptyBatchError: nothing was chosen.
        NotFoundError: an instalment does not exist.
        InstalmentNotOpenError: one of them waits, or is in a batch already.
        PaymentFileError: one of them could not be written in a bank file.
        PayerMissingError: the programme has no account for such money.
        NotAllowedError: the person is no finance officer.
    """
    ensure_officer(session, officer_id)
    instalments = _locked_instalments(session, instalment_ids)
    running = programme.current_programme(session)
    pay_on = pay_on or next_banking_day(now.astimezone(HELSINKI).date())
    batches = []
    for fund in Fund:
        chosen = [each for each in instalments if each.grant.fund == fund]
        if chosen:
            payers.payer_of(running.profile, fund)  # Better missed now than at the release.
            batch = _draft(session, running, fund, officer_id=officer_id, pay_on=pay_on, now=now)
            _collect(session, batch, chosen, now=now)
            batches.append(batch)
    return batches


def cancel_batch(
    session: Session, batch_id: str, *, officer_id: str, now: datetime
) -> PaymentBatch:
    """Give a draft up; its instalments are open again. Anyone of the finance desk may.

    Raises:
        NotFoundError: there is no such batch.
        IllegalMoveError: it was released or cancelled before.
        NotAllowedError: the person is no finance officer.
    """
    ensure_officer(session, officer_id)
    batch = locked_batch(session, batch_id)
    history.move(session, batch, BATCH_MOVES, BatchStatus.CANCELLED, now=now, actor_id=officer_id)
    for payment in batch.payments:
        move_payment(session, payment, PaymentStatus.DROPPED, now=now, actor_id=officer_id)
    return batch


def ensure_officer(session: Session, person_id: str) -> None:
    """Let only finance officers pass, whatever page or command asks.

    Raises:
        NotAllowedError: the person is no finance officer.
    """
    person = session.get(Person, person_id)
    if person is None or Role.FINANCE_OFFICER not in person.roles:
        raise NotAllowedError(action="payments")


def locked_batch(session: Session, batch_id: str) -> PaymentBatch:
    """Load a batch that nobody else can move until this transaction ends.

    Raises:
        NotFoundError: there is no such batch.
    """
    lock = sa.select(PaymentBatch.id).where(PaymentBatch.id == batch_id).with_for_update()
    if session.scalar(lock) is None:
        raise NotFoundError(kind="batch", id=batch_id)
    return queries.batch(session, batch_id)


def _locked_instalments(session: Session, instalment_ids: Sequence[str]) -> list[Instalment]:
    wanted = set(instalment_ids)
    if not wanted:
        raise EmptyBatchError
    query = (
        sa.select(Instalment)
        .join(Instalment.grant)
        .options(contains_eager(Instalment.grant))
        .where(Instalment.id.in_(wanted))
        .order_by(Instalment.id)  # Same order everywhere, so no deadlock.
        # The grant too: its account may be under correction.
        .with_for_update(of=(Instalment, Grant))
        .execution_options(populate_existing=True)
    )
    found = session.scalars(query).all()
    if len(found) < len(wanted):
        raise NotFoundError(kind="instalment")
    for each in found:
        if each.status != InstalmentStatus.OPEN:
            raise InstalmentNotOpenError(reference=each.long_reference, status=str(each.status))
    return sorted(found, key=lambda each: (each.due_on, each.long_reference))


def _draft(
    session: Session,
    running: Programme,
    fund: Fund,
    *,
    officer_id: str,
    pay_on: date,
    now: datetime,
) -> PaymentBatch:
    year = now.astimezone(HELSINKI).year
    number = next_number(session, f"batch/{year}")
    batch = PaymentBatch(
        id=new_id("bat", now),
        key=payers.batch_key(running.profile, year=year, number=number),
        fund=fund,
        status=BatchStatus.DRAFT,
        pay_on=pay_on,
        prepared_by_id=officer_id,
        prepared_at=now,
    )
    session.add(batch)
    session.flush()  # Payments point at it.
    history.start(session, batch, now=now, actor_id=officer_id)
    return batch


def _collect(
    session: Session, batch: PaymentBatch, instalments: Sequence[Instalment], *, now: datetime
) -> None:
    officer_id = batch.prepared_by_id
    for position, instalment in enumerate(instalments, start=1):
        payment = Payment(
            id=new_id("pay", now),
            batch_id=batch.id,
            instalment_id=instalment.id,
            position=position,
            end_to_end_id=f"{batch.key}-{position:04d}",
            long_reference=instalment.long_reference,
            amount_cents=instalment.amount_cents,
            currency=instalment.currency,
            payee_name=instalment.grant.payee_name,
            payee_iban=instalment.grant.payee_iban,
            status=PaymentStatus.DRAFT,
        )
        check_instruction(instruction_of(payment))
        session.add(payment)
        history.start(session, payment, now=now, actor_id=officer_id)
        target = InstalmentStatus.BATCHED
        history.move(session, instalment, INSTALMENT_MOVES, target, now=now, actor_id=officer_id)
    session.flush()  # The batch is read by query.
