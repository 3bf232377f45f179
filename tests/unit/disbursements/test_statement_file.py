"""Bank statements: real samples, the two versions, and what is broken or hostile."""

import json
import re
from datetime import date

import pytest

from grantengine.disbursements.bank_statement import Direction, EntryStatus, balances_agree
from grantengine.disbursements.errors import (
    EmptyStatementFileError,
    MalformedStatementError,
    StatementDoctypeError,
    StatementFileError,
    StatementFileTooLargeError,
    StatementNotXMLError,
    UnknownStatementFormatError,
)
from grantengine.disbursements.statement_file import read_statements
from grantengine.money import Money, eur, total
from tests.support.cases import case_path

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001."
ACCOUNT = "<Acct><Id><IBAN>FI2112345600000785</IBAN></Id><Ccy>EUR</Ccy></Acct>"
SAMPLES = {
    "banks/abn_amro_example_camt.xml": [29],
    "banks/goldman_sachs_camt_053_uk_v2_1.xml": [0, 6],
    "banks/goldman_sachs_camt_053_uk_v2_2.xml": [0, 6],
    "banks/goldman_sachs_camt_053_uk_v2_virtual_accounts.xml": [0, 6],
    "banks/goldman_sachs_camt_053_us_v2_sample.xml": [15],
    "banks/ing_example_camt.xml": [9],
    "banks/nordea_example_camt.xml": [6],
    "finnish-channel/camt.053.001.02-s01.xml": [2],
    "finnish-federation/FI_camt_053_sample.xml": [13],
}


def sample(name):
    return read_statements(case_path(f"bank-samples/{name}").read_bytes())


def document(*entries, version="02", account=ACCOUNT):
    body = "".join(entries)
    return (
        f'<Document xmlns="{NAMESPACE}{version}"><BkToCstmrStmt><Stmt><Id>S1</Id>'
        f"{account}{body}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def entry(amount="10.00", direction="CRDT", status="BOOK", details="", currency="EUR", reversal=""):
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{direction}</CdtDbtInd>'
        f"{reversal}<Sts>{status}</Sts><BookgDt><Dt>2026-09-18</Dt></BookgDt>"
        f"<NtryDtls>{details}</NtryDtls></Ntry>"
    )


def transaction(amount, identifier, inner=""):
    return (
        f"<TxDtls><Refs><EndToEndId>{identifier}</EndToEndId></Refs>"
        f'<AmtDtls><TxAmt><Amt Ccy="EUR">{amount}</Amt></TxAmt></AmtDtls>{inner}</TxDtls>'
    )


def only_entry(*args, **kwargs):
    (statement,) = read_statements(document(entry(*args, **kwargs)))
    (read,) = statement.entries
    return read


@pytest.mark.parametrize(("name", "counts"), SAMPLES.items())
def test_every_sample_of_a_bank_is_read(name, counts):
    statements = sample(name)

    assert [len(statement.entries) for statement in statements] == counts
    for statement in statements:
        assert [each.number for each in statement.entries] == list(
            range(1, len(statement.entries) + 1)
        )
        assert all(each.status is EntryStatus.BOOKED for each in statement.entries)


@pytest.mark.parametrize(
    "name",
    [
        "banks/abn_amro_example_camt.xml",
        "banks/ing_example_camt.xml",
        "banks/nordea_example_camt.xml",
        "finnish-federation/FI_camt_053_sample.xml",
    ],
)
def test_samples_whose_balances_were_kept_true_agree_to_the_cent(name):
    (statement,) = sample(name)

    assert balances_agree(statement) is True


def test_the_sample_of_op_says_what_its_expected_result_says():
    (statement,) = sample("finnish-channel/camt.053.001.02-s01.xml")
    (expected,) = expected_result("camt.053.001.02-s01")["statements"]

    assert statement.id == expected["identification"]
    assert statement.account_iban == expected["account"]["iban"]
    assert statement.currency == expected["account"]["currency"]
    for read, told in zip(statement.entries, expected["entries"], strict=True):
        detail = told["entryDetails"]["transactionDetails"]
        code = told["bankTransactionCode"]
        assert read.entry_reference == told["entryReference"]
        assert read.amount == eur(f"{told['amount']:.2f}")
        assert read.direction is Direction.CREDIT
        assert read.booked_on == date.fromisoformat(told["bookingDate"])
        assert read.value_on == date.fromisoformat(told["valueDate"])
        assert read.bank_reference == told["accountServicerReference"]
        assert read.bank_transaction_code == "/".join(
            code[part] for part in ("domainCode", "domainFamilyCode", "domainSubFamilyCode")
        )
        assert (read.reference or "") == detail["remittanceInformation"]["referenceNumber"]
        assert read.message == detail["remittanceInformation"]["unstructured"][0]
        assert (read.counterparty_name or "") == detail["relatedParties"]["debitorName"]


