"""Bank statements: what the bank says became of our payments, booked once."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from grantengine.campaigns import transfers
from grantengine.campaigns.transfers import Arrived
from grantengine.clock import HELSINKI
from grantengine.disbursements import bookings, matching, payers, queries
from grantengine.disbursements.bank_statement import (
    Direction,
    EntryStatus,
    Statement,
    StatementEntry,
)
from grantengine.disbursements.batches import ensure_officer
from grantengine.disbursements.errors import MovementHandledError
from grantengine.disbursements.lifecycle import Outcome, PaymentStatus
from grantengine.disbursements.matching import OurPayment, Verdict
from grantengine.disbursements.models import BankStatement, Payment, StatementMovement
from grantengine.disbursements.payment_moves import facts_of, move_payment
from grantengine.disbursements.statement_file import DEFAULT_MAX_BYTES, read_statements
from grantengine.errors import NotFoundError
from grantengine.ids import new_id
from grantengine.ledger import service as ledger
from grantengine.programme import queries as programme

_NOT_KEPT = frozenset({Outcome.FOREIGN, Outcome.UNBOOKED})
_LONGEST_FILE_NAME = 120
_LONGEST_TEXT = 140


@dataclass(frozen=True, slots=True)
class Incoming:
    """A statement file that has been read: its bytes, their SHA-256, what they say."""

    file_name: str
    content: bytes
    sha256: str
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """A statement that is here now, and whether it came just now or was here before."""

    statement: BankStatement
    is_new: bool


def read_incoming(
    content: bytes, *, file_name: str, max_bytes: int = DEFAULT_MAX_BYTES
) -> Incoming:
    """Read a statement file before any transaction.

    Raises:
        StatementFileError: a subclass says why the file cannot be read.
    """
    return Incoming(
        file_name=file_name[:_LONGEST_FILE_NAME],
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        statements=read_statements(content, max_bytes=max_bytes),
    )


def import_statement(
    session: Session, incoming: Incoming, *, officer_id: str | None, now: datetime
) -> Imported:
    """Keep a statement file and book what it says of our payments; the same file, once.

    A movement counts when it is booked and names a payment of ours by end-to-end id with the
    exact amount. What is ours but does not fit is kept for a person and moves nothing.

    Args:
        session: the transaction.
        incoming: the file.
        officer_id: who imports it; None for a command.
        now: the present instant.

    Raises:
        NotAllowedError: the person is no finance officer.
    """
    if officer_id is not None:
        ensure_officer(session, officer_id)
    statement_id = _keep(session, incoming, officer_id=officer_id, now=now)
    if statement_id is None:
        return Imported(queries.statement_by_hash(session, incoming.sha256), is_new=False)
    statement = session.get_one(BankStatement, statement_id)
    profile = programme.current_programme(session).profile
    own, backers = payers.payer_accounts(profile), payers.backers_account(profile)
    for each in incoming.statements:
        is_own = each.account_number in own
        _take(session, statement, each, is_own=is_own, backers=backers, now=now)
    session.flush()  # The page after this one reads by query.
    return Imported(statement, is_new=True)


def handle_movement(
    session: Session, movement_id: int, *, officer_id: str, note: str, now: datetime
) -> StatementMovement:
    """Note what a person found out about a movement that did not fit.

    Raises:
        NotFoundError: there is no such movement for a person.
        MovementHandledError: somebody has noted it before.
        NotAllowedError: the person is no finance officer.
    """
    ensure_officer(session, officer_id)
    movement = session.get(StatementMovement, movement_id, with_for_update=True)
    if movement is None or movement.outcome != Outcome.UNCLEAR:
        raise NotFoundError(kind="movement", id=movement_id)
    if movement.handled_at is not None:
        raise MovementHandledError(movement=movement_id)
    movement.handled_at = now
    movement.handled_by_id = officer_id
    movement.handled_note = note
    return movement


def _keep(
    session: Session, incoming: Incoming, *, officer_id: str | None, now: datetime
) -> str | None:
    """Write the file's row; None when it is there, also when somebody else is just writing it."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    row = dialect.insert(BankStatement).values(
        id=new_id("stm", now),
        sha256=incoming.sha256,
        file_name=incoming.file_name,
        content=incoming.content,
        imported_at=now,
        imported_by_id=officer_id,
    )
    row = row.on_conflict_do_nothing(index_elements=["sha256"])
    return cast("str | None", session.scalar(row.returning(BankStatement.id)))


def _take(
    session: Session,
    statement: BankStatement,
    each: Statement,
    *,
    is_own: bool,
    backers: str | None,
    now: datetime,
) -> None:
    entries = matching.in_order(list(_exploded(session, each.entries)))
    payments = queries.payments_for_update(session, [one.end_to_end_id or "" for one in entries])
    prints = [matching.fingerprint(each.account_number, one) for one in entries]
    told = queries.fingerprints_told(session, prints, other_than=statement.id)
    for entry, fingerprint in zip(entries, prints, strict=True):
        payment = payments.get(entry.end_to_end_id or "")
        verdict = matching.judge(
            entry,
            _ours(payment) if payment else None,
            is_own_account=is_own,
            was_told=fingerprint in told,
        )
        _act(session, verdict, payment, entry, now=now)
        if payment is None and each.account_number == backers:
            _receive(session, entry, fingerprint, now=now)
        _count(statement, verdict, entry)
        if verdict.outcome not in _NOT_KEPT:
            session.add(_movement(statement, verdict, payment, entry, fingerprint))


