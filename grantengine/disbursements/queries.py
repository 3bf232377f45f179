"""Reading grants, instalments, batches and bank statements."""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from grantengine.disbursements.errors import BatchNotReleasedError
from grantengine.disbursements.lifecycle import (
    BatchStatus,
    InstalmentStatus,
    Outcome,
    PaymentStatus,
)
from grantengine.disbursements.models import (
    BankStatement,
    Grant,
    Instalment,
    Payment,
    PaymentBatch,
    StatementMovement,
)
from grantengine.errors import NotFoundError
from grantengine.ledger import journal
from grantengine.money import Money, total
from grantengine.often import Often

# Written once, since every campaign asks it: building a statement costs more than sending it.
_SAME = Often(
    sa.select(Grant.id).where(
        (Grant.case_number == sa.bindparam("case_number"))
        | ((Grant.fund == sa.bindparam("fund")) & (Grant.subject_id == sa.bindparam("subject_id")))
    )
)
# SQLite takes a limited number of values in one query.
_PAGE = 500


def grants_of_experiment(session: Session, experiment_id: str) -> Sequence[Grant]:
    """List an experiment's grants with their instalments, oldest first."""
    query = (
        sa.select(Grant)
        .where(Grant.experiment_id == experiment_id)
        .options(selectinload(Grant.instalments))
        # Public before private where a campaign made both at once.
        .order_by(Grant.awarded_at, Grant.fund.desc(), Grant.id)
    )
    return session.scalars(query).all()


def instalments_of_experiment(session: Session, experiment_id: str) -> Sequence[Instalment]:
    """List an experiment's instalments with their grants, in the order they are due."""
    query = (
        sa.select(Instalment)
        .join(Instalment.grant)
        .where(Grant.experiment_id == experiment_id)
        .options(contains_eager(Instalment.grant))
        .order_by(Instalment.due_on, Grant.awarded_at, Grant.id, Instalment.number)
    )
    return session.scalars(query).all()


def grants_in_envelope(session: Session, code: str) -> int:
    """Count the grants that an envelope has given."""
    query = sa.select(sa.func.count()).select_from(Grant).where(Grant.envelope == code)
    return session.execute(query).scalar_one()


def has_grant(session: Session, grant: Grant) -> bool:
    """Tell whether the same case, or the same subject of the same fund, has a grant."""
    asked = {
        "case_number": grant.case_number,
        "fund": grant.fund,
        "subject_id": grant.subject_id,
    }
    return bool(_SAME.rows(session, asked))


def open_instalments(session: Session) -> Sequence[Instalment]:
    """List what may be paid now with its grant and experiment, the longest due first."""
    query = (
        sa.select(Instalment)
        .join(Instalment.grant)
        .where(Instalment.status == InstalmentStatus.OPEN)
        .options(
            contains_eager(Instalment.grant).joinedload(Grant.experiment),
            # A payment that came back is shown beside what is to be paid again.
            selectinload(Instalment.payments),
        )
        .order_by(Instalment.due_on, Grant.case_number, Instalment.number)
    )
    return session.scalars(query).all()


def batch(session: Session, name: str) -> PaymentBatch:
    """Load a batch by id or by key, with its people, payments and their grants.

    Raises:
        NotFoundError: there is none.
    """
    query = (
        sa.select(PaymentBatch)
        .where((PaymentBatch.id == name) | (PaymentBatch.key == name))
        .options(
            joinedload(PaymentBatch.prepared_by),
            joinedload(PaymentBatch.released_by),
            selectinload(PaymentBatch.payments)
            .joinedload(Payment.instalment)
            .joinedload(Instalment.grant)
            .joinedload(Grant.experiment),
        )
        # What a lock waited for must not be read from memory.
        .execution_options(populate_existing=True)
    )
    found = session.scalars(query).unique().one_or_none()
    if found is None:
        raise NotFoundError(kind="batch", id=name)
    return found


def batches(session: Session, *, status: BatchStatus, limit: int = 50) -> Sequence[PaymentBatch]:
    """List batches of a status with their people and payments, newest first."""
    query = (
        sa.select(PaymentBatch)
        .where(PaymentBatch.status == status)
        .options(
            joinedload(PaymentBatch.prepared_by),
            joinedload(PaymentBatch.released_by),
            selectinload(PaymentBatch.payments),
        )
        .order_by(PaymentBatch.prepared_at.desc(), PaymentBatch.key.desc())
        .limit(limit)
    )
    return session.scalars(query).all()


