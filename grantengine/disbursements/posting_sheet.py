"""Rows of the posting sheet and of the monthly reconciliation report, as plain values."""

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Final

from grantengine import references
from grantengine.money import Money

Cell = str | int | Decimal | date

# A spreadsheet takes a text that begins so for a formula (OWASP, "CSV Injection"). The wide
# forms are there because some programs fold them to the narrow ones.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the field that fills it and its header in both languages."""

    name: str
    fi: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingLine:
    """One instalment in the posting sheet ("Tiliöinti"); empty text where a code is not used.

    Attributes:
        amount: what is paid.
        posting_amount: what is posted to this line's accounts; less than the amount where one
            instalment is posted to several accounts.
    """

    case_number: str
    instalment_number: int
    payee_name: str
    payee_iban: str
    paying_account: str
    due_on: date
    amount: Money
    invoiced_on: date
    voucher_on: date
    ledger_account: str
    posting_amount: Money
    budget_account: str
    verifier_email: str
    approver_email: str
    posting_text: str = ""
    supplier_number: str = ""
    payment_term: str = ""
    voucher_type: str = ""
    vat_code: str = ""
    operating_unit: str = ""
    authority_number: str = ""
    project: str = ""
    product: str = ""
    area: str = ""
    counterparty: str = ""
    tracking_1: str = ""
    tracking_2: str = ""
    spare_1: str = ""
    spare_2: str = ""
    eu_unit: str = ""

    @property
    def currency(self) -> str:
        """Name the currency of the amount."""
        return self.amount.currency

    @property
    def long_reference(self) -> str:
        """Name the instalment the way the payment run does."""
        return references.long_reference(
            case_number=self.case_number, instalment_number=self.instalment_number
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationLine:
    """One paid instalment in the monthly report ("Täsmäytysraportti")."""

    call_name: str
    payee_name: str
    budget_account: str
    ledger_account: str
    project: str
    operating_unit: str
    payee_iban: str
    long_reference: str
    amount: Money
    verifier: str
    approver: str


def posting_columns() -> tuple[Column, ...]:
    """Give the 31 columns of the posting sheet in their order."""
    return _columns("posting")


def reconciliation_columns() -> tuple[Column, ...]:
    """Give the 11 columns of the reconciliation report in their order."""
    return _columns("reconciliation")


def posting_cells(line: PostingLine) -> list[Cell]:
    """Give a line's cells in the order of `posting_columns`, safe to open in a spreadsheet."""
    return [_cell(getattr(line, column.name)) for column in posting_columns()]


def reconciliation_cells(line: ReconciliationLine) -> list[Cell]:
    """Give a line's cells in the order of `reconciliation_columns`, safe as above."""
    return [_cell(getattr(line, column.name)) for column in reconciliation_columns()]


def neutralise(cell: Cell) -> Cell:
    """Keep a spreadsheet from running a text: what could begin a formula gets an apostrophe.

    Numbers and dates pass as they are, so a negative amount stays a number; for every export
    that holds text from outside, in CSV and in XLSX.
    """
    if not isinstance(cell, str):
        return cell
    # LibreOffice trims spaces before it looks for a formula.
    if cell.startswith(_FORMULA_STARTS) or cell.lstrip().startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return cell


def _cell(value: Money | Cell) -> Cell:
    if isinstance(value, Money):
        return Decimal(value.cents).scaleb(-2)
    return neutralise(value)


@cache
def _columns(sheet: str) -> tuple[Column, ...]:
    facts = resources.files("grantengine.disbursements") / "facts" / "sheet_columns.csv"
    with facts.open("r", encoding="utf-8") as rows:
        return tuple(
            Column(name=row["name"], fi=row["fi"], en=row["en"])
            for row in csv.DictReader(rows)
            if row["sheet"] == sheet
        )
