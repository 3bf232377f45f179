"""The disbursement report: each payment between two days, sums by source, and their control."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from grantengine import references
from grantengine.disbursements.posting_sheet import PostingLine, ReconciliationLine
from grantengine.ledger.accounts import Fund
from grantengine.money import Money, total


class State(StrEnum):
    """What a line of the report tells of a payment."""

    PAID = "paid"  # the bank booked it between the days
    RETURNED = "returned"  # it came back between the days, after having been booked
    IN_PAYMENT = "in_payment"  # released, and on the last day still on its way


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """Where money comes from: an envelope, or backers when there is none."""

    fund: Fund
    envelope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRecord:
    """One payment with all that a report says of it; both ledger codes empty if private."""

    source: Source
    case_number: str
    instalment_number: int
    experiment: str
    end_to_end_id: str
    batch_key: str
    payee_name: str
    payee_iban: str
    paying_account: str
    ledger_account: str
    budget_account: str
    amount: Money
    verifier: str
    verifier_email: str
    approver: str
    approver_email: str
    due_on: date
    released_on: date
    paid_on: date | None
    returned_on: date | None

    @property
    def long_reference(self) -> str:
        """Name the instalment the way the payment run does."""
        return references.long_reference(
            case_number=self.case_number, instalment_number=self.instalment_number
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A payment in one state on one day; what came back counts negative."""

    on: date
    state: State
    payment: PaymentRecord

    @property
    def amount(self) -> Money:
        """The amount with its sign."""
        amount = self.payment.amount
        return -amount if self.state is State.RETURNED else amount


@dataclass(frozen=True, slots=True)
class LedgerSums:
    """What the ledger says of one source: paid net of returns, and on its way."""

    paid: Money
    in_payment: Money


@dataclass(frozen=True, slots=True)
class SourceSum:
    """What the lines of one source add up to, beside what the ledger says."""

    source: Source
    paid: Money
    returned: Money
    in_payment: Money
    ledger: LedgerSums

    @property
    def paid_net(self) -> Money:
        """Paid less what came back."""
        return self.paid + self.returned

    @property
    def agrees(self) -> bool:
        """Tell whether lines and ledger say the same to the cent."""
        return self.paid_net == self.ledger.paid and self.in_payment == self.ledger.in_payment


@dataclass(frozen=True, slots=True)
class DisbursementReport:
    """Every payment between two days, both included."""

    from_on: date
    to_on: date
    lines: Sequence[Line]
    sums: Sequence[SourceSum]

    @property
    def paid_net(self) -> Money:
        """Paid less what came back, from the ledger."""
        return total(each.ledger.paid for each in self.sums)

    @property
    def in_payment(self) -> Money:
        """What is on its way on the last day, from the ledger."""
        return total(each.ledger.in_payment for each in self.sums)

    @property
    def agrees(self) -> bool:
        """Tell whether every source agrees with the ledger."""
        return all(each.agrees for each in self.sums)


def disbursement_report(
    records: Iterable[PaymentRecord],
    ledger: Mapping[Source, LedgerSums],
    *,
    from_on: date,
    to_on: date,
) -> DisbursementReport:
    """Make the report of what was paid between two days and is on its way on the last.

    Args:
        records: every payment that was released on or before the last day.
        ledger: what the ledger says for the same days, by source.
        from_on: the first day that counts.
        to_on: the last day that counts.
    """
    lines = [line for record in records for line in _lines(record, from_on, to_on)]
    lines.sort(key=lambda line: (line.on, line.payment.end_to_end_id, line.state))
    sources = sorted(
        {line.payment.source for line in lines} | set(ledger),
        key=lambda source: (source.fund is Fund.PRIVATE, source.envelope),
    )
    return DisbursementReport(
        from_on=from_on,
        to_on=to_on,
        lines=lines,
        sums=_sums(lines, sources, ledger),
    )


def posting_lines(report: DisbursementReport) -> list[PostingLine]:
    """Give the public lines as rows of the posting sheet; what came back is posted by hand."""
    return [
        PostingLine(
            case_number=each.case_number,
            instalment_number=each.instalment_number,
            payee_name=each.payee_name,
            payee_iban=each.payee_iban,
            paying_account=each.paying_account,
            due_on=each.due_on,
            amount=each.amount,
            invoiced_on=each.released_on,
            voucher_on=each.released_on,
            ledger_account=each.ledger_account,
            posting_amount=each.amount,
            budget_account=each.budget_account,
            verifier_email=each.verifier_email,
            approver_email=each.approver_email,
            posting_text=each.experiment,
        )
        for each in _public(report)
    ]


def reconciliation_lines(report: DisbursementReport) -> list[ReconciliationLine]:
    """Give the public lines as rows of the monthly reconciliation report."""
    return [
        ReconciliationLine(
            call_name=each.experiment,
            payee_name=each.payee_name,
            budget_account=each.budget_account,
            ledger_account=each.ledger_account,
            project="",
            operating_unit="",
            payee_iban=each.payee_iban,
            long_reference=each.long_reference,
            amount=each.amount,
            verifier=each.verifier,
            approver=each.approver,
        )
        for each in _public(report)
    ]


def _public(report: DisbursementReport) -> list[PaymentRecord]:
    return [
        line.payment
        for line in report.lines
        if line.payment.source.fund is Fund.PUBLIC and line.state is not State.RETURNED
    ]


def _lines(record: PaymentRecord, from_on: date, to_on: date) -> Iterable[Line]:
    if record.paid_on is not None and from_on <= record.paid_on <= to_on:
        yield Line(record.paid_on, State.PAID, record)
        if record.returned_on is not None and record.returned_on <= to_on:
            yield Line(record.returned_on, State.RETURNED, record)
    elif record.paid_on is not None and record.paid_on < from_on:
        if record.returned_on is not None and from_on <= record.returned_on <= to_on:
            yield Line(record.returned_on, State.RETURNED, record)
    elif record.returned_on is None or record.returned_on > to_on:
        yield Line(record.released_on, State.IN_PAYMENT, record)


def _sums(
    lines: Sequence[Line], sources: Sequence[Source], ledger: Mapping[Source, LedgerSums]
) -> list[SourceSum]:
    cents: dict[tuple[Source, State], int] = defaultdict(int)
    for line in lines:
        cents[line.payment.source, line.state] += line.amount.cents
    nothing = LedgerSums(Money(0), Money(0))
    return [
        SourceSum(
            source=source,
            paid=Money(cents[source, State.PAID]),
            returned=Money(cents[source, State.RETURNED]),
            in_payment=Money(cents[source, State.IN_PAYMENT]),
            ledger=ledger.get(source, nothing),
        )
        for source in sources
    ]