def _receive(session: Session, entry: StatementEntry, fingerprint: str, *, now: datetime) -> None:
    """Hand money that was paid in to the campaigns: their pledges have references for it."""
    is_turned = entry.is_returned or entry.is_reversal
    is_paid_in = entry.direction is Direction.CREDIT and not is_turned
    if not is_paid_in or entry.status is not EntryStatus.BOOKED or not entry.amount:
        return
    arrived = Arrived(
        key=fingerprint,
        amount=entry.amount,
        reference=entry.reference,
        payer_name=entry.counterparty_name,
        on=entry.booked_on or now.astimezone(HELSINKI).date(),
    )
    transfers.receive(session, arrived, now=now)


def _exploded(session: Session, entries: Sequence[StatementEntry]) -> Iterator[StatementEntry]:
    whole = {each.batch_id for each in entries if each.batch_id and not each.end_to_end_id}
    batches = queries.payments_by_batch(session, whole)
    for entry in entries:
        payments = batches.get(entry.batch_id or "")
        if entry.end_to_end_id or not payments:
            yield entry
        else:
            yield from matching.explode(entry, [_ours(each) for each in payments])


def _ours(payment: Payment) -> OurPayment:
    return OurPayment(
        end_to_end_id=payment.end_to_end_id,
        amount=payment.amount,
        status=PaymentStatus(payment.status),
        was_confirmed=payment.paid_on is not None,
    )


def _act(
    session: Session,
    verdict: Verdict,
    payment: Payment | None,
    entry: StatementEntry,
    *,
    now: datetime,
) -> None:
    if payment is None or verdict.outcome not in (Outcome.PAID, Outcome.RETURNED):
        return
    booked_on = entry.booked_on or entry.value_on or now.astimezone(HELSINKI).date()
    if verdict.outcome is Outcome.PAID:
        _confirm(session, payment, on=_not_before_release(payment, booked_on), now=now)
        return
    earliest = max(_not_before_release(payment, booked_on), payment.paid_on or booked_on)
    _take_back(session, payment, on=earliest, reason=entry.return_reason, now=now)


def _not_before_release(payment: Payment, booked_on: date) -> date:
    # A bank's calendar may lag behind ours at midnight; the ledger must not run backwards.
    assert payment.batch.released_on is not None
    return max(booked_on, payment.batch.released_on)


def _confirm(session: Session, payment: Payment, *, on: date, now: datetime) -> None:
    entry = bookings.payment_confirmed(facts_of(payment), on=on)
    payment.confirmation_entry_id = ledger.post(session, entry, now=now)
    payment.paid_on = on
    move_payment(session, payment, PaymentStatus.PAID, now=now)


def _take_back(
    session: Session, payment: Payment, *, on: date, reason: str | None, now: datetime
) -> None:
    booked = (
        ("payment_confirmed", payment.confirmation_entry_id),
        ("payment_released", payment.release_entry_id),
    )
    for kind, entry_id in booked:
        if entry_id is not None:
            key = f"{kind}_reversed:{payment.id}"
            ledger.reverse(session, entry_id, key=key, effective_on=on, now=now)
    payment.returned_on = on
    payment.return_reason = (reason or "")[:35] or None
    move_payment(session, payment, PaymentStatus.RETURNED, now=now, note=payment.return_reason)
    payment.instalment.opened_at = now


def _count(statement: BankStatement, verdict: Verdict, entry: StatementEntry) -> None:
    name = f"{verdict.outcome}_count"
    setattr(statement, name, getattr(statement, name) + 1)
    if verdict.outcome is Outcome.PAID:
        statement.paid_cents += entry.amount.cents
    elif verdict.outcome is Outcome.RETURNED:
        statement.returned_cents += entry.amount.cents


def _movement(
    statement: BankStatement,
    verdict: Verdict,
    payment: Payment | None,
    entry: StatementEntry,
    fingerprint: str,
) -> StatementMovement:
    return StatementMovement(
        statement_id=statement.id,
        fingerprint=fingerprint,
        outcome=verdict.outcome,
        doubt=verdict.doubt,
        payment_id=payment.id if payment else None,
        end_to_end_id=(entry.end_to_end_id or "")[:_LONGEST_TEXT] or None,
        bank_reference=(entry.bank_reference or "")[:_LONGEST_TEXT] or None,
        direction=entry.direction,
        amount_cents=entry.amount.cents,
        currency=entry.amount.currency,
        booked_on=entry.booked_on,
        counterparty_name=(entry.counterparty_name or "")[:_LONGEST_TEXT] or None,
        message=entry.message,
    )
