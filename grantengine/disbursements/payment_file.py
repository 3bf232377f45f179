"""Write a batch of payments as a bank file, pain.001.001.09."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from lxml import etree

from grantengine import references
from grantengine.disbursements import accounts, bank_text
from grantengine.disbursements.errors import (
    AccountOutsideSEPAError,
    DuplicateEndToEndIdError,
    EmptyPaymentFileError,
    InvalidEndToEndIdError,
    InvalidIBANError,
    InvalidMessageIdError,
    InvalidPayerError,
    PayeeAccountError,
    PayeeAddressError,
    PayeeNameError,
    PaymentAmountError,
    PaymentCurrencyError,
    PaymentReferenceError,
    ReferenceAndMessageError,
)
from grantengine.money import Money, decimal_string, total

NAMESPACE: Final = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
LONGEST_NAME: Final = 70
LONGEST_TOWN: Final = 35
LONGEST_MESSAGE: Final = 140
# The EPC rulebook's bound for one SEPA credit transfer: 999,999,999.99 euros.
LARGEST_CENTS: Final = 99_999_999_999
_BIC: Final = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
_COUNTRY: Final = re.compile(r"[A-Z]{2}")


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """A structured address; SEPA asks for no less than town and country (ISO 3166, `FI`)."""

    town: str
    country: str


@dataclass(frozen=True, slots=True)
class Payer:
    """The party whose account is debited; the business id is a Y-tunnus."""

    name: str
    iban: str
    bic: str | None = None
    business_id: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentInstruction:
    """One payment to one payee, with a reference or a message or neither."""

    end_to_end_id: str
    payee_name: str
    payee_iban: str
    amount: Money
    reference: str | None = None
    message: str | None = None
    address: PostalAddress | None = None


@dataclass(frozen=True, slots=True)
class PaymentFile:
    """A batch that is paid from one account on one day."""

    message_id: str
    created_at: datetime
    execution_on: date
    payer: Payer
    instructions: Sequence[PaymentInstruction]


def write_payment_file(batch: PaymentFile) -> bytes:
    """Turn a batch into the bytes of a pain.001.001.09 file; the same batch, the same bytes.

    Names are cut to 70 and messages to 140 characters that banks accept (see `bank_text`).
    Each payment is booked on its own (`BtchBookg` false), so that the statement names it.

    Raises:
        PaymentFileError: a subclass says what cannot be written, and of which instruction.
    """
    check_payment_file(batch)
    count = str(len(batch.instructions))
    control_sum = decimal_string(total(each.amount for each in batch.instructions))
    document = etree.fromstring(f'<Document xmlns="{NAMESPACE}"/>')
    root = _add(document, "CstmrCdtTrfInitn")
    _add_group_header(_add(root, "GrpHdr"), batch, count, control_sum)
    payment = _add(root, "PmtInf")
    _add_payment_information(payment, batch, count, control_sum)
    for instruction in batch.instructions:
        _add_transfer(_add(payment, "CdtTrfTxInf"), instruction)
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def check_payment_file(batch: PaymentFile) -> None:
    """Raise the first thing that would keep a batch from being written.

    Raises:
        PaymentFileError: a subclass says what is wrong, and with which instruction.
    """
    assert batch.created_at.tzinfo is not None
    if not bank_text.is_identifier(batch.message_id):
        raise InvalidMessageIdError(message_id=batch.message_id)
    if not batch.instructions:
        raise EmptyPaymentFileError(message_id=batch.message_id)
    _check_payer(batch.payer)
    seen: set[str] = set()
    for position, instruction in enumerate(batch.instructions, start=1):
        identifier = instruction.end_to_end_id
        if not bank_text.is_identifier(identifier):
            raise InvalidEndToEndIdError(end_to_end_id=identifier, position=position)
        if identifier in seen:
            raise DuplicateEndToEndIdError(end_to_end_id=identifier, position=position)
        seen.add(identifier)
        check_instruction(instruction)


def check_instruction(instruction: PaymentInstruction) -> None:
    """Raise the first thing that would keep one payment from being written.

    Raises:
        PaymentFileError: a subclass says what is wrong; `end_to_end_id` names the payment.
    """
    _check_amount(instruction)
    _check_payee(instruction)
    _check_remittance(instruction)


def _check_payer(payer: Payer) -> None:
    if not bank_text.clean(payer.name, limit=LONGEST_NAME):
        raise InvalidPayerError(field="name", value=payer.name)
    if not accounts.is_iban(payer.iban):
        raise InvalidPayerError(field="iban", value=payer.iban)
    if payer.bic is not None and not _BIC.fullmatch(payer.bic):
        raise InvalidPayerError(field="bic", value=payer.bic)
    if payer.business_id is not None and not bank_text.is_identifier(payer.business_id):
        raise InvalidPayerError(field="business_id", value=payer.business_id)


def _check_amount(instruction: PaymentInstruction) -> None:
    amount, identifier = instruction.amount, instruction.end_to_end_id
    if amount.currency != "EUR":
        raise PaymentCurrencyError(end_to_end_id=identifier, currency=amount.currency)
    if not 0 < amount.cents <= LARGEST_CENTS:
        raise PaymentAmountError(end_to_end_id=identifier, cents=amount.cents)


def _check_payee(instruction: PaymentInstruction) -> None:
    identifier, iban = instruction.end_to_end_id, instruction.payee_iban
    if not bank_text.clean(instruction.payee_name, limit=LONGEST_NAME):
        raise PayeeNameError(end_to_end_id=identifier, name=instruction.payee_name)
    try:
        in_sepa = accounts.is_in_sepa(iban)
    except InvalidIBANError as error:
        raise PayeeAccountError(end_to_end_id=identifier, iban=iban) from error
    if not in_sepa:
        raise AccountOutsideSEPAError(end_to_end_id=identifier, country=iban.strip()[:2].upper())
    address = instruction.address
    if address and not (_COUNTRY.fullmatch(address.country) and _town(address)):
        raise PayeeAddressError(
            end_to_end_id=identifier, town=address.town, country=address.country
        )


def _check_remittance(instruction: PaymentInstruction) -> None:
    reference, identifier = instruction.reference, instruction.end_to_end_id
    if not reference:
        return
    if not references.is_reference(reference):
        raise PaymentReferenceError(end_to_end_id=identifier, reference=reference)
    # The EPC rulebook lets one payment carry one of the two, and dropping one would lose it.
    if instruction.message:
        raise ReferenceAndMessageError(end_to_end_id=identifier)


def _add_group_header(
    header: etree._Element, batch: PaymentFile, count: str, control_sum: str
) -> None:
    _add(header, "MsgId", batch.message_id)
    _add(header, "CreDtTm", batch.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _add(header, "NbOfTxs", count)
    _add(header, "CtrlSum", control_sum)
    _add_payer(_add(header, "InitgPty"), batch.payer)


def _add_payment_information(
    payment: etree._Element, batch: PaymentFile, count: str, control_sum: str
) -> None:
    # One block per file, so the file's id also names the block.
    _add(payment, "PmtInfId", batch.message_id)
    _add(payment, "PmtMtd", "TRF")
    _add(payment, "BtchBookg", "false")
    _add(payment, "NbOfTxs", count)
    _add(payment, "CtrlSum", control_sum)
    _add(payment, "PmtTpInf/SvcLvl/Cd", "SEPA")
    _add(payment, "ReqdExctnDt/Dt", batch.execution_on.isoformat())
    _add_payer(_add(payment, "Dbtr"), batch.payer)
    _add(payment, "DbtrAcct/Id/IBAN", accounts.normalise_iban(batch.payer.iban))
    bic = batch.payer.bic or accounts.bic_of(batch.payer.iban)
    if bic:
        _add(payment, "DbtrAgt/FinInstnId/BICFI", bic)
    else:
        _add(payment, "DbtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED")
    _add(payment, "ChrgBr", "SLEV")


def _add_payer(party: etree._Element, payer: Payer) -> None:
    _add(party, "Nm", bank_text.clean(payer.name, limit=LONGEST_NAME))
    if payer.business_id:
        other = _add(party, "Id/OrgId/Othr")
        _add(other, "Id", payer.business_id)
        # COID: an organisation id given by a country's authority (ISO external code list).
        _add(other, "SchmeNm/Cd", "COID")


def _add_transfer(transfer: etree._Element, instruction: PaymentInstruction) -> None:
    _add(transfer, "PmtId/EndToEndId", instruction.end_to_end_id)
    amount = _add(transfer, "Amt/InstdAmt", decimal_string(instruction.amount))
    amount.set("Ccy", instruction.amount.currency)
    payee = _add(transfer, "Cdtr")
    _add(payee, "Nm", bank_text.clean(instruction.payee_name, limit=LONGEST_NAME))
    if instruction.address:
        address = _add(payee, "PstlAdr")
        _add(address, "TwnNm", _town(instruction.address))
        _add(address, "Ctry", instruction.address.country)
    _add(transfer, "CdtrAcct/Id/IBAN", accounts.normalise_iban(instruction.payee_iban))
    if instruction.reference:
        _add_reference(_add(transfer, "RmtInf/Strd/CdtrRefInf"), instruction.reference)
    elif message := bank_text.clean(instruction.message or "", limit=LONGEST_MESSAGE):
        _add(transfer, "RmtInf/Ustrd", message)


def _add_reference(information: etree._Element, reference: str) -> None:
    is_national = references.is_viitenumero(reference)
    kind = _add(information, "Tp")
    _add(kind, "CdOrPrtry/Cd", "SCOR")
    if not is_national:
        _add(kind, "Issr", "ISO")
    _add(information, "Ref", references.normalise_reference(reference))


def _town(address: PostalAddress) -> str:
    return bank_text.clean(address.town, limit=LONGEST_TOWN)


def _add(parent: etree._Element, path: str, text: str | None = None) -> etree._Element:
    """Append elements one inside the other, `A/B/C`, and return the innermost."""
    for name in path.split("/"):
        parent = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")
    parent.text = text
    return parent
