"""What holds for every reference, every bank file and every statement."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sepaxml
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from grantengine import references
from grantengine.disbursements import accounts, bank_text
from grantengine.disbursements.bank_statement import balances_agree
from grantengine.disbursements.errors import PaymentFileError, StatementFileError
from grantengine.disbursements.payment_file import (
    Payer,
    PaymentFile,
    PaymentInstruction,
    write_payment_file,
)
from grantengine.disbursements.posting_sheet import neutralise
from grantengine.disbursements.statement_file import read_statements
from grantengine.money import Money, total
from tests.support.bank import batch_statement_for, read_order, statement_for

BASES = st.integers(min_value=100, max_value=10**19 - 1).map(str)
IBANS = st.sampled_from(["FI2112345600000785", "FI5415713000030016", "EE382200221020145685"])
NAMES = st.just("Kirjaston Ystävät ry")
SCHEMA = etree.XMLSchema(
    etree.parse(Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd")
)
BATCH = PaymentFile(
    message_id="PB-2026-0001",
    created_at=datetime(2026, 9, 16, 12, 0, tzinfo=UTC),
    execution_on=date(2026, 9, 18),
    payer=Payer("Valtioneuvoston kanslia", "FI2112345600000785"),
    instructions=(),
)


def instructions(names):
    one = st.builds(
        PaymentInstruction,
        end_to_end_id=st.just(""),
        payee_name=names,
        payee_iban=IBANS,
        amount=st.integers(min_value=1, max_value=99_999_999_999).map(Money),
        message=st.none() | st.text(),
    )
    return st.lists(one, min_size=1, max_size=8).map(
        lambda all_: [replace(each, end_to_end_id=f"A-{n}") for n, each in enumerate(all_)]
    )


@given(BASES)
def test_a_reference_made_is_always_valid(base):
    national = references.make_viitenumero(base)
    international = references.make_creditor_reference(national)

    assert references.is_viitenumero(national)
    assert references.is_finnish_creditor_reference(international)
    assert references.is_viitenumero(references.format_reference(national))
    assert references.normalise_reference(references.machine_form(national)) == national
    assert (
        references.normalise_reference(references.format_reference(international)) == international
    )


@given(BASES, st.data())
def test_a_reference_with_one_digit_changed_is_never_valid(base, data):
    national = references.make_viitenumero(base)
    international = references.make_creditor_reference(national)

    assert not references.is_viitenumero(one_digit_changed(national, data))
    assert not references.is_creditor_reference("RF" + one_digit_changed(international[2:], data))


def one_digit_changed(digits, data):
    at = data.draw(st.integers(0, len(digits) - 1))
    other = data.draw(st.sampled_from([each for each in "0123456789" if each != digits[at]]))
    return digits[:at] + other + digits[at + 1 :]


@given(IBANS, st.data())
def test_an_account_with_one_digit_changed_is_never_valid(iban, data):
    assert not accounts.is_iban(iban[:2] + one_digit_changed(iban[2:], data))


@given(st.text())
def test_any_text_is_checked_without_a_crash(text):
    references.is_reference(text)
    accounts.is_iban(text)
    assert not str(neutralise(text)).startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text(), st.integers(1, 140))
def test_a_cleaned_text_is_short_clean_and_stays_so(text, limit):
    sent = bank_text.clean(text, limit=limit)

    assert len(sent) <= limit
    assert bank_text.clean(sent, limit=limit) == sent
    assert sent.isprintable()


@given(instructions(names=st.text(min_size=1)))
def test_a_batch_with_any_names_is_valid_or_refused(made):
    blame = None
    try:
        content = write_payment_file(replace(BATCH, instructions=made))
    except PaymentFileError as refusal:
        blame = refusal.details["end_to_end_id"]

    if blame is None:
        SCHEMA.assertValid(etree.fromstring(content))
    else:
        assert blame in {each.end_to_end_id for each in made}


@given(instructions(NAMES))
def test_what_is_written_is_what_the_bank_reads_and_what_comes_back(made):
    content = write_payment_file(replace(BATCH, instructions=made))
    paid = total(each.amount for each in made)

    assert [each.amount for each in read_order(content).transfers] == [each.amount for each in made]
    for answer in (statement_for, batch_statement_for):
        (statement,) = read_statements(answer(content, booked_on=BATCH.execution_on))
        assert total(each.signed_amount for each in statement.entries) == -paid
        assert balances_agree(statement) is True


@given(st.binary(max_size=400))
def test_no_bytes_make_the_reader_crash(content):
    with pytest.raises(StatementFileError):
        read_statements(content)


@given(st.data())
def test_a_damaged_statement_is_read_or_refused_but_never_a_crash(data):
    content = bytearray(DAMAGED)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    try:
        read_statements(bytes(content))
    except StatementFileError:
        return


DAMAGED = statement_for(
    write_payment_file(
        replace(
            BATCH,
            instructions=[PaymentInstruction("A-1", "Åkern rf", "FI7118203000008391", Money(1001))],
        )
    ),
    booked_on=BATCH.execution_on,
    returned={"A-1": "AC04"},
)
