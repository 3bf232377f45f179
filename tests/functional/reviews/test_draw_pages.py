"""The funding line by clicking: two more reviews, a draw announced, drawn and checked in public."""

import json
from datetime import timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from grantengine.clock import HELSINKI
from grantengine.programme.places import load_places
from grantengine.reviews import selecting
from grantengine.reviews.draw_models import Draw
from grantengine.reviews.models import Application, Decision, Review
from grantengine.reviews.selection import SelectionRules
from grantengine.web.commands.recompute import group
from tests.support import reviews
from tests.support.visitor import LANGUAGES, page, send, text_of

LOTTERY_AT = reviews.DECIDED + timedelta(days=3)
SOURCE = "Lotto of 7 November, main numbers ascending, spaces between them"
NUMBERS = "4 8 15 16 23 40 42"


@pytest.fixture
def call(app_database, clock):
    """A call for two grants whose three applications have the same reviews."""
    with app_database.transaction() as session:
        reviews.a_programme(session)
        reviews.some_reviewers(session, 4)
        found = reviews.a_call(session, grants_target=2)
        applications = [
            reviews.a_submitted_application(session, found, title=f"Kokeilu {number}")
            for number in range(3)
        ]
        reviews.send_to_review(session, found)
        for application in applications:
            session.refresh(application, ["reviews"])
            reviews.finish_reviews(session, application)
    clock.set_to(reviews.DECIDED)
    return found


@pytest.fixture
def at_presenter(as_person, presenter):
    """The presenter's browser."""
    return as_person(presenter)


@pytest.fixture
def address(call):
    """Where the public finds the draw."""
    return f"/en/calls/{call.slug}/draw"


def announce(browser, address, **fields):
    local = LOTTERY_AT.astimezone(HELSINKI).strftime("%Y-%m-%dT%H:%M")
    return send(browser, address, **({"source": SOURCE, "at": local} | fields))


def test_the_ranking_shows_who_is_at_the_line_and_one_click_asks_two_more_reviews_of_each(
    at_presenter, call
):
    ranking = f"/en/decisions/calls/{call.slug}"
    before = page(at_presenter, ranking)

    answer = send(at_presenter, ranking, to=f"{ranking}/more-reviews")

    words = text_of(before)
    assert "The reviews cannot tell 3 applications apart at the funding line." in words
    assert words.count("At the line") == 3
    assert len(before.find_class("interval__bar")) == 3
    assert answer.status_code == 302
    after = text_of(page(at_presenter, ranking))
    assert "Two more reviews were asked for each of 3 applications." in after
    assert "6 reviews are still to come" in after
    assert after.count("2/4") == 3


def test_nothing_is_proposed_for_those_at_the_line_before_lots_are_drawn(
    at_presenter, call, address, clock
):
    ranking = f"/en/decisions/calls/{call.slug}"
    send(at_presenter, ranking, to=f"{ranking}/proposals")
    before = text_of(page(at_presenter, ranking))

    announce(at_presenter, address)
    clock.set_to(LOTTERY_AT)
    send(at_presenter, address, to=f"{address}/order", randomness=NUMBERS)
    send(at_presenter, ranking, to=f"{ranking}/proposals")

    assert "0 decisions proposed." in before
    after = text_of(page(at_presenter, ranking))
    assert "3 decisions proposed." in after
    assert after.count("Grant awarded") == 2


def test_a_draw_is_announced_drawn_and_checked_in_public(
    at_presenter, client, address, clock, tmp_path
):
    client.get(address)
    assert announce(at_presenter, address).status_code == 302
    announced = text_of(page(client, address))
    early = client.get(f"{address}.json")
    clock.set_to(LOTTERY_AT)

    drawn = send(at_presenter, address, to=f"{address}/order", randomness=NUMBERS)

    assert SOURCE in announced
    assert announced.count("KS/") >= 3
    assert early.status_code == 404
    assert drawn.status_code == 302
    words = text_of(page(client, address))
    file = client.get(f"{address}.json").get_json()
    assert file["public_randomness"] == NUMBERS
    assert file["one_time_code"] in words
    assert words.count("No grant") == 1
    (tmp_path / "draw.json").write_text(json.dumps(file))
    told = CliRunner().invoke(group, ["draw", str(tmp_path / "draw.json"), "--json"])
    assert [each["label"] for each in json.loads(told.stdout)["order"]] == sorted(
        file["labels"], key=words.rindex
    )


@pytest.fixture
def call_with_a_floor(app_database, clock):
    """A call for two grants, one reserved for Lapland, whose only application came last."""
    with app_database.transaction() as session:
        load_places(session)
        reviews.a_programme(session)
        reviews.some_reviewers(session)
        found = reviews.a_call(session, published=False, grants_target=2)
        selecting.keep_rules(session, found.id, SelectionRules(floors={"19": 1}))
        reviews.publish(session, found)
        wishes = (("Yksi", "01", 5), ("Kaksi", "01", 5), ("Kolme", "01", 5), ("Lapissa", "19", 1))
        sent = [
            (reviews.a_submitted_application(session, found, title=title, region_code=code), points)
            for title, code, points in wishes
        ]
        reviews.send_to_review(session, found)
        for application, points in sent:
            session.refresh(application, ["reviews"])
            reviews.finish_reviews(session, application, points, points)
    clock.set_to(reviews.DECIDED)
    return found