def expected_result(name):
    literal = case_path(f"bank-samples/finnish-channel/{name}.expected.txt").read_text()
    quoted = re.sub(r"^([\s{}\[,]*)(\w+):", r'\1"\2":', literal, flags=re.MULTILINE)
    return json.loads(re.sub(r"'([^']*)'", r'"\1"', quoted))


def test_the_federation_sample_explodes_the_batch_that_has_details():
    (statement,) = sample("finnish-federation/FI_camt_053_sample.xml")
    exploded = [each for each in statement.entries if each.batch_id == "CustRefForPmtBatch9"]

    assert [each.amount for each in exploded] == [eur("2000.02"), eur("1000.01"), eur("1230.02")]
    assert [each.reference for each in exploded] == ["3900", None, None]
    assert exploded[1].message == "Invoices 123 and 321"
    assert {each.transactions for each in exploded} == {1}


def test_the_federation_sample_keeps_a_batch_without_details_whole():
    (statement,) = sample("finnish-federation/FI_camt_053_sample.xml")
    salaries = statement.entries[0]

    assert salaries.batch_id == "CustRefForSalaBatch"
    assert salaries.transactions == 4
    assert salaries.end_to_end_id is None


def test_the_ing_sample_shows_a_returned_transfer_with_its_reason():
    (statement,) = sample("banks/ing_example_camt.xml")
    returned = [each for each in statement.entries if each.is_returned]

    assert [(each.return_reason, each.is_reversal) for each in returned] == [
        ("AC04", False),
        ("MD06", True),
    ]


def test_the_nordea_sample_joins_a_message_that_was_cut_in_a_word():
    (statement,) = sample("banks/nordea_example_camt.xml")

    assert statement.entries[1].message == (
        "Free text max 140 characters and max 35 characters in one line"
    )
    assert statement.entries[2].end_to_end_id == "20190508-E123456"
    assert statement.entries[3].end_to_end_id is None


def test_notice_of_what_came_and_went_is_read_like_a_statement():
    content = case_path("bank-samples/finnish-channel/camt.054.001.02-s01.xml").read_bytes()

    read = read_statements(content)

    assert [entry for each in read for entry in each.entries]
    assert {each.opening_balance for each in read} == {None}


@pytest.mark.parametrize(
    "name",
    [
        "bank-samples/finnish-channel/camt.052.001.02-s01.xml",
        "bank-samples/finnish-channel/pain.002.001.03-s01.xml",
        "pain001-samples/pain.001.001.09.xml",
    ],
)
def test_other_messages_of_the_bank_are_named_and_refused(name):
    with pytest.raises(UnknownStatementFormatError) as refusal:
        read_statements(case_path(name).read_bytes())

    assert refusal.value.details["root"] == "Document"
    assert "iso:20022" in refusal.value.details["namespace"]


@pytest.mark.parametrize(
    "name",
    [
        "Classic_XXE.xml",
        "Classic_XXE_-_etc_passwd.xml",
        "Classic_XXE_B64_Encoded.xml",
        "Deny_Of_Service_-_Billion_Laugh_Attack.xml",
        "XXE_OOB_Attack__Yunusov__2013_.xml",
        "XXE_PHP_Wrapper.xml",
    ],
)
def test_published_attacks_are_refused(name):
    content = case_path(f"attack-payloads/xxe/{name}").read_bytes()

    with pytest.raises((StatementDoctypeError, StatementNotXMLError)):
        read_statements(content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_a_document_type_is_refused_in_any_encoding(encoding):
    text = '<?xml version="1.0"?><!DOCTYPE Document [<!ENTITY a "b">]>' + document().decode()

    with pytest.raises((StatementDoctypeError, StatementNotXMLError)):
        read_statements(text.encode(encoding))


def test_a_harmless_document_type_in_front_of_a_true_statement_is_refused_too():
    with pytest.raises(StatementDoctypeError):
        read_statements(b"<!DOCTYPE Document>" + document(entry()))


@pytest.mark.parametrize("content", [b"", b" \n\t"])
def test_an_empty_file_is_refused(content):
    with pytest.raises(EmptyStatementFileError):
        read_statements(content)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04 not a statement",
        b"%PDF-1.7",
        b"tilitapahtumat;2026",
        b"\x00\x01\x02",
        b"<Document>",
        b"<!-- only a comment -->",
        b'<?xml version="1.0" encoding="no-such"?><a/>',
        b'<?xml version="1.0" encoding="utf-8"?><a>\xff</a>',
        b"<a>" * 300 + b"</a>" * 300,
        b"<a>&undeclared;</a>",
    ],
)
def test_what_is_no_xml_is_refused(content):
    with pytest.raises(StatementNotXMLError):
        read_statements(content)


