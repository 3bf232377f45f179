"""The disbursement report as a file: CSV and XLSX for spreadsheets, PDF, JSON for programs."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from grantengine.disbursements import accounts
from grantengine.disbursements.posting_sheet import neutralise
from grantengine.disbursements.reports import DisbursementReport, Line, Source
from grantengine.ledger.accounts import Fund
from grantengine.money import Money, decimal_string
from grantengine.programme.models import Programme
from grantengine.web.documents import disbursement_json
from grantengine.web.documents.rendering import render_pdf
from grantengine.web.i18n import LazyText, _, current_language, lazy
from grantengine.web.labels.disbursements import FUNDS, REPORT_STATES
from grantengine.web.names import name_in_language

TEMPLATE: Final = "documents/disbursements/report.html"
MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    "json": "application/json",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """What a report needs from around it.

    Attributes:
        envelopes: envelope names by code, in the reader's language.
        authority: name of the body whose report it is.
        made_on: the day it is made; on the PDF.
    """

    envelopes: Mapping[str, str]
    authority: str
    made_on: date

    def source_name(self, source: Source) -> str:
        """Say where money comes from: public money with its envelope, or backers."""
        fund = str(FUNDS[source.fund])
        if source.fund is Fund.PRIVATE:
            return fund
        return f"{fund}: {self.envelopes.get(source.envelope, source.envelope)}"


def setting_of(programme: Programme, *, made_on: date) -> Setting:
    """Tell a report about the programme around it, in the present language."""
    return Setting(
        envelopes={each.code: name_in_language(each.names) for each in programme.envelopes},
        authority=name_in_language(programme.authority),
        made_on=made_on,
    )


COLUMNS: Final[tuple[tuple[LazyText, Callable[[Line, Setting], Any]], ...]] = (
    (lazy("Date"), lambda line, _setting: line.on),
    (lazy("State"), lambda line, _setting: str(REPORT_STATES[line.state])),
    (lazy("Source"), lambda line, setting: setting.source_name(line.payment.source)),
    (lazy("Payee"), lambda line, _setting: line.payment.payee_name),
    (lazy("IBAN"), lambda line, _setting: line.payment.payee_iban),
    (lazy("Amount"), lambda line, _setting: line.amount),
    (lazy("Currency"), lambda line, _setting: line.amount.currency),
    (lazy("Long reference"), lambda line, _setting: line.payment.long_reference),
    (lazy("General-ledger account (LKP)"), lambda line, _setting: line.payment.ledger_account),
    (lazy("Budget account (TaKP)"), lambda line, _setting: line.payment.budget_account),
    (lazy("Experiment"), lambda line, _setting: line.payment.experiment),
    (lazy("Batch"), lambda line, _setting: line.payment.batch_key),
    (lazy("End-to-end id"), lambda line, _setting: line.payment.end_to_end_id),
    (lazy("Verifier"), lambda line, _setting: line.payment.verifier),
    (lazy("Approver"), lambda line, _setting: line.payment.approver),
)


def write_report(report: DisbursementReport, form: str, setting: Setting) -> bytes:
    """Write the report in a form: csv, xlsx, pdf or json; texts in the present language."""
    return _WRITERS[form](report, setting)


def file_name(report: DisbursementReport, form: str) -> str:
    """Name the file after its days."""
    return f"disbursements-{report.from_on}-{report.to_on}.{form}"


def as_csv(report: DisbursementReport, setting: Setting) -> bytes:
    """Write the lines as CSV the way Finnish and Swedish spreadsheets open it.

    Semicolons, a decimal comma, and a byte order mark, without which Excel takes the letters
    for another code page. Texts that could begin a formula get an apostrophe. Sums are not in
    it: every row is a payment. For programs there is JSON.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([str(label) for label, _value in COLUMNS])
    for line in report.lines:
        writer.writerow([_csv_cell(value(line, setting)) for _label, value in COLUMNS])
    return buffer.getvalue().encode("utf-8-sig")


def as_xlsx(report: DisbursementReport, setting: Setting) -> bytes:
    """Write a workbook: the lines, sums with their control, and the two posting sheets."""
    header = [str(label) for label, _value in COLUMNS]
    rows = [[value(line, setting) for _label, value in COLUMNS] for line in report.lines]
    # Loaded only here, as no other page needs it.
    from grantengine.web.documents.disbursement_workbook import workbook

    return workbook(report, header, rows, setting.source_name)


def as_json(report: DisbursementReport, _setting: Setting) -> bytes:
    """Write the report for programs: money in cents, names that do not change with language."""
    return disbursement_json.as_json(report).encode()


def as_pdf(report: DisbursementReport, setting: Setting) -> bytes:
    """Write the report on paper: sums with their control first, then every line."""
    return render_pdf(
        TEMPLATE,
        language=current_language(),
        title=_("Disbursement report"),
        identifier=f"disbursements:{report.from_on}:{report.to_on}:{setting.made_on}",
        author=setting.authority,
        created=setting.made_on,
        report=report,
        source_name=setting.source_name,
        states=REPORT_STATES,
        format_iban=accounts.format_iban,
    )


def _csv_cell(value: Any) -> str:
    if isinstance(value, Money):
        return decimal_string(value).replace(".", ",")
    if isinstance(value, date):
        return value.isoformat()
    return str(neutralise(str(value)))


_WRITERS: Final[dict[str, Callable[[DisbursementReport, Setting], bytes]]] = {
    "csv": as_csv,
    "xlsx": as_xlsx,
    "pdf": as_pdf,
    "json": as_json,
}