def test_a_place_that_a_floor_takes_is_not_drawn_for_and_the_page_says_so(
    at_presenter, client, app_database, call_with_a_floor, clock
):
    address = f"/en/calls/{call_with_a_floor.slug}/draw"
    ranking = f"/en/decisions/calls/{call_with_a_floor.slug}"
    announce(at_presenter, address)
    announced = text_of(page(client, address))
    clock.set_to(LOTTERY_AT)
    send(at_presenter, address, to=f"{address}/order", randomness=NUMBERS)
    send(at_presenter, ranking, to=f"{ranking}/proposals")

    assert "Applications that take part 3 Grants left for them 1" in announced
    assert "Whoever holds one has a grant whatever the lots say." in announced
    file = client.get(f"{address}.json").get_json()
    assert (len(file["labels"]), file["winners"]) == (3, 1)
    rows = [text_of(each) for each in page(client, address).xpath("//tbody/tr")]
    assert [row.split()[-1] for row in rows] == ["Grant", "lot", "lot"]
    with app_database.reading() as session:
        query = sa.select(Application.title, Application.case_number)
        awarded = session.execute(
            query.join(Decision, Decision.application_id == Application.id).where(
                Decision.outcome == "awarded"
            )
        ).all()
    (drawn,) = (label for label in file["labels"] if label in rows[0])
    assert {case_number for _title, case_number in awarded} > {drawn}
    assert "Lapissa" in {title for title, _case_number in awarded}
    assert len(awarded) == 2


def test_the_secret_code_is_nowhere_before_the_draw(at_presenter, app_database, address):
    announce(at_presenter, address)

    shown = at_presenter.get(address).get_data(as_text=True)

    with app_database.reading() as session:
        (draw,) = session.scalars(sa.select(Draw))
    assert draw.commitment in shown
    assert draw.one_time_code not in shown


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"source": ""}, 422, "Say which public numbers decide"),
        ({"at": "soon"}, 422, "valid"),
        ({"at": "2026-11-01T12:00"}, 409, "has to come after the announcement"),
    ],
)
def test_an_announcement_that_cannot_stand_is_refused_with_a_sentence(
    at_presenter, address, fields, status, said
):
    answer = announce(at_presenter, address, **fields)

    assert answer.status_code == status
    assert said in answer.get_data(as_text=True)


def test_lots_are_not_drawn_before_their_time(at_presenter, address):
    announce(at_presenter, address)

    token = page(at_presenter, "/en/decisions").xpath("//input[@name='csrf_token']/@value")[0]
    data = {"csrf_token": token, "randomness": NUMBERS}
    answer = at_presenter.post(f"{address}/order", data=data)

    assert answer.status_code == 409


def test_scores_are_public_from_the_announcement_on_without_a_reviewers_name(
    at_presenter, client, call, address
):
    scores = f"/calls/{call.slug}/scores.csv"
    hidden = client.get(scores)
    announce(at_presenter, address)

    rows = client.get(scores).get_data(as_text=True).splitlines()

    assert hidden.status_code == 404
    assert rows[0] == "application,reviewer,score"
    assert len(rows) == 1 + 6
    assert {row.split(",")[2] for row in rows[1:]} == {"4.0000"}
    assert "Arvioija" not in "".join(rows)


def test_the_page_of_the_call_leads_to_all_that_is_public_as_soon_as_it_is(
    at_presenter, client, call, address
):
    page_of_call = f"/en/calls/{call.slug}"
    before = page(client, page_of_call).xpath("//main//a/@href")
    announce(at_presenter, address)

    after = page(client, page_of_call).xpath("//main//a/@href")

    found = [address, f"{page_of_call}/scores.csv", f"{page_of_call}/assignments/1.json"]
    assert not set(found) & set(before)
    assert [each for each in after if each in found] == found
    assert {client.get(each).status_code for each in found} == {200}


def test_an_outsider_assigns_the_same_reviewers_again(
    at_presenter, client, app_database, call, address, tmp_path
):
    announce(at_presenter, address)

    file = client.get(f"/calls/{call.slug}/assignments/1.json").get_json()

    (tmp_path / "it.json").write_text(json.dumps(file))
    told = CliRunner().invoke(group, ["assignment", str(tmp_path / "it.json"), "--json"])
    people = {each["id"] for each in file["reviewers"]}
    assert people == {"R0001", "R0002", "R0003", "R0004"}
    with app_database.reading() as session:
        found = session.scalars(sa.select(Review)).all()
        by_address = sorted({each.reviewer.email for each in found})
        pairs = [
            [each.application.case_number, f"R{by_address.index(each.reviewer.email) + 1:04d}"]
            for each in found
        ]
    assert json.loads(told.stdout)["pairs"] == sorted(pairs)
    assert client.get(f"/calls/{call.slug}/assignments/2.json").status_code == 404


def test_nobody_but_a_presenter_announces_or_draws(client, call, address, as_person, maija):
    assert client.get(address).status_code == 404
    at_maija = as_person(maija)

    token = page(at_maija, f"/en/calls/{call.slug}").xpath("//input[@name='csrf_token']/@value")[0]
    for path in (address, f"{address}/order", f"/en/decisions/calls/{call.slug}/more-reviews"):
        assert at_maija.post(path, data={"csrf_token": token}).status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_draw_speaks_every_language(at_presenter, client, call, address, language):
    announce(at_presenter, address)

    words = text_of(page(client, f"/{language}/calls/{call.slug}/draw"))

    assert {"fi": "Sitoumus", "sv": "Bindning", "en": "Commitment"}[language] in words