def test_a_file_past_the_limit_is_refused_before_it_is_parsed():
    content = document(entry())

    with pytest.raises(StatementFileTooLargeError) as refusal:
        read_statements(content, max_bytes=len(content) - 1)

    assert refusal.value.details == {"size_bytes": len(content), "limit_bytes": len(content) - 1}


@pytest.mark.parametrize(
    ("content", "namespace", "root"),
    [
        (b"<Document/>", "", "Document"),
        (b"<html/>", "", "html"),
        (document(version="04"), f"{NAMESPACE}04", "Document"),
        (document(version="02").replace(b"Document", b"Statement"), f"{NAMESPACE}02", "Statement"),
    ],
)
def test_other_namespaces_and_roots_are_refused(content, namespace, root):
    with pytest.raises(UnknownStatementFormatError) as refusal:
        read_statements(content)

    assert refusal.value.details == {"namespace": namespace, "root": root}


@pytest.mark.parametrize(
    ("content", "element"),
    [
        (f'<Document xmlns="{NAMESPACE}02"/>'.encode(), "BkToCstmrStmt/Stmt"),
        (document(account=""), "Acct/Id/Othr/Id"),
        (document(account="<Acct><Id><IBAN>FI1</IBAN></Id></Acct>"), "Acct/Ccy"),
        (document().replace(b"S1", b" "), "Id"),
        (document("<Ntry/>"), "Amt"),
        (document('<Ntry><Amt Ccy="EUR">1</Amt></Ntry>'), "CdtDbtInd"),
        (document(entry(direction="BOTH")), "CdtDbtInd"),
        (document(entry(amount="0.001")), "Amt"),
        (document(entry(amount="-1.00")), "Amt"),
        (document(entry(amount="1,50")), "Amt"),
        (document(entry(amount="1e3")), "Amt"),
        (document(entry(amount="NaN")), "Amt"),
        (document(entry(amount="")), "Amt"),
        (document(entry(amount="9" * 30)), "Amt"),
        (document(entry(amount="9" * 18)), "Amt"),
        (document(entry(currency="JPY")), "Amt"),
        (document(entry().replace(' Ccy="EUR"', "")), "Amt"),
        (document(entry().replace("2026-09-18", "18.9.2026")), "BookgDt"),
    ],
)
def test_a_statement_that_lacks_what_money_hangs_on_is_refused_by_element(content, element):
    with pytest.raises(MalformedStatementError) as refusal:
        read_statements(content)

    assert refusal.value.details["element"] == element
    assert refusal.value.details["line"] == 1


@pytest.mark.parametrize("amount", ["10", "10.", "10.0", "10.00000", "+10.00", "0010.00"])
def test_an_amount_is_read_in_every_form_of_the_schema(amount):
    assert only_entry(amount).amount == eur("10.00")


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("BOOK", EntryStatus.BOOKED),
        ("PDNG", EntryStatus.PENDING),
        ("<Cd>PDNG</Cd>", EntryStatus.PENDING),
        ("<Cd>FUTR</Cd>", EntryStatus.PENDING),
        ("<Cd>BOOK</Cd>", EntryStatus.BOOKED),
        ("INFO", EntryStatus.INFORMATION),
        ("<Prtry>OMA</Prtry>", EntryStatus.UNKNOWN),
        ("", EntryStatus.UNKNOWN),
    ],
)
def test_only_what_the_bank_calls_booked_is_booked(written, status):
    (statement,) = read_statements(document(entry(status=written), entry(status="BOOK")))

    assert statement.entries[0].status is status
    assert len(statement.booked_entries) == 1 + (status is EntryStatus.BOOKED)


def test_a_batch_is_exploded_when_its_details_add_up():
    details = (
        "<Btch><MsgId>PB-1</MsgId><NbOfTxs>2</NbOfTxs></Btch>"
        + transaction("4.00", "A-1")
        + transaction("6.00", "A-2")
    )
    (statement,) = read_statements(document(entry("10.00", "DBIT", details=details)))

    assert [(each.end_to_end_id, each.amount) for each in statement.entries] == [
        ("A-1", eur("4.00")),
        ("A-2", eur("6.00")),
    ]
    assert {each.direction for each in statement.entries} == {Direction.DEBIT}
    assert {each.batch_id for each in statement.entries} == {"PB-1"}


