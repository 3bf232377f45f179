"""Reading what the disbursement report is made of: the payments, and the ledger beside them."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload

from grantengine.disbursements import reports
from grantengine.disbursements.models import Grant, Instalment, Payment, PaymentBatch
from grantengine.disbursements.reports import (
    DisbursementReport,
    LedgerSums,
    PaymentRecord,
    Source,
)
from grantengine.errors import InvalidInputError
from grantengine.ledger import queries as ledger
from grantengine.ledger.accounts import Fund
from grantengine.money import Money

_PUBLIC_STAGES = ("in_payment", "paid")


def disbursement_report(session: Session, *, from_on: date, to_on: date) -> DisbursementReport:
    """Report what was paid between two days, both included, and is on its way on the last.

    Raises:
        InvalidInputError: the last day comes before the first.
    """
    if to_on < from_on:
        raise InvalidInputError(field="to", reason="before_from")
    # Before the first day that there is, nothing was paid.
    is_first = from_on == date.min
    before = {} if is_first else _balances(session, from_on - timedelta(days=1))
    after = _balances(session, to_on)
    sums = {
        source: LedgerSums(
            paid=Money(after[source, "paid"] - before.get((source, "paid"), 0)),
            in_payment=Money(after[source, "in_payment"]),
        )
        for source, _stage in after
    }
    moved = {source: each for source, each in sums.items() if each.paid or each.in_payment}
    records = _records(session, from_on, to_on)
    return reports.disbursement_report(records, moved, from_on=from_on, to_on=to_on)


def _balances(session: Session, on: date) -> dict[tuple[Source, str], int]:
    """Add up paid and in payment by source at the end of a day, from the ledger alone."""
    cents: dict[tuple[Source, str], int] = defaultdict(int)
    for line in ledger.trial_balance(session, on=on):
        match line.account.split(":"):
            case ["budget", envelope, stage, _subject] if stage in _PUBLIC_STAGES:
                # The budget view's accounts grow by credit.
                cents[Source(Fund.PUBLIC, envelope), stage] -= line.balance_cents
            case ["cash", "payable", _campaign]:
                cents[Source(Fund.PRIVATE), "in_payment"] -= line.balance_cents
            case ["pledges", "delivered", _campaign]:
                cents[Source(Fund.PRIVATE), "paid"] += line.balance_cents
    return cents


def _records(session: Session, from_on: date, to_on: date) -> Iterator[PaymentRecord]:
    query = (
        sa.select(Payment)
        .join(Payment.batch)
        .join(Payment.instalment)
        .join(Instalment.grant)
        .where(
            PaymentBatch.released_on <= to_on,
            # Paid and done with before the first day: not of this report.
            sa.or_(Payment.paid_on.is_(None), Payment.paid_on >= from_on)
            | (Payment.returned_on >= from_on),
        )
        .options(
            contains_eager(Payment.batch).options(
                joinedload(PaymentBatch.prepared_by), joinedload(PaymentBatch.released_by)
            ),
            contains_eager(Payment.instalment)
            .contains_eager(Instalment.grant)
            .joinedload(Grant.experiment),
        )
    )
    return map(_record, session.scalars(query))


def _record(payment: Payment) -> PaymentRecord:
    batch, instalment, grant = payment.batch, payment.instalment, payment.instalment.grant
    assert batch.released_by is not None
    assert batch.released_on is not None
    return PaymentRecord(
        source=Source(Fund(grant.fund), grant.envelope or ""),
        case_number=grant.case_number,
        instalment_number=instalment.number,
        experiment=grant.experiment.title,
        end_to_end_id=payment.end_to_end_id,
        batch_key=batch.key,
        payee_name=payment.payee_name,
        payee_iban=payment.payee_iban,
        paying_account=batch.payer_iban or "",
        ledger_account=grant.ledger_account or "",
        budget_account=grant.budget_account or "",
        amount=payment.amount,
        verifier=batch.prepared_by.name,
        verifier_email=batch.prepared_by.email,
        approver=batch.released_by.name,
        approver_email=batch.released_by.email,
        due_on=batch.pay_on,
        released_on=batch.released_on,
        paid_on=payment.paid_on,
        returned_on=payment.returned_on,
    )
