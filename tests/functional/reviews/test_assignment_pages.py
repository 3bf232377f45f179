"""Reviewers assigned by clicking: by the rules of the call, refused where they cannot be held."""

import json

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from lxml import html

from grantengine.reviews import loads, queries, selecting, service
from grantengine.reviews.assignment.problem import Objective
from grantengine.reviews.models import Review
from grantengine.reviews.selection import SelectionRules
from grantengine.web.commands.recompute import group
from tests.support import reviews
from tests.support.visitor import LANGUAGES, page, send, text_of

SHORT = {"fi": "yksi hakemus puuttuu", "sv": "en ansökan saknas", "en": "one application short"}
RULES = SelectionRules(objective=Objective.APPLICATION_FLOOR, load_min=2)


@pytest.fixture
def call(app_database, clock):
    """A closed call for two grants and three reviewers, with work for two and a half of them."""
    with app_database.transaction() as session:
        reviews.a_programme(session)
        found = reviews.a_call(session, published=False, grants_target=2, reviews_per_application=1)
        selecting.keep_rules(session, found.id, RULES)
        reviews.publish(session, found)
        reviews.some_reviewers(session, 3)
        for number in range(5):
            reviews.a_submitted_application(session, found, title=f"Kokeilu {number}")
        service.advance(session, service.locked_call(session, found.id), now=reviews.CLOSES)
        for application in queries.applications_of_call(session, found.id):
            reviews.screen(session, application, "eligible")
    clock.set_to(reviews.DECIDED)
    return found


@pytest.fixture
def at_presenter(as_person, presenter):
    """The presenter's browser."""
    return as_person(presenter)


def assign(browser, call, language="en", **fields):
    address = f"/{language}/decisions/calls/{call.slug}"
    return send(browser, address, to=f"{address}/reviews", **fields)


def reviews_of(database):
    with database.reading() as session:
        return [
            (each.application.case_number, each.reviewer.email)
            for each in session.scalars(sa.select(Review))
        ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_minimum_that_cannot_be_held_is_named_and_nothing_is_assigned(
    app_database, call, at_presenter, language
):
    answer = assign(at_presenter, call, language)

    assert answer.status_code == 409
    words = text_of(html.fromstring(answer.get_data(as_text=True)))
    assert any(f"Arvioija {number}: {SHORT[language]}" in words for number in range(3))
    assert reviews_of(app_database) == []
    assert reviews.status_of_call(app_database, call) == "closed"


def test_who_accepts_it_assigns_and_the_panel_and_the_public_go_on_reading_of_it(
    app_database, call, at_presenter, client, tmp_path
):
    refused = html.fromstring(assign(at_presenter, call).get_data(as_text=True))
    (hidden,) = refused.xpath("//form//input[@name='light_loads']")

    accepted = assign(at_presenter, call, light_loads=hidden.get("value"))

    assert accepted.status_code == 302
    with app_database.reading() as session:
        (light,) = loads.light_loads(session, call.id, 2)
    words = text_of(page(at_presenter, f"/en/decisions/calls/{call.slug}"))
    assert f"than the call says at least: {light.reviewer.name} (1 of 2)." in words
    number = f"R{int(light.reviewer.name[-1]) + 1:04d}"
    with app_database.transaction() as session:
        for application in queries.applications_of_call(session, call.id):
            reviews.finish_reviews(session, application)
            reviews.sign(
                session, reviews.a_proposal(session, application, reviews.an_award("1000"))
            )
    public = text_of(page(client, f"/en/calls/{call.slug}"))
    assert "No application is left behind" in public
    assert "Each reviewer gets at least 2 applications" in public
    assert f"The minimum was not reached: {number}, one short." in public
    assert_recomputed(app_database, client, call, tmp_path)


def test_a_minimum_that_can_be_held_is_held_without_a_question(app_database, call, at_presenter):
    with app_database.transaction() as session:
        late = reviews.a_submitted_application(session, call, title="Kuudes")
        reviews.screen(session, late, "eligible")

    assert assign(at_presenter, call).status_code == 302

    emails = [email for _case, email in reviews_of(app_database)]
    assert sorted(emails.count(each) for each in set(emails)) == [2, 2, 2]


def assert_recomputed(database, client, call, tmp_path):
    file = client.get(f"/calls/{call.slug}/assignments/1.json").get_json()
    (tmp_path / "1.json").write_text(json.dumps(file))
    told = CliRunner().invoke(group, ["assignment", str(tmp_path / "1.json"), "--json"])
    found = reviews_of(database)
    numbers = {email: f"R{at:04d}" for at, email in enumerate(sorted(set(dict(found).values())), 1)}
    assert file["objective"] == "application_floor"
    assert json.loads(told.stdout)["pairs"] == sorted([case, numbers[it]] for case, it in found)