@pytest.mark.parametrize(
    "details",
    [
        transaction("4.00", "A-1") + transaction("5.99", "A-2"),
        transaction("4.00", "A-1") + "<TxDtls><Refs><EndToEndId>A-2</EndToEndId></Refs></TxDtls>",
        "<Btch><NbOfTxs>2</NbOfTxs></Btch>" + transaction("10.00", "A-1"),
        transaction("4.00", "A-1") + transaction("6.00", "A-2").replace("EUR", "SEK"),
    ],
)
def test_a_batch_whose_details_do_not_add_up_is_kept_whole_and_nameless(details):
    read = only_entry("10.00", "DBIT", details=details)

    assert read.amount == eur("10.00")
    assert read.transactions == 2
    assert read.end_to_end_id is None


def test_transactions_of_both_directions_in_one_entry_keep_their_own():
    details = (
        '<TxDtls><Amt Ccy="EUR">12.00</Amt><CdtDbtInd>DBIT</CdtDbtInd></TxDtls>'
        '<TxDtls><Amt Ccy="EUR">2.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></TxDtls>'
    )
    content = document(entry("10.00", "DBIT", "<Cd>BOOK</Cd>", details), version="08")
    (statement,) = read_statements(content)

    assert [each.signed_amount for each in statement.entries] == [eur("-12.00"), eur("2.00")]


def test_a_return_names_reason_and_the_payee_that_it_came_back_from():
    inner = (
        "<RltdPties><Dbtr><Nm>Kanslia</Nm></Dbtr><DbtrAcct><Id><IBAN>FI2112345600000785</IBAN>"
        "</Id></DbtrAcct><Cdtr><Nm>Kirjaston Ystävät ry</Nm></Cdtr><CdtrAcct><Id>"
        "<IBAN>FI5415713000030016</IBAN></Id></CdtrAcct></RltdPties>"
        "<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>"
    )
    read = only_entry(details=transaction("10.00", "KS-12-2026-1", inner))

    assert (read.is_returned, read.return_reason) == (True, "AC04")
    assert read.end_to_end_id == "KS-12-2026-1"
    assert read.counterparty_name == "Kirjaston Ystävät ry"
    assert read.counterparty_account == "FI5415713000030016"


def test_a_transfer_code_of_return_is_a_return_even_without_a_reason():
    code = (
        "<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>RRTN</SubFmlyCd></Fmly></Domn>"
        "</BkTxCd>"
    )
    read = only_entry(details=f"<TxDtls>{code}</TxDtls>")

    assert (read.is_returned, read.return_reason) == (True, None)
    assert read.bank_transaction_code == "PMNT/RCDT/RRTN"


def test_a_reversal_is_told_apart():
    assert only_entry(reversal="<RvslInd>true</RvslInd>").is_reversal
    assert not only_entry(reversal="<RvslInd>false</RvslInd>").is_reversal


def test_the_owner_of_the_account_is_never_the_other_side():
    parties = (
        "<RltdPties><Cdtr><Nm>Kanslia</Nm></Cdtr><CdtrAcct><Id><IBAN>FI2112345600000785</IBAN>"
        "</Id></CdtrAcct></RltdPties>"
    )
    read = only_entry(details=transaction("10.00", "A-1", parties))

    assert read.counterparty_name is None
    assert read.counterparty_account is None


def test_balances_that_disagree_are_noticed():
    def balance(code, amount):
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
            f'<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>'
        )

    def agree(closing):
        content = document(balance("OPBD", "5.00"), balance("CLBD", closing), entry("10.00"))
        return balances_agree(read_statements(content)[0])

    assert agree("15.00") is True
    assert agree("15.01") is False
    assert balances_agree(read_statements(document(entry()))[0]) is None


def test_a_zero_balance_is_a_balance():
    content = document(
        "<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp>"
        '<Amt Ccy="EUR">0.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>'
    )

    assert read_statements(content)[0].opening_balance == Money(0)


def test_a_statement_without_entries_is_no_error():
    (statement,) = read_statements(document())

    assert statement.entries == ()


def test_ten_thousand_entries_are_read_and_add_up():
    (statement,) = read_statements(document(*[entry("0.01")] * 10_000))

    assert total(each.amount for each in statement.entries) == eur("100.00")


def test_no_byte_less_makes_a_statement_of_another_sum():
    content = document(entry("10.00"), entry("20.00"))

    for length in range(0, len(content), 7):
        with pytest.raises(StatementFileError):
            read_statements(content[:length])
