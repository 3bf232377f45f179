"""Receipts and invoices through the pages, and as PDF in three languages."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from grantengine.campaigns.lifecycle import CampaignKind
from grantengine.campaigns.models import Pledge
from grantengine.programme import queries as programme
from grantengine.settings import load_settings
from tests.support.campaigns import GOOD_CARD
from tests.support.payments import Till
from tests.support.pdf import text_of as words_of_pdf
from tests.support.visitor import LANGUAGES, page, send, text_of

COMPANY = {
    "way": "invoice",
    "company": "Škoda Čáhput Oy",
    "business_id": "0201256-6",
    "address": "Torikatu 1, 90100 Oulu",
    "order": "PO 12",
}


@pytest.fixture
def settings(sqlite_databases, tmp_path):
    """Settings with the embedded default."""
    with sqlite_databases.fresh_url() as url:
        yield load_settings("test", environ={}, database_url=url, var_path=tmp_path)


@pytest.fixture
def till(app, app_database, clock):
    """A till of the application."""
    return Till(app_database, app.extensions["grantengine"].ports["payments"], clock)


@pytest.fixture
def campaign(till):
    """A campaign that keeps it all, of a programme with an account for backers' money."""
    campaign = till.open()
    with till.database.transaction() as session:
        current = programme.current_programme(session)
        current.profile["private_payer"] = {"name": "Tukitili", "iban": "FI2112345600000785"}
        flag_modified(current, "profile")
    return campaign


def the_reference(till):
    with till.database.reading() as session:
        return session.scalars(sa.select(Pledge.transfer_reference)).one()


def ask(client, campaign, **changes):
    path = f"/en/campaigns/{campaign.slug}/pledge"
    fields = {"amount": "50", "email": "oy@example.fi", "card": ""} | COMPANY | changes
    return send(client, path, **fields)


@pytest.mark.parametrize("language", LANGUAGES)
def test_company_gets_an_invoice_in_its_language(client, till, campaign, language):
    place = ask(client, campaign).location
    assert "Invoice 2026-00001 as PDF" in text_of(page(client, place))

    answer = client.get(place.replace("/en/", f"/{language}/") + "/invoice.pdf")

    words = words_of_pdf(answer.data)
    assert answer.mimetype == "application/pdf"
    for said in ("2026-00001", "Škoda Čáhput Oy", "0201256-6", "PO 12", "FI21 1234 5600 0007 85"):
        assert said in words, said
    assert the_reference(till) in words.replace(" ", "")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"company": ""}, "Give the name of the company."),
        ({"business_id": "0201256-7"}, "This is not a Finnish business ID."),
        ({"business_id": ""}, "Give the business ID of the company."),
    ],
)
def test_invoice_needs_a_company(client, till, campaign, changes, said):
    answer = ask(client, campaign, **changes)

    assert answer.status_code == 422
    assert said in answer.get_data(as_text=True)


def test_campaign_that_may_fail_offers_an_invoice_but_no_transfer(client, till, campaign):
    other = till.open(kind=CampaignKind.ALL_OR_NOTHING)

    ways = page(client, f"/en/campaigns/{other.slug}/pledge").xpath("//input[@name='way']/@value")

    assert ways == ["card", "invoice"]
    assert ask(client, other).status_code == 303


@pytest.mark.parametrize("language", LANGUAGES)
def test_backer_has_a_receipt_to_print_and_as_pdf(client, till, campaign, language):
    pledge = till.pledge(campaign, "50", GOOD_CARD, name="Maija")
    path = f"/{language}/pledges/{pledge.token}/receipt"

    shown = text_of(page(client, path))
    printed = words_of_pdf(client.get(f"{path}.pdf").data)

    for said in ("50", "0,95" if language != "en" else "0.95", pledge.id, "Maija"):
        assert said in shown
        assert said in printed


def test_a_pledge_that_nobody_was_charged_for_is_confirmed_and_has_no_receipt(client, till):
    campaign = till.open(kind=CampaignKind.ALL_OR_NOTHING)
    pledge = till.pledge(campaign, "50", GOOD_CARD)
    place = f"/en/pledges/{pledge.token}"

    before = text_of(page(client, place))
    send(client, place, to=f"{place}/withdrawal")
    withdrawn = text_of(page(client, place))

    for words in (before, withdrawn):
        assert "Confirmation to print" in words
        assert "Receipt" not in words
    paper = text_of(page(client, f"{place}/receipt"))
    assert "Confirmation of a pledge" in paper
    assert "Confirmation as PDF" in paper


def test_a_pledge_that_was_paid_offers_its_receipt(client, till, campaign):
    pledge = till.pledge(campaign, "50", GOOD_CARD)

    words = text_of(page(client, f"/en/pledges/{pledge.token}"))

    assert "Receipt to print" in words
    assert "Confirmation" not in words


def test_pledge_that_never_stood_has_no_receipt(client, till, campaign):
    place = ask(client, campaign).location

    page(client, f"{place}/receipt", status=404)
    assert client.get(f"{place}/receipt.pdf").status_code == 404
