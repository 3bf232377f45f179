"""The published seals: what an outsider keeps to see later that history stayed as it was."""

from datetime import timedelta

import pytest

from grantengine.ledger import seals
from tests.support.learnings import a_programme
from tests.support.ledger import JAR, NOON, POT, a_filled_pot, an_entry, post
from tests.support.visitor import LANGUAGES, page, text_of

API = "/api/v1/money/seals"


@pytest.fixture
def sealed(app_database):
    """Three seals, each a day after the other, over one entry each; newest first."""
    a_filled_pot(app_database, "100.00")
    made = []
    for day in range(3):
        if day:
            post(app_database, an_entry(f"day {day}", (JAR.code, POT.code, "1.00")))
        with app_database.transaction() as session:
            made.append(seals.seal(session, now=NOON + timedelta(days=day)))
    return made[::-1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_shows_each_root_letter_by_letter(client, sealed, language):
    tree = page(client, f"/{language}/money/seals")

    roots = ["".join(code.itertext()) for code in tree.xpath("//tbody//code")]
    assert roots == [seal.root.hex() for seal in sealed]


def test_the_page_shows_what_a_seal_covers_and_what_it_proves(client, sealed):
    tree = page(client, "/en/money/seals")

    newest, *_older = tree.xpath("//tbody/tr")
    assert text_of(newest).startswith("18 Sept 2026 at 15:00 3 3 3 1")
    assert "change one, leave one out or put one in, and no later root fits" in text_of(tree)
    assert "does not prove that an entry was true when it was booked" in text_of(tree)


def test_the_money_page_leads_to_the_seals(client, sealed, app_database):
    with app_database.transaction() as session:
        a_programme(session)

    assert page(client, "/sv/money").xpath("//main//a[@href='/sv/money/seals']")


def test_the_page_leads_to_the_first_seal_and_back(client, sealed, monkeypatch):
    monkeypatch.setattr("grantengine.web.routes.money._PAGE_SIZE", 2)
    first = page(client, "/en/money/seals")
    (path,) = first.xpath("//a[@rel='next']/@href")

    last = page(client, path)

    assert len(last.xpath("//tbody/tr")) == 1
    assert last.xpath("//a[@rel='next']") == []
    assert last.xpath("//nav[@class='pagination']/a/@href") == ["/en/money/seals"]


@pytest.mark.parametrize("before", ["x", "-5", "99999999999999999999999", "0", ""])
def test_a_wrong_cursor_breaks_nothing(client, sealed, before):
    page(client, f"/money/seals?before={before}")


def test_the_cursor_of_the_api_leads_through_every_seal(client, sealed):
    found, after = [], ""
    while after is not None:
        answer = client.get(f"{API}?limit=2{after and f'&after={after}'}").get_json()
        found += answer["items"]
        after = answer["next_cursor"]

    assert [each["root"] for each in found] == [seal.root.hex() for seal in sealed]
    assert found[-1] == {
        "number": 1,
        "first_entry": 1,
        "last_entry": 1,
        "rows": 1,
        "root": sealed[-1].root.hex(),
        "sealed_at": "2026-09-16T12:00:00+00:00",
    }


@pytest.mark.parametrize("after", ["0", "-1", "x", "99999999999999999999"])
def test_the_api_refuses_a_cursor_that_is_none(client, sealed, after):
    assert client.get(f"{API}?after={after}").status_code == 422
