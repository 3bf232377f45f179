"""Read a bank's statement, camt.053, or its notice of what came and went, camt.054; .02 or .08."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from grantengine.disbursements import safe_xml
from grantengine.disbursements.bank_statement import (
    Direction,
    EntryStatus,
    Statement,
    StatementEntry,
)
from grantengine.disbursements.camt_elements import (
    date_at,
    direction_of,
    find_all,
    find_first,
    malformed,
    money_at,
    required_money,
    required_text,
    text_at,
)
from grantengine.disbursements.errors import UnknownStatementFormatError
from grantengine.money import Money

# Each message by its namespace, and where in it the accounts are.
_STATEMENT, _NOTICE = "BkToCstmrStmt/Stmt", "BkToCstmrDbtCdtNtfctn/Ntfctn"
NAMESPACES: Final = {
    f"urn:iso:std:iso:20022:tech:xsd:camt.{message}.001.{version}": path
    for message, path in (("053", _STATEMENT), ("054", _NOTICE))
    for version in ("02", "08")
}
DEFAULT_MAX_BYTES: Final = 16 * 1024 * 1024
# Banks write this where the payer gave no id of their own (EPC rulebook).
_NOT_PROVIDED: Final = "NOTPROVIDED"
# Nordea cuts a message of 140 characters into lines of 35, in the middle of words.
_CUT_LINE: Final = 35
# An entry kept whole must not borrow the ids of one of its transactions: it reads from this.
_NO_DETAIL: Final = etree.Element("none")
# ISO external codes: reimbursement of a returned transfer, ACH return, recall granted.
_RETURN_CODES: Final = frozenset({"RRTN", "ARET", "RPCR"})
_STATUSES: Final = {
    "BOOK": EntryStatus.BOOKED,
    "PDNG": EntryStatus.PENDING,
    "FUTR": EntryStatus.PENDING,
    "INFO": EntryStatus.INFORMATION,
}


@dataclass(frozen=True, slots=True)
class _Movement:
    detail: etree._Element
    amount: Money
    direction: Direction
    transactions: int = 1

    @property
    def signed_cents(self) -> int:
        return self.amount.cents if self.direction is Direction.CREDIT else -self.amount.cents


def read_statements(content: bytes, *, max_bytes: int = DEFAULT_MAX_BYTES) -> tuple[Statement, ...]:
    """Read every statement of a camt.053 file, or every notice of a camt.054 file.

    The schema is not enforced, because real banks break it; what money hangs on is.

    Raises:
        StatementFileError: a subclass says why the file cannot be read.
    """
    root = safe_xml.parse(content, max_bytes=max_bytes)
    name = etree.QName(root)
    path = NAMESPACES.get(name.namespace or "")
    if path is None or name.localname != "Document":
        raise UnknownStatementFormatError(namespace=name.namespace or "", root=name.localname)
    statements = tuple(_statement(each) for each in find_all(root, path))
    if not statements:
        raise malformed(root, path)
    return statements


def _statement(stmt: etree._Element) -> Statement:
    iban = text_at(stmt, "Acct/Id/IBAN")
    number = iban or required_text(stmt, "Acct/Id/Othr/Id")
    return Statement(
        id=required_text(stmt, "Id"),
        account_iban=iban,
        account_number=number,
        currency=_currency(stmt),
        opening_balance=_balance(stmt, "OPBD", "PRCD"),
        closing_balance=_balance(stmt, "CLBD"),
        entries=tuple(_entries(stmt, own_account=number)),
    )


def _currency(stmt: etree._Element) -> str:
    stated = text_at(stmt, "Acct/Ccy")
    if stated:
        return stated
    amount = money_at(stmt, "Bal/Amt", "Ntry/Amt")
    if amount is None:
        raise malformed(stmt, "Acct/Ccy")
    return amount.currency


def _balance(stmt: etree._Element, *codes: str) -> Money | None:
    """Give the balance of the first code that the statement has one of."""
    for code in codes:
        for balance in find_all(stmt, "Bal"):
            if text_at(balance, "Tp/CdOrPrtry/Cd") == code:
                amount = required_money(balance, "Amt")
                return amount if direction_of(balance) is Direction.CREDIT else -amount
    return None


def _entries(stmt: etree._Element, *, own_account: str) -> Iterator[StatementEntry]:
    number = 0
    for entry in find_all(stmt, "Ntry"):
        for movement in _movements(entry):
            number += 1
            yield _entry(entry, movement, number=number, own_account=own_account)


def _movements(entry: etree._Element) -> list[_Movement]:
    """Explode an entry into its transactions where these explain its whole amount."""
    amount, direction = required_money(entry, "Amt"), direction_of(entry)
    details = find_all(entry, "NtryDtls/TxDtls")
    announced = _announced(entry)
    if len(details) == 1 and announced in (None, 1):
        return [_Movement(details[0], amount, direction)]
    whole = _Movement(_NO_DETAIL, amount, direction, max(announced or 1, len(details)))
    if not details or announced not in (None, len(details)):
        return [whole]
    parts = [_part(detail, direction) for detail in details]
    known = [part for part in parts if part and part.amount.currency == amount.currency]
    adds_up = sum(part.signed_cents for part in known) == whole.signed_cents
    return known if len(known) == len(parts) and adds_up else [whole]


def _announced(entry: etree._Element) -> int | None:
    counts = [text_at(batch, "NbOfTxs") or "" for batch in find_all(entry, "NtryDtls/Btch")]
    stated = [int(count) for count in counts if count.isascii() and count.isdigit()]
    return sum(stated) if stated else None


def _part(detail: etree._Element, direction: Direction) -> _Movement | None:
    amount = money_at(detail, "Amt", "AmtDtls/TxAmt/Amt")
    if amount is None:
        return None
    # Version 02 gives a transaction no direction of its own.
    has_own = find_first(detail, "CdtDbtInd") is not None
    return _Movement(detail, amount, direction_of(detail) if has_own else direction)


def _entry(
    entry: etree._Element, movement: _Movement, *, number: int, own_account: str
) -> StatementEntry:
    detail = movement.detail
    is_reversal = text_at(entry, "RvslInd") in ("true", "1")
    code = _transaction_code(detail) or _transaction_code(entry)
    is_returned = find_first(detail, "RtrInf") is not None or _is_return_code(code)
    # An entry that undoes another keeps that one's debtor and creditor.
    party = _counterparty(
        detail,
        direction=movement.direction,
        is_turned=is_reversal or is_returned,
        own_account=own_account,
    )
    return StatementEntry(
        number=number,
        entry_reference=text_at(entry, "NtryRef"),
        bank_reference=text_at(detail, "Refs/AcctSvcrRef") or text_at(entry, "AcctSvcrRef"),
        booked_on=date_at(entry, "BookgDt"),
        value_on=date_at(entry, "ValDt"),
        amount=movement.amount,
        direction=movement.direction,
        status=_STATUSES.get(text_at(entry, "Sts/Cd", "Sts") or "", EntryStatus.UNKNOWN),
        end_to_end_id=_end_to_end_id(detail),
        reference=text_at(detail, "RmtInf/Strd/CdtrRefInf/Ref"),
        message=_message(detail),
        counterparty_name=party[0],
        counterparty_account=party[1],
        bank_transaction_code=code,
        batch_id=text_at(detail, "Refs/PmtInfId")
        or text_at(entry, "NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId"),
        transactions=movement.transactions,
        is_reversal=is_reversal,
        is_returned=is_returned,
        return_reason=text_at(detail, "RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry"),
    )


def _end_to_end_id(detail: etree._Element) -> str | None:
    identifier = text_at(detail, "Refs/EndToEndId")
    return None if identifier == _NOT_PROVIDED else identifier


def _message(detail: etree._Element) -> str:
    message = ""
    for line in find_all(detail, "RmtInf/Ustrd"):
        text = line.text or ""
        message += text if len(text) == _CUT_LINE else f"{text} "
    return " ".join(message.split())


def _counterparty(
    detail: etree._Element, *, direction: Direction, is_turned: bool, own_account: str
) -> tuple[str | None, str | None]:
    """Give name and account of the other side, which is never the account's owner."""
    payer_first = (direction is Direction.CREDIT) is not is_turned
    roles = ("Dbtr", "Cdtr") if payer_first else ("Cdtr", "Dbtr")
    for role in roles if is_turned else roles[:1]:
        name = text_at(detail, f"RltdPties/{role}/Nm", f"RltdPties/{role}/Pty/Nm")
        account = text_at(
            detail, f"RltdPties/{role}Acct/Id/IBAN", f"RltdPties/{role}Acct/Id/Othr/Id"
        )
        if (name or account) and account != own_account:
            return name, account
    return None, None


def _transaction_code(element: etree._Element) -> str | None:
    """Give the ISO code as `PMNT/RCDT/ESCT`, or else the bank's own code."""
    parts = [
        text_at(element, f"BkTxCd/Domn/{path}") for path in ("Cd", "Fmly/Cd", "Fmly/SubFmlyCd")
    ]
    stated = [part for part in parts if part]
    return "/".join(stated) or text_at(element, "BkTxCd/Prtry/Cd")


def _is_return_code(code: str | None) -> bool:
    return code is not None and code.rpartition("/")[2] in _RETURN_CODES
