"""The disbursement report for programs."""

import json
from typing import Any

from grantengine.disbursements.reports import DisbursementReport, Line, Source, SourceSum
from grantengine.money import Money


def as_json(report: DisbursementReport) -> str:
    """Write the report as one JSON object; days as ISO 8601, money in whole cents."""
    content = {
        "from": report.from_on.isoformat(),
        "to": report.to_on.isoformat(),
        "lines": [_line(line) for line in report.lines],
        "sums": [_sum(each) for each in report.sums],
        "totals": {
            "paid": _money(report.paid_net),
            "in_payment": _money(report.in_payment),
        },
        "agrees_with_ledger": report.agrees,
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _line(line: Line) -> dict[str, Any]:
    payment = line.payment
    return {
        "date": line.on.isoformat(),
        "state": line.state,
        **_source(payment.source),
        "case_number": payment.case_number,
        "instalment": payment.instalment_number,
        "long_reference": payment.long_reference,
        "end_to_end_id": payment.end_to_end_id,
        "batch": payment.batch_key,
        "experiment": payment.experiment,
        "payee_name": payment.payee_name,
        "payee_iban": payment.payee_iban,
        "ledger_account": payment.ledger_account or None,
        "budget_account": payment.budget_account or None,
        "amount": _money(line.amount),
        "verifier": payment.verifier,
        "approver": payment.approver,
    }


def _sum(each: SourceSum) -> dict[str, Any]:
    return {
        **_source(each.source),
        "paid": _money(each.paid),
        "returned": _money(each.returned),
        "in_payment": _money(each.in_payment),
        "ledger_paid": _money(each.ledger.paid),
        "ledger_in_payment": _money(each.ledger.in_payment),
        "agrees": each.agrees,
    }


def _source(source: Source) -> dict[str, Any]:
    return {"source": source.fund, "envelope": source.envelope or None}


def _money(money: Money) -> dict[str, Any]:
    return {"amount_cents": money.cents, "currency": money.currency}
