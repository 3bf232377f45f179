"""Signing in: with a password, or in the demonstration with one click; and the mailbox."""

import pytest

from grantengine.programme import service as programme
from grantengine.programme.lifecycle import Role
from grantengine.web.application import create_app
from grantengine.web.identity import hash_password
from tests.support.campaigns import a_campaign, a_pledge, a_rule
from tests.support.learnings import START, a_person, a_programme, an_experiment
from tests.support.visitor import LANGUAGES, page, send, sign_in, text_of

PASSWORD = "hyvin kokeiltu on puoliksi tehty"


@pytest.fixture
def production(settings):
    """A browser at a site that is no demonstration."""
    application = create_app(settings.model_copy(update={"demo_sign_in": False}))
    yield application.test_client()
    application.extensions["grantengine"].database.dispose()


@pytest.fixture
def eero(app_database):
    """One of the demonstration's invented people: without a password."""
    with app_database.transaction() as session:
        return a_person(session, "Eero Mäki", roles=[Role.EXPERIMENTER])


@pytest.fixture
def aino(app_database):
    with app_database.transaction() as session:
        return programme.register_person(
            session,
            name="Aino Virtanen",
            email="aino@example.fi",
            language="fi",
            roles=[Role.EXPERIMENTER],
            now=START,
            password_hash=hash_password(PASSWORD),
        )


def test_everybody_of_the_demonstration_can_be_chosen(client, app_database):
    names = [f"Arvioija {number}" for number in range(9)]
    with app_database.transaction() as session:
        for name in names:
            a_person(session, name, roles=[Role.REVIEWER])

    words = text_of(page(client, "/en/sign-in"))

    assert [name for name in names if name not in words] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_people_stand_by_their_role(client, app_database, language):
    with app_database.transaction() as session:
        a_person(session, "Eero Mäki", roles=[Role.REVIEWER])
        a_person(session, "Liisa Koski", roles=[Role.STEWARD])

    tree = page(client, f"/{language}/sign-in")

    groups = [text_of(group) for group in tree.xpath("//li[@class='people__group']")]
    assert len(groups) == 2
    assert groups[0].endswith("Eero Mäki")
    assert groups[1].endswith("Liisa Koski")


def test_one_click_signs_in_and_another_out(client, eero):
    sign_in(client, eero)
    assert "Eero Mäki" in text_of(page(client, "/experiments"))

    send(client, "/experiments", to="/sign-out")

    assert "Eero Mäki" not in text_of(page(client, "/experiments"))


def test_one_click_leads_to_where_it_was_asked_for(client, eero):
    tree = page(client, "/sign-in?next=/money")
    action = tree.xpath("//form[contains(@action, '/sign-in/demo/')]/@action")[0]

    answer = send(client, "/sign-in?next=/money", to=action)

    assert answer.headers["Location"] == "/money"


@pytest.mark.parametrize("wanted", ["//elsewhere.example", "https://elsewhere.example", "/\\else"])
def test_no_link_leads_elsewhere_after_signing_in(client, eero, wanted):
    answer = send(client, "/sign-in", to=f"/sign-in/demo/{eero.id}?next={wanted}")

    assert answer.headers["Location"].startswith("/desk")


def test_a_password_signs_in(client, aino):
    answer = send(client, "/sign-in", email="AINO@example.fi", password=PASSWORD)

    assert answer.status_code == 302


@pytest.mark.parametrize("email", ["aino@example.fi", "nobody@example.fi"])
def test_a_wrong_password_says_no_more_than_that(client, aino, email):
    answer = send(client, "/en/sign-in", email=email, password="wrong")

    assert answer.status_code == 422
    assert "The e-mail address or the password is wrong." in answer.get_data(as_text=True)


def test_nobody_signs_in_with_one_click_as_somebody_who_registered(client, aino, eero):
    tree = page(client, "/sign-in")

    assert "Aino Virtanen" not in text_of(tree)
    assert "Eero Mäki" in text_of(tree)
    assert send(client, "/sign-in", to=f"/sign-in/demo/{aino.id}").status_code == 404


@pytest.mark.parametrize("name", [" ", "\t\r\n", "\u2003"])
def test_a_name_of_nothing_but_spaces_is_asked_for_again(client, name):
    answer = send(
        client, "/en/register", name=name, email="a@example.fi", password=PASSWORD, language="fi"
    )

    assert answer.status_code == 422
    assert "Give your name." in answer.get_data(as_text=True)


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_registering_leads_to_no_address_that_the_maker_of_a_link_chose(client, elsewhere):
    account = {"name": "Aino", "email": "a@example.fi", "password": PASSWORD, "language": "fi"}

    answer = send(client, f"/fi/register?next={elsewhere}", **account)

    assert answer.status_code == 303
    assert answer.location.endswith("/fi/desk")


def test_outside_the_demonstration_nobody_is_offered(production, eero):
    assert page(production, "/sign-in").xpath("//*[@class='people']") == []
    assert send(production, "/sign-in", to=f"/sign-in/demo/{eero.id}").status_code == 404


def test_outside_the_demonstration_letters_are_nobodys_business(production):
    page(production, "/mailbox", status=404)
    page(production, "/mailbox/msg_1", status=404)


def test_a_letter_opens_and_its_link_leads_to_the_pledge(client, app_database, clock):
    with app_database.transaction() as session:
        a_programme(session)
        a_rule(session, now=clock.now())
        campaign = a_campaign(session, now=clock.now(), experiment=an_experiment(session))
    pledge = a_pledge(app_database, clock, campaign, "20")

    letter = page(client, page(client, "/mailbox").xpath("//tbody//a/@href")[0])

    links = letter.xpath("//*[@class='letter']//a/@href")
    assert any(pledge.token in link and link.startswith("/") for link in links)


def test_no_letter_is_no_page(client):
    page(client, "/mailbox/msg_nothing", status=404)


def test_the_mailbox_is_paged(client, app_database, clock, monkeypatch):
    monkeypatch.setattr("grantengine.web.routes.mailbox._PAGE_SIZE", 1)
    with app_database.transaction() as session:
        a_programme(session)
        campaign = a_campaign(session, now=clock.now(), experiment=an_experiment(session))
    for email in ("a@example.fi", "b@example.fi"):
        a_pledge(app_database, clock, campaign, "20", email=email)

    first = page(client, "/mailbox")
    second = page(client, first.xpath("//a[@rel='next']/@href")[0])

    recipients = [text_of(tree) for tree in (first, second)]
    assert ("a@example.fi" in recipients[0]) != ("a@example.fi" in recipients[1])
