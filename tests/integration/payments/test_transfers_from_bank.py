"""Money that a bank's file tells of becomes its pledge, whichever of the two kinds of file."""

from datetime import date

import pytest
from sqlalchemy.orm.attributes import flag_modified

from grantengine.campaigns import transfer_queue, transfers
from grantengine.campaigns.payment_models import IncomingTransfer
from grantengine.campaigns.pledging import PledgeRequest
from grantengine.disbursements import statements
from grantengine.money import eur
from grantengine.programme import queries as programme

IBAN = "FI2112345600000785"
MESSAGES = {"053": ("BkToCstmrStmt", "Stmt"), "054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}


def told(message, *, reference, amount="50.00", account=IBAN):
    """Write what a bank would write of one transfer that came in."""
    outer, inner = MESSAGES[message]
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.{message}.001.08"><{outer}>
<GrpHdr><MsgId>1</MsgId><CreDtTm>2026-09-17T22:00:00+03:00</CreDtTm></GrpHdr>
<{inner}><Id>1</Id><Acct><Id><IBAN>{account}</IBAN></Id><Ccy>EUR</Ccy></Acct>
<Ntry><Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
<BookgDt><Dt>2026-09-17</Dt></BookgDt><AcctSvcrRef>260917ARCH000001</AcctSvcrRef>
<BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Refs><AcctSvcrRef>260917ARCH000001</AcctSvcrRef></Refs>
<Amt Ccy="EUR">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>
<RltdPties><Dbtr><Pty><Nm>Yritys Oy</Nm></Pty></Dbtr></RltdPties>
<RmtInf><Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry></Tp>
<Ref>{reference}</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls></Ntry>
</{inner}></{outer}></Document>""".encode()


@pytest.fixture
def campaign(till):
    """A campaign of a programme with an account for backers' money alone."""
    campaign = till.open()
    with till.database.transaction() as session:
        current = programme.current_programme(session)
        current.profile["private_payer"] = {"name": "Tukitili", "iban": IBAN}
        flag_modified(current, "profile")
    return campaign


@pytest.fixture
def pledge(till, campaign):
    """A pledge of EUR 50 that waits for its transfer."""
    request = PledgeRequest(
        campaign_id=campaign.id,
        key="form-1",
        amount=eur("50"),
        email="oy@example.fi",
        language="fi",
    )
    with till.database.transaction() as session:
        return transfers.await_transfer(session, request, now=till.clock.now())


def import_file(till, content):
    incoming = statements.read_incoming(content, file_name="camt.xml")
    with till.database.transaction() as session:
        statements.import_statement(session, incoming, officer_id=None, now=till.clock.now())


@pytest.mark.parametrize("message", MESSAGES)
def test_transfer_in_a_bank_s_file_becomes_its_pledge(till, campaign, pledge, message):
    import_file(till, told(message, reference=pledge.transfer_reference.zfill(20)))

    assert till.totals(campaign).collected == eur("50")
    assert till.is_clean()


def test_notice_and_statement_of_one_transfer_are_one_transfer(till, campaign, pledge):
    import_file(till, told("054", reference=pledge.transfer_reference))
    import_file(till, told("053", reference=pledge.transfer_reference))

    assert till.count(IncomingTransfer) == 1
    assert till.totals(campaign).collected == eur("50")


def test_money_on_another_account_is_not_backers_money(till, campaign, pledge):
    import_file(
        till, told("053", reference=pledge.transfer_reference, account="FI9812345600000272")
    )

    assert till.count(IncomingTransfer) == 0


def test_day_of_arrival_is_the_bank_s(till, campaign, pledge):
    import_file(till, told("053", reference="1232", amount="12.50"))

    with till.database.reading() as session:
        (waiting,) = transfer_queue.unclear_transfers(session)
    assert waiting.arrived_on == date(2026, 9, 17)
    assert waiting.payer_name == "Yritys Oy"
