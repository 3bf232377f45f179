"""A steward opens an envelope for a city, books its money, and gives back what is left."""

import json

import pytest
from lxml import html

from grantengine.money import eur
from grantengine.programme import funding, queries
from grantengine.programme.lifecycle import Role
from tests.support import reviews
from tests.support.funding import a_funded_envelope
from tests.support.visitor import page, send, sign_in, text_of

ADDRESS = "/manage/envelopes"
TYPED = {
    "funder_name": "Oulun kaupunki",
    "funder_kind": "municipality",
    "business_id": "0187690-1",
    "fi": "Oulun kokeiluraha",
    "sv": "Uleåborgs försöksmedel",
    "en": "Oulu experiment fund",
    "grants_target": "12",
}


@pytest.fixture
def steward(call, as_person, person):
    """A steward's browser, in English; one call is open already."""
    browser = as_person(person("Sanna Ahonen", Role.STEWARD))
    page(browser, "/calls?lang=en")
    return browser


@pytest.fixture
def envelope(steward, app_database):
    """An envelope of Oulu with EUR 100 in it."""
    with app_database.transaction() as session:
        return a_funded_envelope(session, amount="100")


def words_of(answer):
    return text_of(html.fromstring(answer.get_data(as_text=True)))


def funded_in(database):
    with database.reading() as session:
        return [
            (each.envelope.code, each.envelope.funder.name, each.allotted)
            for each in queries.budget(session).funded
        ]


def book(browser, envelope, way, **typed):
    address = f"{ADDRESS}/{envelope.code}"
    prefix = {"receipts": "in", "returns": "out"}[way]
    fields = {f"{prefix}-{name}": value for name, value in typed.items()}
    return send(browser, address, to=f"{address}/{way}", **fields)


def test_a_steward_opens_an_envelope_and_a_second_sending_opens_no_other(steward, app_database):
    form = page(steward, f"{ADDRESS}/new").xpath("//form[@class='form']")[0]
    fields = dict(form.form_values()) | TYPED

    answers = [steward.post(f"{ADDRESS}/new", data=fields) for _ in range(2)]

    assert [each.status_code for each in answers] == [303, 303]
    assert funded_in(app_database) == [("oulun-kokeiluraha", "Oulun kaupunki", eur("0"))]
    assert "Oulun kaupunki" in text_of(page(steward, ADDRESS))


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"funder_name": " "}, "Name the organisation."),
        ({"funder_kind": "private_person"}, "Not a valid choice."),
        ({"business_id": "0187690-2"}, "This is not a Finnish business ID."),
        ({"sv": ""}, "Name the envelope in all three languages."),
        ({"en": "x" * 81}, "Keep it under 80 characters."),
        ({"grants_target": "0"}, "Give a whole number from 1 to 10,000."),
    ],
)
def test_what_cannot_be_is_named_beside_its_field(steward, app_database, wrong, sentence):
    answer = send(steward, f"{ADDRESS}/new", **(TYPED | wrong))

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert funded_in(app_database) == []


def test_money_comes_and_goes_back_and_each_line_says_who_recorded_it(
    steward, envelope, app_database
):
    assert book(steward, envelope, "receipts", amount="50,5", note="RF18").status_code == 303
    assert book(steward, envelope, "returns", amount="150,5", note="Jäi yli").status_code == 303

    shown = text_of(page(steward, f"{ADDRESS}/{envelope.code}"))
    assert "Jäi yli Sanna Ahonen €150.50" in shown
    assert funded_in(app_database)[0][2] == eur("0")


@pytest.mark.parametrize(
    ("way", "typed", "status", "sentence"),
    [
        ("receipts", {"amount": "", "note": "x"}, 422, "Give the amount."),
        ("receipts", {"amount": "1e3", "note": "x"}, 422, "Write the amount in euros"),
        ("receipts", {"amount": "0", "note": "x"}, 422, "Give at least €0.01"),
        ("receipts", {"amount": "5", "note": ""}, 422, "Say by which reference it came"),
        ("returns", {"amount": "100,01", "note": "x"}, 409, "Only €100.00 is free."),
    ],
)
def test_what_cannot_be_booked_gets_one_sentence_and_books_nothing(
    steward, envelope, app_database, way, typed, status, sentence
):
    answer = book(steward, envelope, way, **typed)

    assert answer.status_code == status
    assert sentence in words_of(answer)
    with app_database.reading() as session:
        assert funding.free_of(session, envelope) == eur("100")


def test_only_stewards_come_in_and_an_envelope_of_ours_is_none_of_these(steward, client, presenter):
    page(steward, f"{ADDRESS}/small", status=404)
    page(steward, f"{ADDRESS}/nowhere", status=404)
    sign_in(client, presenter)
    assert client.get(ADDRESS).status_code == 403


@pytest.mark.parametrize(
    ("language", "words"),
    [("fi", "Rahoittaja: Oulun"), ("sv", "Finansieras av Oulun"), ("en", "Funded by Oulun")],
)
def test_the_call_says_who_funds_it_and_so_does_the_page_of_the_money(
    steward, envelope, app_database, language, words
):
    with app_database.transaction() as session:
        call = reviews.a_call(session, envelope=envelope.code)

    assert words in text_of(page(steward, f"/{language}/calls/{call.slug}"))
    assert words in text_of(page(steward, f"/{language}/calls"))
    money = text_of(page(steward, f"/{language}/money"))
    assert "Oulun kokeiluraha Oulun kaupunki" in money


def test_the_api_tells_of_other_funders_beside_the_appropriation(steward, envelope):
    answer = json.loads(steward.get("/api/v1/money").data)

    assert [each["code"] for each in answer["envelopes"]] == ["small"]
    (funded,) = answer["funded_envelopes"]
    assert (funded["funder"], funded["allotted"]["amount_cents"]) == ("Oulun kaupunki", 10_000)


def test_the_form_of_a_call_offers_the_envelope_with_its_funder(steward, envelope):
    choices = page(steward, "/manage/calls/new").xpath("//select[@name='envelope']/option/text()")

    assert choices == ["small", "Oulun kokeiluraha (Oulun kaupunki)"]
