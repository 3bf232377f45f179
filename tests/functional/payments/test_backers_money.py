"""Paying by bank transfer, and the finance desk's page about backers' money, at the sandbox."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm.attributes import flag_modified

from grantengine.campaigns.lifecycle import PledgeStatus
from grantengine.campaigns.models import Pledge
from grantengine.campaigns.payment_models import Refund
from grantengine.campaigns.transfers import Arrived, receive
from grantengine.clock import HELSINKI
from grantengine.money import eur
from grantengine.programme import queries as programme
from grantengine.programme.lifecycle import Role
from grantengine.programme.service import register_person
from grantengine.settings import load_settings
from tests.support.campaigns import GOOD_CARD
from tests.support.payments import Till
from tests.support.visitor import LANGUAGES, page, send, sign_in, text_of

DESK = "/en/finance/backers"


@pytest.fixture
def settings(sqlite_databases, tmp_path):
    """Settings with the embedded default."""
    with sqlite_databases.fresh_url() as url:
        yield load_settings("test", environ={}, database_url=url, var_path=tmp_path)


@pytest.fixture
def till(app, app_database, clock):
    """A till of the application."""
    gateway = app.extensions["grantengine"].ports["payments"]
    return Till(app_database, gateway, clock)


@pytest.fixture
def campaign(till):
    """A campaign that keeps it all, of a programme with an account for backers' money."""
    campaign = till.open()
    with till.database.transaction() as session:
        current = programme.current_programme(session)
        current.profile["private_payer"] = {"name": "Tukitili", "iban": "FI2112345600000785"}
        flag_modified(current, "profile")
    return campaign


@pytest.fixture
def officer(client, till, campaign):
    """A finance officer who is signed in."""
    with till.database.transaction() as session:
        person = register_person(
            session,
            name="Raili",
            email="raili@example.fi",
            language="fi",
            roles=[Role.FINANCE_OFFICER],
            now=till.clock.now(),
        )
    sign_in(client, person)
    return person


def ask_for_transfer(client, campaign):
    answer = send(
        client,
        f"/en/campaigns/{campaign.slug}/pledge",
        amount="50",
        email="oy@example.fi",
        way="transfer",
        card="",
    )
    assert answer.status_code == 303
    return answer.location


def the_pledge(till):
    with till.database.reading() as session:
        return session.scalars(sa.select(Pledge)).one()


def arrive(till, amount, reference):
    today = till.clock.now().astimezone(HELSINKI).date()
    with till.database.transaction() as session:
        told = Arrived("a" * 64, eur(amount), reference, "Yritys Oy", today)
        receive(session, told, now=till.clock.now())


def the_doubt(client):
    """Find the page of the one payment that waits for a person."""
    (place,) = page(client, DESK).xpath("//a[contains(@href, '/backers/transfers/')]/@href")
    return place


def test_officer_takes_a_payment_apart_and_deals_with_each_part(client, till, campaign, officer):
    ask_for_transfer(client, campaign)
    pledge = the_pledge(till)
    arrive(till, "80", None)
    place = the_doubt(client)

    assert send(client, place, to=f"{place}/parts", amount="80").status_code == 422
    assert send(client, place, to=f"{place}/parts", amount="50").status_code == 303
    first, rest = page(client, DESK).xpath("//a[contains(@href, '/backers/transfers/')]/@href")
    send(client, first, to=f"{first}/acceptance", reference=pledge.transfer_reference)
    send(client, rest, to=f"{rest}/return")

    assert till.totals(campaign).collected == eur("50")
    assert till.balance("cash:escrow") == eur("50")
    assert "All money that arrived has found its pledge." in text_of(page(client, DESK))


def test_steward_finds_backers_money_in_the_menu_and_may_open_it(client, till, campaign):
    with till.database.transaction() as session:
        steward = register_person(
            session,
            name="Sari",
            email="sari@example.fi",
            language="fi",
            roles=[Role.STEWARD],
            now=till.clock.now(),
        )
    sign_in(client, steward)

    tree = page(client, "/en/campaigns")

    assert DESK in tree.xpath("//a[normalize-space()='Backers’ money']/@href")
    assert "Arrived in doubt" in text_of(page(client, DESK))


