"""The disbursement report as an Excel workbook."""

import io
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

from grantengine.disbursements import posting_sheet
from grantengine.disbursements.reports import (
    DisbursementReport,
    Source,
    posting_lines,
    reconciliation_lines,
)
from grantengine.money import Money
from grantengine.web.i18n import _, current_language

# A file that is made twice from the same report is the same file.
_MADE_AT: Final = datetime(2016, 1, 1)  # noqa: DTZ001  # the format knows no time zone
_WIDEST: Final = 48
_NARROWEST: Final = 10


def workbook(
    report: DisbursementReport,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    source_name: Callable[[Source], str],
) -> bytes:
    """Write four sheets: payments, sums beside the ledger, posting sheet, reconciliation.

    Texts are written as texts, never as formulas, and those that could begin one get an
    apostrophe besides, for the spreadsheet that saves them as CSV.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": _("Disbursement report"), "created": _MADE_AT})
    sheets = _Sheets(book)
    sheets.add(_("Payments"), header, rows)
    sheets.add(_("Sums"), *_sums(report, source_name))
    sheets.add("Tiliöinti", *_posting(report))
    sheets.add("Täsmäytysraportti", *_reconciliation(report))
    book.close()
    return buffer.getvalue()


class _Sheets:
    """Writes sheets of one look: a header that stays, filters, widths that fit."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._head = book.add_format({"bold": True, "bottom": 2, "text_wrap": True})
        self._amount = book.add_format({"num_format": "#,##0.00"})
        self._day = book.add_format({"num_format": "d.m.yyyy"})

    def add(self, name: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Add a sheet of these rows under this header."""
        sheet = self._book.add_worksheet(name)
        widths = [len(label) for label in header]
        for column, label in enumerate(header):
            sheet.write_string(0, column, label, self._head)
        last = 0
        for last, row in enumerate(rows, start=1):
            for column, value in enumerate(row):
                self._write(sheet, last, column, value)
                widths[column] = max(widths[column], len(str(value)))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(max(width, _NARROWEST), _WIDEST))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(last, 1), len(header) - 1)

    def _write(self, sheet: Any, row: int, column: int, value: Any) -> None:
        if isinstance(value, Money):
            value = Decimal(value.cents).scaleb(-2)
        if isinstance(value, Decimal):
            # A spreadsheet keeps doubles: exact to the cent far past any programme's money.
            sheet.write_number(row, column, float(value), self._amount)
        elif isinstance(value, int):
            sheet.write_number(row, column, value)
        elif isinstance(value, date):
            sheet.write_datetime(row, column, value, self._day)
        else:
            sheet.write_string(row, column, str(posting_sheet.neutralise(str(value))))


def _sums(
    report: DisbursementReport, source_name: Callable[[Source], str]
) -> tuple[list[str], list[list[Any]]]:
    header = [
        _("Source"),
        _("Paid"),
        _("Returned"),
        _("Paid, from the ledger"),
        _("In payment"),
        _("In payment, from the ledger"),
        _("Control"),
    ]
    rows: list[list[Any]] = [
        [
            source_name(each.source),
            each.paid,
            each.returned,
            each.ledger.paid,
            each.in_payment,
            each.ledger.in_payment,
            _("agrees") if each.agrees else _("DIFFERS"),
        ]
        for each in report.sums
    ]
    verdict = _("agrees") if report.agrees else _("DIFFERS")
    rows.append([_("In all"), "", "", report.paid_net, "", report.in_payment, verdict])
    return header, rows


def _posting(report: DisbursementReport) -> tuple[list[str], list[list[Any]]]:
    rows: list[list[Any]] = [posting_sheet.posting_cells(line) for line in posting_lines(report)]
    return _headers(posting_sheet.posting_columns()), rows


def _reconciliation(report: DisbursementReport) -> tuple[list[str], list[list[Any]]]:
    lines = reconciliation_lines(report)
    rows: list[list[Any]] = [posting_sheet.reconciliation_cells(line) for line in lines]
    return _headers(posting_sheet.reconciliation_columns()), rows


def _headers(columns: Sequence[posting_sheet.Column]) -> list[str]:
    # The sheets are the state's own, and so are their Finnish headers; English has its own.
    english = current_language() == "en"
    return [column.en if english else column.fi for column in columns]
