"""A bank for tests: takes our pain.001.001.09 and answers with a camt.053.001.08 statement."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from lxml import etree
from lxml.builder import ElementMaker

from grantengine.money import Money, decimal_string, eur, total

PAIN = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
E = ElementMaker(namespace=CAMT, nsmap={None: CAMT})


@dataclass(frozen=True)
class Transfer:
    """One payment as the bank found it in our file."""

    end_to_end_id: str
    amount: Money
    payee_name: str
    payee_iban: str
    reference: str | None
    message: str | None


@dataclass(frozen=True)
class Order:
    """Our file as the bank understood it."""

    message_id: str
    payer_iban: str
    transfers: tuple[Transfer, ...]


def read_order(payment_file: bytes) -> Order:
    """Read a pain.001.001.09 file independently of the code that wrote it."""
    root = etree.fromstring(payment_file)
    transfers = tuple(_transfer(each) for each in root.findall(".//p:CdtTrfTxInf", PAIN))
    return Order(
        message_id=root.findtext(".//p:GrpHdr/p:MsgId", namespaces=PAIN),
        payer_iban=root.findtext(".//p:DbtrAcct/p:Id/p:IBAN", namespaces=PAIN),
        transfers=transfers,
    )


def statement_for(
    payment_file: bytes,
    *,
    booked_on: date,
    refused: Collection[str] = (),
    returned: Mapping[str, str] | None = None,
    pending: Collection[str] = (),
    opening: Money = eur("1000000.00"),
    statement_id: str | None = None,
) -> bytes:
    """Answer with a statement that books every payment as a debit of its own.

    Payments are named by end-to-end id: `refused` ones never reach the account, `returned`
    ones (id to reason code, like AC04) are debited and credited back, `pending` ones are not
    booked yet.
    """
    order = read_order(payment_file)
    reasons = returned or {}
    kept = [each for each in order.transfers if each.end_to_end_id not in refused]
    entries = []
    moved = []
    for transfer in kept:
        is_pending = transfer.end_to_end_id in pending
        status = "PDNG" if is_pending else "BOOK"
        detail = _details(order, transfer, "DBIT")
        entries.append(_entry(transfer.amount, "DBIT", status, booked_on, len(entries), detail))
        moved += [] if is_pending else [-transfer.amount]
    for transfer in kept:
        if transfer.end_to_end_id in reasons:
            detail = _details(order, transfer, "CRDT", reason=reasons[transfer.end_to_end_id])
            entries.append(_entry(transfer.amount, "CRDT", "BOOK", booked_on, len(entries), detail))
            moved.append(transfer.amount)
    return _document(order, entries, opening, total(moved), booked_on, statement_id)


def batch_statement_for(
    payment_file: bytes,
    *,
    booked_on: date,
    with_details: bool = True,
    opening: Money = eur("1000000.00"),
    statement_id: str | None = None,
) -> bytes:
    """Answer with a statement that books the whole file as one debit."""
    order = read_order(payment_file)
    whole = total(each.amount for each in order.transfers)
    batch = E.Btch(E.MsgId(order.message_id), E.NbOfTxs(str(len(order.transfers))))
    transactions = [_transaction(order, each, "DBIT") for each in order.transfers]
    details = E.NtryDtls(batch, *(transactions if with_details else []))
    entry = _entry(whole, "DBIT", "BOOK", booked_on, 0, details)
    return _document(order, [entry], opening, -whole, booked_on, statement_id)


def _transfer(element) -> Transfer:
    def text(path: str) -> str | None:
        return element.findtext(path, namespaces=PAIN)

    amount = element.find("p:Amt/p:InstdAmt", PAIN)
    assert amount.get("Ccy") == "EUR"
    return Transfer(
        end_to_end_id=text("p:PmtId/p:EndToEndId"),
        amount=eur(amount.text),
        payee_name=text("p:Cdtr/p:Nm"),
        payee_iban=text("p:CdtrAcct/p:Id/p:IBAN"),
        reference=text("p:RmtInf/p:Strd/p:CdtrRefInf/p:Ref"),
        message=text("p:RmtInf/p:Ustrd"),
    )


def _document(order, entries, opening, moved, booked_on, statement_id) -> bytes:
    identifier = statement_id or f"STMT-{order.message_id}"[:35]
    created_at = f"{booked_on.isoformat()}T22:00:00+02:00"
    statement = E.Stmt(
        E.Id(identifier),
        E.CreDtTm(created_at),
        E.Acct(E.Id(E.IBAN(order.payer_iban)), E.Ccy("EUR")),
        _balance("OPBD", opening, booked_on),
        _balance("CLBD", opening + moved, booked_on),
        *entries,
    )
    header = E.GrpHdr(E.MsgId(identifier), E.CreDtTm(created_at))
    document = E.Document(E.BkToCstmrStmt(header, statement))
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _balance(code, amount, on):
    positive, direction = (amount, "CRDT") if amount.cents >= 0 else (-amount, "DBIT")
    return E.Bal(
        E.Tp(E.CdOrPrtry(E.Cd(code))),
        _amount(positive),
        E.CdtDbtInd(direction),
        E.Dt(E.Dt(on.isoformat())),
    )


def _entry(amount, direction, status, booked_on, index, details):
    booking = [E.BookgDt(E.Dt(booked_on.isoformat()))] if status == "BOOK" else []
    return E.Ntry(
        E.NtryRef(f"{index + 1:06d}"),
        _amount(amount),
        E.CdtDbtInd(direction),
        E.Sts(E.Cd(status)),
        *booking,
        E.ValDt(E.Dt(booked_on.isoformat())),
        E.AcctSvcrRef(f"{booked_on:%y%m%d}ARCH{index + 1:06d}"),
        _code("ICDT" if direction == "DBIT" else "RCDT", "ESCT" if direction == "DBIT" else "RRTN"),
        details,
    )


def _details(order, transfer, direction, reason=None):
    return E.NtryDtls(_transaction(order, transfer, direction, reason))


def _transaction(order, transfer, direction, reason=None):
    remittance = []
    if transfer.reference:
        structured = E.CdtrRefInf(E.Tp(E.CdOrPrtry(E.Cd("SCOR"))), E.Ref(transfer.reference))
        remittance = [E.RmtInf(E.Strd(structured))]
    elif transfer.message:
        remittance = [E.RmtInf(E.Ustrd(transfer.message))]
    return E.TxDtls(
        E.Refs(
            E.MsgId(order.message_id),
            E.PmtInfId(order.message_id),
            E.EndToEndId(transfer.end_to_end_id),
        ),
        _amount(transfer.amount),
        E.CdtDbtInd(direction),
        E.RltdPties(
            E.Cdtr(E.Pty(E.Nm(transfer.payee_name))),
            E.CdtrAcct(E.Id(E.IBAN(transfer.payee_iban))),
        ),
        *remittance,
        *([E.RtrInf(E.Rsn(E.Cd(reason)))] if reason else []),
    )


def _amount(amount):
    return E.Amt(decimal_string(amount), Ccy=amount.currency)


def _code(family, subfamily):
    return E.BkTxCd(E.Domn(E.Cd("PMNT"), E.Fmly(E.Cd(family), E.SubFmlyCd(subfamily))))
