"""Pledging and withdrawing through the pages, with everything people type."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from grantengine.campaigns import queries
from grantengine.campaigns.models import Pledge
from grantengine.ledger import audit
from grantengine.money import eur
from tests.support.campaigns import (
    ASKS_FOR_AUTHENTICATION,
    DECLINED_WHEN_SAVED,
    GOOD_CARD,
    a_campaign,
    a_pledge,
    a_reward_plan,
)
from tests.support.visitor import page, send, text_of

FILLED = {"amount": "50", "email": "maija@example.fi", "card": GOOD_CARD}


def pledge(client, campaign, language="en", **fields):
    path = f"/{language}/campaigns/{campaign.slug}/pledge"
    key = page(client, path).xpath("//input[@name='key']/@value")[0]
    return send(client, path, **({"key": key} | FILLED | fields))


def words_of(answer):
    return " ".join(answer.get_data(as_text=True).split())


def totals(app_database, campaign):
    with app_database.reading() as session:
        return queries.totals(session, campaign.id)


def test_pledge_leads_to_its_own_page_with_the_receipt(client, app_database, campaign):
    answer = pledge(client, campaign, amount="150,50", name="Maija", is_name_shown="y")

    assert answer.status_code == 303
    tree = page(client, answer.location)
    words = text_of(tree)
    assert "Thank you. The pledge is in force." in words
    assert "€150.50" in words
    assert "Of one pledge at most €100.00 counts this limit held back some" in words
    assert totals(app_database, campaign).matched == eur("100")


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("1,50", "1.50"), ("1.50", "1.50"), ("1 250,00", "1250"), ("20 €", "20")],
)
def test_amount_is_understood_as_a_finn_types_it(client, app_database, campaign, typed, expected):
    answer = pledge(client, campaign, "fi", amount=typed)

    assert answer.status_code == 303
    assert totals(app_database, campaign).pledged == eur(expected)


@pytest.mark.parametrize(
    ("language", "not_an_amount", "too_little"),
    [
        (
            "fi",
            "Kirjoita summa euroina, esimerkiksi 20 tai 12,50.",
            "Anna vähintään 1 € ja enintään 20 000 €.",
        ),
        (
            "sv",
            "Skriv beloppet i euro, till exempel 20 eller 12,50.",
            "Ange minst 1 € och högst 20 000 €.",
        ),
        (
            "en",
            "Write the amount in euros, for example 20 or 12,50.",
            "Give at least €1 and at most €20,000.",
        ),
    ],
)
def test_bad_amount_is_said_in_the_readers_language(
    client, app_database, campaign, language, not_an_amount, too_little
):
    for typed in ("-1", "0,001", "0.001", "1e12", "NaN", "1.234", "twelve"):
        answer = pledge(client, campaign, language, amount=typed)
        assert answer.status_code == 422, typed
        assert not_an_amount in words_of(answer).replace("\xa0", " "), typed
    for typed in ("0", "0,99", "20 000,01", "999999999"):
        answer = pledge(client, campaign, language, amount=typed)
        assert answer.status_code == 422, typed
        assert too_little in words_of(answer).replace("\xa0", " "), typed
    assert totals(app_database, campaign).pledged == eur("0")
    with app_database.reading() as session:
        assert audit.verify(session).is_clean


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount": ""}, "Say how much you pledge."),
        ({"email": ""}, "Give your e-mail address."),
        ({"email": "maija"}, "Write the address in full, for example maija@example.fi."),
        ({"email": "a@b.fi\r\nBcc: x@y.fi"}, "Write the address in full"),
        ({"card": ""}, "Give the number of a test card."),
        ({"name": "x" * 81}, "Keep it under 80 characters."),
        ({"message": "x" * 501}, "Keep it under 500 characters."),
        ({"is_name_shown": "y"}, "Give the name to show, or leave it unshown."),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_its_field(
    client, app_database, campaign, fields, sentence
):
    answer = pledge(client, campaign, **fields)

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert totals(app_database, campaign).pledged == eur("0")


def test_what_was_typed_stays_in_the_form_as_plain_text(client, campaign):
    answer = pledge(client, campaign, amount="x", message="<script>alert(1)</script>")

    assert "&lt;script&gt;alert(1)" in words_of(answer)
    assert "<script>" not in words_of(answer)


def test_sending_the_same_page_twice_makes_one_pledge(client, app_database, campaign):
    path = f"/en/campaigns/{campaign.slug}/pledge"
    fields = FILLED | {"key": page(client, path).xpath("//input[@name='key']/@value")[0]}

    first, second = send(client, path, **fields), send(client, path, **fields)

    assert first.location == second.location
    assert totals(app_database, campaign).pledged == eur("50")


def test_same_page_sent_with_other_content_is_refused(client, app_database, campaign):
    path = f"/en/campaigns/{campaign.slug}/pledge"
    fields = FILLED | {"key": "one-form"}
    send(client, path, **fields)

    answer = send(client, path, **(fields | {"amount": "60"}))

    assert answer.status_code == 409
    assert "This form was sent before with other content." in words_of(answer)
    assert totals(app_database, campaign).pledged == eur("50")


def test_header_of_a_client_goes_before_the_key_of_the_form(client, app_database, campaign):
    path = f"/en/campaigns/{campaign.slug}/pledge"
    token = page(client, path).xpath("//input[@name='csrf_token']/@value")[0]
    fields = FILLED | {"csrf_token": token}

    answers = [
        client.post(path, data=fields | {"key": key}, headers={"Idempotency-Key": "k" * 200})
        for key in ("a", "b")
    ]

    assert len({answer.location for answer in answers}) == 1
    assert totals(app_database, campaign).pledged == eur("50")


def test_declined_card_is_said_and_another_can_be_tried_at_once(client, app_database, campaign):
    answer = pledge(client, campaign, "sv", card=DECLINED_WHEN_SAVED)

    assert answer.status_code == 402
    assert "Kortet godkändes inte. Inget löfte gavs" in words_of(answer)
    assert totals(app_database, campaign).pledged == eur("0")
    assert pledge(client, campaign, "sv").status_code == 303


def test_bank_is_visited_before_the_pledge_is_in_force(client, app_database, campaign):
    answer = pledge(client, campaign, "fi", card=ASKS_FOR_AUTHENTICATION)
    assert "Pankkisi haluaa varmistua" in text_of(page(client, answer.location))
    assert totals(app_database, campaign).pledged == eur("0")

    send(client, answer.location, to=f"{answer.location}/authentication")

    assert "Kiitos. Lupaus on voimassa." in text_of(page(client, answer.location))
    assert totals(app_database, campaign).pledged == eur("50")


def test_an_old_page_does_not_bring_a_withdrawn_pledge_back(client, app_database, campaign):
    place = pledge(client, campaign, "en").location
    old = page(client, place).xpath("//input[@name='csrf_token']/@value")[0]
    client.post(f"{place}/withdrawal", data={"csrf_token": old})

    client.post(f"{place}/authentication", data={"csrf_token": old})

    assert "the pledge is in force" not in text_of(page(client, place))
    assert totals(app_database, campaign).pledged == eur("0")


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fi", "Kampanja ei ota nyt lupauksia. Mitään ei veloitettu eikä luvattu."),
        ("sv", "Kampanjen tar inte emot löften nu. Inget debiterades och inget löfte gavs."),
        ("en", "This campaign does not take pledges now. Nothing was charged or promised."),
    ],
)
def test_ended_campaign_takes_no_pledge_by_any_address(
    client, app_database, clock, campaign, language, sentence
):
    path = f"/{language}/campaigns/{campaign.slug}/pledge"
    token = page(client, path).xpath("//input[@name='csrf_token']/@value")[0]
    clock.set_to(campaign.deadline_at)

    answer = client.post(path, data=FILLED | {"csrf_token": token, "key": "late"})

    assert answer.status_code == 409
    assert sentence in words_of(answer)
    assert sentence in text_of(page(client, path, status=409))
    assert totals(app_database, campaign).pledged == eur("0")


def test_pledge_is_withdrawn_from_its_page_and_twice_is_once(client, app_database, clock, campaign):
    made = a_pledge(app_database, clock, campaign, "80")
    path = f"/en/pledges/{made.token}"

    for _ in range(2):
        answer = client.post(f"{path}/withdrawal", data={"csrf_token": _token(client, campaign)})
        assert answer.status_code == 303

    words = text_of(page(client, path))
    assert "You have withdrawn this pledge." in words
    assert "The match went back to the pot with the pledge." in words
    assert totals(app_database, campaign).pledged == eur("0")


def test_no_match_is_shown_that_went_back_to_the_pot(client, app_database, clock, campaign):
    made = a_pledge(app_database, clock, campaign, "80")
    path = f"/en/pledges/{made.token}"
    before = [text_of(page(client, each)) for each in (path, f"{path}/receipt")]

    client.post(f"{path}/withdrawal", data={"csrf_token": _token(client, campaign)})

    after = [text_of(page(client, each)) for each in (path, f"{path}/receipt")]
    assert all("Match €80.00" in words for words in before)
    assert all("Match €0.00" in words for words in after)


def test_pledge_cannot_be_withdrawn_after_the_deadline(client, app_database, clock, campaign):
    made = a_pledge(app_database, clock, campaign, "80")
    token = _token(client, campaign)
    clock.advance(timedelta(days=31))

    answer = client.post(f"/sv/pledges/{made.token}/withdrawal", data={"csrf_token": token})

    assert answer.status_code == 409
    assert "Löftet kan inte längre återtas: kampanjen har slutat." in words_of(answer)
    assert totals(app_database, campaign).pledged == eur("80")


def test_withdrawing_needs_the_token_of_a_form(client, app_database, clock, campaign):
    made = a_pledge(app_database, clock, campaign, "80")

    answer = client.post(f"/en/pledges/{made.token}/withdrawal")

    assert answer.status_code == 400
    assert totals(app_database, campaign).pledged == eur("80")


def test_page_of_a_pledge_is_for_the_holder_of_the_link_alone(
    client, app_database, clock, campaign
):
    made = a_pledge(app_database, clock, campaign, "80")

    answer = client.get(f"/en/pledges/{made.token}")

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in words_of(answer)
    page(client, f"/en/pledges/{made.id}", status=404)
    page(client, "/en/pledges/guessed", status=404)


def test_no_card_number_is_kept_anywhere(client, app_database, campaign):
    pledge(client, campaign, card=GOOD_CARD)

    with app_database.reading() as session:
        row = session.execute(sa.select(sa.text("*")).select_from(Pledge.__table__)).one()
    assert "4242" not in "".join(str(value) for value in row._mapping.values() if value)


def _token(client, campaign):
    path = f"/en/campaigns/{campaign.slug}/pledge"
    return page(client, path).xpath("//input[@name='csrf_token']/@value")[0]


@pytest.fixture
def selling(app_database, clock):
    """A campaign with two loaves of rye for EUR 20 each, and as many thanks as are asked for."""
    loaf = a_reward_plan(
        now=clock.now(), stock=2, translations={"fi": {"title": "Ruisleipä"}}, vat_rate_bps=1350
    )
    thanks = a_reward_plan(now=clock.now(), title="Our thanks", price=eur("5"))
    with app_database.transaction() as session:
        return a_campaign(session, now=clock.now(), title="Mayan leipomo", rewards=[loaf, thanks])


def reward_ids(client, campaign):
    tree = page(client, f"/en/campaigns/{campaign.slug}/pledge")
    return tree.xpath("//input[@name='reward'][@value!='']/@value")


def test_who_chooses_a_reward_and_types_no_sum_pledges_its_price(client, app_database, selling):
    _thanks, loaf = reward_ids(client, selling)

    answer = pledge(client, selling, amount="", reward=loaf)

    words = text_of(page(client, answer.location))
    assert totals(app_database, selling).pledged == eur("20")
    assert "Reward A loaf of rye" in words
    assert "€20.00, of which value added tax 13.5% is €2.38" in words


def test_reward_costs_its_price(client, app_database, selling):
    _thanks, loaf = reward_ids(client, selling)

    answer = pledge(client, selling, amount="19", reward=loaf)

    assert answer.status_code == 422
    assert "This reward costs €20. Pledge at least that much" in words_of(answer)
    assert totals(app_database, selling).pledged == eur("0")


def test_reward_that_is_not_offered_is_refused(client, selling):
    answer = pledge(client, selling, reward="rwd_none")

    assert answer.status_code == 422
    assert "Choose one of the rewards, or nothing in return." in words_of(answer)


def test_link_of_a_reward_opens_the_form_with_it_and_its_price(client, selling):
    _thanks, loaf = reward_ids(client, selling)

    tree = page(client, f"/en/campaigns/{selling.slug}/pledge?reward={loaf}")

    assert tree.xpath("//input[@name='reward'][@checked]/@value") == [loaf]
    assert tree.xpath("//input[@name='amount']/@value") == ["20"]


def test_sold_out_reward_cannot_be_chosen(client, app_database, clock, selling):
    _thanks, loaf = reward_ids(client, selling)
    for _ in range(2):
        a_pledge(app_database, clock, selling, "20", reward_id=loaf)

    tree = page(client, f"/en/campaigns/{selling.slug}/pledge")
    answer = pledge(client, selling, reward=loaf)

    assert tree.xpath("//input[@name='reward'][@disabled]/@value") == [loaf]
    assert answer.status_code == 409
    assert "The last piece of this reward has just gone." in words_of(answer)
    assert totals(app_database, selling).pledged == eur("40")
