"""The bank file, against the schema and against its own refusals."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sepaxml
from lxml import etree

from grantengine.disbursements.errors import (
    AccountOutsideSEPAError,
    DuplicateEndToEndIdError,
    EmptyPaymentFileError,
    InvalidEndToEndIdError,
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
from grantengine.disbursements.payment_file import (
    NAMESPACE,
    Payer,
    PaymentFile,
    PaymentInstruction,
    PostalAddress,
    write_payment_file,
)
from grantengine.money import Money, eur
from tests.support.cases import case_path

IBANS = ["FI2112345600000785", "FI5415713000030016", "FI7118203000008391", "EE382200221020145685"]
PAYER = Payer(
    name="Valtioneuvoston kanslia",
    iban="FI21 1234 5600 0007 85",
    bic="NDEAFIHH",
    business_id="0245418-3",
)
LIBRARY = PaymentInstruction(
    end_to_end_id="KS-12-2026-1",
    payee_name="Kirjaston Ystävät ry",
    payee_iban="FI54 1571 3000 0300 16",
    amount=eur("4000.05"),
    reference="1234561",
)
GARDEN = PaymentInstruction(
    end_to_end_id="KS-13-2026-1",
    payee_name="Odlingsföreningen Åkern rf",
    payee_iban="FI7118203000008391",
    amount=eur("0.01"),
    message="Ensimmäinen erä, päätös KS/13/2026",
    address=PostalAddress(town="Närpiö", country="FI"),
)


def batch(*instructions, **changes):
    made = PaymentFile(
        message_id="PB-2026-0001",
        created_at=datetime(2026, 9, 16, 12, 0, 30, 250, tzinfo=UTC),
        execution_on=date(2026, 9, 18),
        payer=PAYER,
        instructions=instructions or (LIBRARY, GARDEN),
    )
    return replace(made, **changes)


def schema(path):
    return etree.XMLSchema(etree.parse(path))


def sepaxml_schema(version="09"):
    folder = Path(sepaxml.__file__).parent / "schemas"
    return schema(folder / f"pain.001.001.{version}.xsd")


def values(content, path):
    steps = "/".join(f"{{{NAMESPACE}}}{step}" for step in path.split("/"))
    return [element.text for element in etree.fromstring(content).findall(f".//{steps}")]


def test_a_batch_is_valid_by_the_schema_of_sepaxml():
    sepaxml_schema().assertValid(etree.fromstring(write_payment_file(batch())))


def test_a_batch_is_valid_by_the_published_schema():
    published = schema(case_path("iso20022-xsd/pain.001.001.09.xsd"))

    published.assertValid(etree.fromstring(write_payment_file(batch())))


def test_the_schema_that_accepts_us_also_accepts_the_published_sample():
    sample = etree.parse(case_path("pain001-samples/pain.001.001.09.xml"))

    assert sepaxml_schema().validate(sample)


def test_the_schema_refuses_a_file_with_an_amount_of_its_own_making():
    spoiled = write_payment_file(batch()).replace(b"4000.05", b"4000,05")

    assert not sepaxml_schema().validate(etree.fromstring(spoiled))


def test_count_and_control_sum_stand_on_file_and_block():
    content = write_payment_file(batch())

    assert values(content, "NbOfTxs") == ["2", "2"]
    assert values(content, "CtrlSum") == ["4000.06", "4000.06"]
    assert values(content, "InstdAmt") == ["4000.05", "0.01"]


def test_the_same_batch_gives_the_same_bytes():
    assert write_payment_file(batch()) == write_payment_file(batch())
    assert write_payment_file(batch()).startswith(b"<?xml version='1.0' encoding='UTF-8'?>")


def test_an_instant_of_any_zone_is_written_in_utc():
    helsinki = timezone(timedelta(hours=3))
    content = write_payment_file(batch(created_at=datetime(2026, 9, 17, 1, 0, tzinfo=helsinki)))

    assert values(content, "CreDtTm") == ["2026-09-16T22:00:00Z"]


def test_finnish_letters_stay_and_accounts_lose_their_spaces():
    content = write_payment_file(batch())

    assert values(content, "Cdtr/Nm") == ["Kirjaston Ystävät ry", "Odlingsföreningen Åkern rf"]
    assert values(content, "CdtrAcct/Id/IBAN") == ["FI5415713000030016", "FI7118203000008391"]
    assert values(content, "Cdtr/PstlAdr/TwnNm") == ["Närpiö"]


def test_a_viitenumero_is_a_structured_reference():
    content = write_payment_file(batch(LIBRARY))

    assert values(content, "CdtrRefInf/Tp/CdOrPrtry/Cd") == ["SCOR"]
    assert values(content, "CdtrRefInf/Ref") == ["1234561"]
    assert not values(content, "CdtrRefInf/Tp/Issr")


def test_an_rf_reference_names_iso_as_its_issuer():
    content = write_payment_file(batch(replace(LIBRARY, reference="RF34 1234 561")))

    assert values(content, "CdtrRefInf/Ref") == ["RF341234561"]
    assert values(content, "CdtrRefInf/Tp/Issr") == ["ISO"]


def test_names_are_cut_to_70_and_messages_to_140_characters():
    long = replace(GARDEN, payee_name="Ä" * 300, message="ö" * 300)
    content = write_payment_file(batch(long))

    assert values(content, "Cdtr/Nm") == ["Ä" * 70]
    assert values(content, "Ustrd") == ["ö" * 140]
    sepaxml_schema().assertValid(etree.fromstring(content))


def test_markup_and_control_characters_in_a_name_do_no_harm():
    evil = replace(GARDEN, payee_name="A</Nm><Amt>\x00\x0b", message="]]>&amp;<!-- 🚀")
    content = write_payment_file(batch(evil))

    sepaxml_schema().assertValid(etree.fromstring(content))
    assert values(content, "Cdtr/Nm") == ["A/NmAmt"]


def test_a_message_of_symbols_only_is_left_out():
    assert not values(write_payment_file(batch(replace(GARDEN, message="🚀"))), "RmtInf")


def test_a_payer_without_bic_gets_the_one_of_the_registry():
    content = write_payment_file(batch(payer=replace(PAYER, bic=None, business_id=None)))

    assert values(content, "DbtrAgt/FinInstnId/BICFI") == ["NDEAFIHH"]
    sepaxml_schema().assertValid(etree.fromstring(content))


def test_a_payer_whose_bank_nobody_knows_is_written_as_not_provided():
    unknown = Payer(name="Kanslia", iban="EE382200221020145685")
    content = write_payment_file(batch(payer=unknown))

    assert values(content, "DbtrAgt/FinInstnId/BICFI") or values(
        content, "DbtrAgt/FinInstnId/Othr/Id"
    )
    sepaxml_schema().assertValid(etree.fromstring(content))


def test_an_empty_batch_is_refused():
    with pytest.raises(EmptyPaymentFileError) as refusal:
        write_payment_file(batch(instructions=()))

    assert refusal.value.details == {"message_id": "PB-2026-0001"}


@pytest.mark.parametrize("message_id", ["", "x" * 36, "PB_1", "PB//1", "/PB", "ÄÄ"])
def test_a_message_id_that_banks_refuse_is_refused(message_id):
    with pytest.raises(InvalidMessageIdError) as refusal:
        write_payment_file(batch(message_id=message_id))

    assert refusal.value.details == {"message_id": message_id}


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "🚀"), ("iban", "FI2112345600000786"), ("bic", "NDEA"), ("business_id", "x" * 36)],
)
def test_a_payer_that_cannot_be_written_is_refused_by_field(field, value):
    with pytest.raises(InvalidPayerError) as refusal:
        write_payment_file(batch(payer=replace(PAYER, **{field: value})))

    assert refusal.value.details == {"field": field, "value": value}


@pytest.mark.parametrize(
    ("change", "error", "facts"),
    [
        ({"amount": Money(0)}, PaymentAmountError, {"cents": 0}),
        ({"amount": Money(-1)}, PaymentAmountError, {"cents": -1}),
        ({"amount": Money(10**11)}, PaymentAmountError, {"cents": 10**11}),
        ({"amount": Money(100, "USD")}, PaymentCurrencyError, {"currency": "USD"}),
        ({"payee_name": " \x00"}, PayeeNameError, {"name": " \x00"}),
        ({"payee_iban": "FI00"}, PayeeAccountError, {"iban": "FI00"}),
        (
            {"payee_iban": " br97 0036 0305 0000 1000 9795 493P 1"},
            AccountOutsideSEPAError,
            {"country": "BR"},
        ),
        ({"reference": "1234562"}, PaymentReferenceError, {"reference": "1234562"}),
        ({"message": "Kiitos"}, ReferenceAndMessageError, {}),
        (
            {"address": PostalAddress(town=" ", country="FI")},
            PayeeAddressError,
            {"town": " ", "country": "FI"},
        ),
        (
            {"address": PostalAddress(town="Turku", country="Suomi")},
            PayeeAddressError,
            {"town": "Turku", "country": "Suomi"},
        ),
    ],
)
def test_a_wrong_instruction_is_refused_by_its_id(change, error, facts):
    with pytest.raises(error) as refusal:
        write_payment_file(batch(GARDEN, replace(LIBRARY, **change)))

    assert refusal.value.details == {"end_to_end_id": "KS-12-2026-1", **facts}


@pytest.mark.parametrize("identifier", ["", "x" * 36, "ins_01", "a//b"])
def test_an_end_to_end_id_that_banks_refuse_is_refused_by_position(identifier):
    with pytest.raises(InvalidEndToEndIdError) as refusal:
        write_payment_file(batch(GARDEN, replace(LIBRARY, end_to_end_id=identifier)))

    assert refusal.value.details == {"end_to_end_id": identifier, "position": 2}


def test_two_instructions_with_one_id_are_refused():
    with pytest.raises(DuplicateEndToEndIdError) as refusal:
        write_payment_file(batch(LIBRARY, GARDEN, LIBRARY))

    assert refusal.value.details == {"end_to_end_id": "KS-12-2026-1", "position": 3}


def test_the_largest_amount_of_sepa_is_written_to_the_cent():
    content = write_payment_file(batch(replace(LIBRARY, amount=Money(99_999_999_999))))

    assert values(content, "InstdAmt") == ["999999999.99"]
    sepaxml_schema().assertValid(etree.fromstring(content))


def test_a_batch_of_a_thousand_payments_is_valid():
    many = [
        replace(LIBRARY, end_to_end_id=f"KS-{number}-2026-1", payee_iban=IBANS[number % 4])
        for number in range(1000)
    ]
    content = write_payment_file(batch(*many))

    assert values(content, "CtrlSum") == ["4000050.00"] * 2
    sepaxml_schema().assertValid(etree.fromstring(content))