def test_reference_of_no_pledge_is_said_beside_its_field(client, till, campaign, officer):
    arrive(till, "80", None)
    place = the_doubt(client)

    answer = send(client, place, to=f"{place}/acceptance", reference="1232")

    assert answer.status_code == 404
    assert "field__error" in answer.get_data(as_text=True)


def test_payment_that_was_dealt_with_says_so(client, till, campaign, officer):
    arrive(till, "80", None)
    place = the_doubt(client)
    send(client, place, to=f"{place}/return")

    assert "Somebody has dealt with this money before." in text_of(page(client, place, status=409))


def test_backer_sees_account_reference_and_a_code_to_scan(client, till, campaign):
    tree = page(client, ask_for_transfer(client, campaign))

    reference = the_pledge(till).transfer_reference
    words = text_of(tree)
    assert "FI21 1234 5600 0007 85" in words
    assert reference in words.replace(" ", "")
    assert tree.xpath("//img[starts-with(@src, 'data:image/svg+xml')]")


def test_money_with_the_reference_makes_the_pledge_stand(client, till, campaign):
    place = ask_for_transfer(client, campaign)
    arrive(till, "50", the_pledge(till).transfer_reference)

    assert "Thank you. Your payment has arrived" in text_of(page(client, place))
    assert till.totals(campaign).collected == eur("50")


def test_officer_makes_a_wrong_amount_the_pledge_of_what_came(client, till, campaign, officer):
    ask_for_transfer(client, campaign)
    pledge = the_pledge(till)
    arrive(till, "45", pledge.transfer_reference)

    place = the_doubt(client)
    assert "oy@example.fi" in text_of(page(client, place))
    answer = send(client, place, to=f"{place}/acceptance", reference=pledge.transfer_reference)

    assert answer.status_code == 303
    assert till.totals(campaign).collected == eur("45")
    assert "All money that arrived has found its pledge." in text_of(page(client, DESK))


def test_officer_notes_that_money_was_sent_back(client, till, campaign, officer):
    arrive(till, "45", "1232")

    place = the_doubt(client)
    send(client, place, to=f"{place}/return")

    assert till.balance("cash:escrow") == eur("0")


def test_officer_gives_a_part_back_once_although_the_form_is_sent_twice(
    client, till, campaign, officer
):
    till.pledge(campaign, "100", GOOD_CARD, email="aino@example.fi")
    pledge = till.pledge(campaign, "50", GOOD_CARD)
    key = page(client, DESK).xpath("//input[@name='key']/@value")[0]

    for _ in range(2):
        answer = send(client, DESK, to=f"{DESK}/refunds", key=key, pledge=pledge.id, amount="20,00")
        assert answer.status_code == 303

    assert till.count(Refund) == 1
    assert till.totals(campaign).pledged == eur("130")


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"pledge": "plg_none"}, 422, "There is no pledge of that number."),
        ({"amount": "1000"}, 409, "So much cannot be given back: at most 49.05 euros"),
        ({"amount": "NaN"}, 422, "Write the amount in euros"),
    ],
)
def test_refund_that_cannot_be_made_says_why(client, till, campaign, officer, fields, status, said):
    pledge = till.pledge(campaign, "50", GOOD_CARD)

    answer = send(
        client, DESK, to=f"{DESK}/refunds", **({"pledge": pledge.id, "amount": ""} | fields)
    )

    assert answer.status_code == status
    assert said in " ".join(answer.get_data(as_text=True).split())
    assert till.status(pledge) is PledgeStatus.COLLECTED


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_is_there_in_every_language_and_for_officers_only(client, officer, language):
    assert page(client, f"/{language}/finance/backers").xpath("//h1")
    client.delete_cookie("session")
    assert client.get(f"/{language}/finance/backers").status_code in (302, 303, 401, 403)