def bank_file(session: Session, name: str) -> tuple[PaymentBatch, bytes]:
    """Give a released batch, by id or key, with the bytes that were frozen then.

    Raises:
        NotFoundError: there is no such batch.
        BatchNotReleasedError: nobody has released it.
    """
    found = batch(session, name)
    if found.file_content is None:
        raise BatchNotReleasedError(batch=found.key, status=str(found.status))
    return found, found.file_content


def payments_for_update(session: Session, end_to_end_ids: Sequence[str]) -> dict[str, Payment]:
    """Lock the payments that a statement names, with all that booking them needs."""
    found: dict[str, Payment] = {}
    wanted = sorted(set(end_to_end_ids))
    for start in range(0, len(wanted), _PAGE):
        query = (
            sa.select(Payment)
            .where(Payment.end_to_end_id.in_(wanted[start : start + _PAGE]))
            .options(
                selectinload(Payment.batch),
                selectinload(Payment.instalment).selectinload(Instalment.grant),
            )
            .order_by(Payment.id)  # Same order everywhere, so no deadlock.
            .with_for_update(of=Payment)
            .execution_options(populate_existing=True)
        )
        found |= {each.end_to_end_id: each for each in session.scalars(query)}
    return found


def payments_by_batch(session: Session, keys: Collection[str]) -> dict[str, list[Payment]]:
    """List the payments of batches by the batch's key, in their order."""
    query = (
        sa.select(Payment)
        .join(Payment.batch)
        .where(PaymentBatch.key.in_(keys))
        .options(contains_eager(Payment.batch))
        .order_by(Payment.position)
    )
    found: dict[str, list[Payment]] = {}
    for payment in session.scalars(query):
        found.setdefault(payment.batch.key, []).append(payment)
    return found


def fingerprints_told(
    session: Session, fingerprints: Sequence[str], *, other_than: str
) -> set[str]:
    """Tell which movements another statement file has told before."""
    told: set[str] = set()
    for start in range(0, len(fingerprints), _PAGE):
        query = sa.select(StatementMovement.fingerprint).where(
            StatementMovement.fingerprint.in_(fingerprints[start : start + _PAGE]),
            StatementMovement.statement_id != other_than,
        )
        told |= set(session.scalars(query))
    return told


def statement_by_hash(session: Session, sha256: str) -> BankStatement:
    """Find the statement of a file that is known to be here."""
    return session.scalars(sa.select(BankStatement).where(BankStatement.sha256 == sha256)).one()


def statement(session: Session, statement_id: str) -> BankStatement:
    """Load a statement with its movements and the payments that they name.

    Raises:
        NotFoundError: there is none.
    """
    query = (
        sa.select(BankStatement)
        .where(BankStatement.id == statement_id)
        .options(
            joinedload(BankStatement.imported_by),
            selectinload(BankStatement.movements).joinedload(StatementMovement.payment),
            selectinload(BankStatement.movements).joinedload(StatementMovement.handled_by),
        )
    )
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFoundError(kind="statement", id=statement_id)
    return found


def statements(session: Session, *, limit: int = 50) -> Sequence[BankStatement]:
    """List statements, newest first."""
    query = sa.select(BankStatement).options(joinedload(BankStatement.imported_by))
    return session.scalars(query.order_by(BankStatement.id.desc()).limit(limit)).all()


def unclear_movements(session: Session) -> Sequence[StatementMovement]:
    """List what waits for a person to look at it, oldest first."""
    query = (
        sa.select(StatementMovement)
        .where(
            StatementMovement.outcome == Outcome.UNCLEAR,
            StatementMovement.handled_at.is_(None),
        )
        .options(joinedload(StatementMovement.payment), joinedload(StatementMovement.statement))
        .order_by(StatementMovement.id)
    )
    return session.scalars(query).all()


def batches_at_the_bank(session: Session) -> Sequence[PaymentBatch]:
    """List released batches of which the bank has not said everything, oldest first."""
    still_sent = PaymentBatch.payments.any(Payment.status == PaymentStatus.SENT)
    query = (
        sa.select(PaymentBatch)
        .where(PaymentBatch.status == BatchStatus.RELEASED, still_sent)
        .options(selectinload(PaymentBatch.payments))
        .order_by(PaymentBatch.released_at, PaymentBatch.key)
    )
    return session.scalars(query).all()


def released_total(session: Session, batch: PaymentBatch) -> Money:
    """Add up what the ledger holds as released for a batch, whatever came of it later."""
    entry_ids = [each.release_entry_id for each in batch.payments if each.release_entry_id]
    # Each entry tells the amount once in the budget or cash view; its first transfer does.
    return total(entry.transfers[0].amount for entry in journal.entries_of(session, entry_ids))
