"""The demonstration's bank: takes a bank file (pain.001) and answers with a statement (camt.053)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from lxml import etree

from grantengine.disbursements.payment_file import NAMESPACE
from grantengine.disbursements.safe_xml import parse
from grantengine.money import Money, decimal_string, eur, total

_ORDER: Final = {"p": NAMESPACE}
_STATEMENT: Final = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
_OPENING: Final = eur("2000000")


@dataclass(frozen=True, slots=True)
class _Transfer:
    """One payment as the bank reads it in our file."""

    end_to_end_id: str
    amount: Money
    payee_name: str
    payee_iban: str
    message: str


def statement_for(bank_file: bytes, *, booked_on: date) -> bytes:
    """Book every payment of a bank file on a day and tell it, one movement for each.

    Args:
        bank_file: a pain.001.001.09 of ours.
        booked_on: the day on which the bank moves the money.
    """
    order = parse(bank_file, max_bytes=len(bank_file))
    message_id = _text(order, ".//p:GrpHdr/p:MsgId")
    payer_iban = _text(order, ".//p:DbtrAcct/p:Id/p:IBAN")
    transfers = list(_transfers(order))
    closing = _OPENING - total(each.amount for each in transfers)
    created_at = f"{booked_on.isoformat()}T20:00:00+02:00"
    statement = _element(
        "Stmt",
        _element("Id", f"{message_id}-{booked_on:%y%m%d}"),
        _element("CreDtTm", created_at),
        _element("Acct", _element("Id", _element("IBAN", payer_iban)), _element("Ccy", "EUR")),
        _balance("OPBD", _OPENING, booked_on),
        _balance("CLBD", closing, booked_on),
        *_movements(transfers, message_id=message_id, booked_on=booked_on),
    )
    header = _element("GrpHdr", _element("MsgId", message_id), _element("CreDtTm", created_at))
    document = _element("Document", _element("BkToCstmrStmt", header, statement))
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _transfers(order: etree._Element) -> Iterator[_Transfer]:
    for each in order.iterfind(".//p:CdtTrfTxInf", _ORDER):
        yield _Transfer(
            end_to_end_id=_text(each, "p:PmtId/p:EndToEndId"),
            amount=eur(_text(each, "p:Amt/p:InstdAmt")),
            payee_name=_text(each, "p:Cdtr/p:Nm"),
            payee_iban=_text(each, "p:CdtrAcct/p:Id/p:IBAN"),
            message=_text(each, "p:RmtInf/p:Ustrd"),
        )


def _text(element: etree._Element, path: str) -> str:
    return element.findtext(path, default="", namespaces=_ORDER)


def _movements(
    transfers: Sequence[_Transfer], *, message_id: str, booked_on: date
) -> Iterator[etree._Element]:
    for number, transfer in enumerate(transfers, start=1):
        yield _element(
            "Ntry",
            _element("NtryRef", f"{number:06d}"),
            _amount(transfer.amount),
            _element("CdtDbtInd", "DBIT"),
            _element("Sts", _element("Cd", "BOOK")),
            _element("BookgDt", _element("Dt", booked_on.isoformat())),
            _element("ValDt", _element("Dt", booked_on.isoformat())),
            _element("AcctSvcrRef", f"{message_id}{number:06d}"),
            _element(
                "BkTxCd",
                _element(
                    "Domn",
                    _element("Cd", "PMNT"),
                    _element("Fmly", _element("Cd", "ICDT"), _element("SubFmlyCd", "ESCT")),
                ),
            ),
            _element("NtryDtls", _details(transfer, message_id)),
        )


def _details(transfer: _Transfer, message_id: str) -> etree._Element:
    return _element(
        "TxDtls",
        _element(
            "Refs", _element("MsgId", message_id), _element("EndToEndId", transfer.end_to_end_id)
        ),
        _amount(transfer.amount),
        _element("CdtDbtInd", "DBIT"),
        _element(
            "RltdPties",
            _element("Cdtr", _element("Pty", _element("Nm", transfer.payee_name))),
            _element("CdtrAcct", _element("Id", _element("IBAN", transfer.payee_iban))),
        ),
        _element("RmtInf", _element("Ustrd", transfer.message)),
    )


def _balance(code: str, amount: Money, on: date) -> etree._Element:
    return _element(
        "Bal",
        _element("Tp", _element("CdOrPrtry", _element("Cd", code))),
        _amount(amount),
        _element("CdtDbtInd", "CRDT"),
        _element("Dt", _element("Dt", on.isoformat())),
    )


def _amount(amount: Money) -> etree._Element:
    return _element("Amt", decimal_string(amount), Ccy=amount.currency)


def _element(tag: str, *content: etree._Element | str, **attributes: str) -> etree._Element:
    names = {None: _STATEMENT}
    element = etree.Element(
        f"{{{_STATEMENT}}}{tag}",
        attributes,
        nsmap=names,  # type: ignore[arg-type]  # the stub knows no default namespace
    )
    for each in content:
        if isinstance(each, str):
            element.text = each
        else:
            element.append(each)
    return element
