"""How a call chooses: written in its draft, public with it, and followed when it is decided."""

import pytest
import sqlalchemy as sa
from lxml import html

from grantengine.programme.lifecycle import Role
from grantengine.programme.places import load_places
from grantengine.reviews import noting, pooling, selecting
from grantengine.reviews.assignment.problem import Objective
from grantengine.reviews.models import Application, Decision
from grantengine.reviews.pooling import Knowledge
from grantengine.reviews.selection import SelectionRules, WhenShort
from tests.support import pdf, reviews
from tests.support.visitor import page, send, text_of

RULES = {
    "weight_expertise": "50",
    "weight_goals": "20",
    "weight_language": "20",
    "weight_region": "10",
    "fields": ["health", "digital"],
    "when_short": "skip",
    "objective": "application_floor",
    "load_min": "2",
    "floor_09": "2",
}


@pytest.fixture
def draft(app_database, clock):
    """A draft of a call for three grants."""
    with app_database.transaction() as session:
        load_places(session)
        reviews.a_programme(session)
        found = reviews.a_call(session, published=False, grants_target=3)
    clock.set_to(reviews.NOON)
    return found


@pytest.fixture
def at_presenter(as_person, presenter):
    """The presenter's browser."""
    return as_person(presenter)


def rules_of(database, call):
    with database.reading() as session:
        return selecting.rules_of(session, call.id)


def test_the_rules_of_a_draft_are_written_and_then_public(
    app_database, draft, at_presenter, client
):
    address = f"/en/manage/calls/{draft.slug}/selection"

    kept = send(at_presenter, address, **RULES)
    send(
        at_presenter, f"/en/manage/calls/{draft.slug}", to=f"/manage/calls/{draft.slug}/publication"
    )

    assert kept.status_code == 303
    found = rules_of(app_database, draft)
    assert found.weights == {"expertise": 50, "goals": 20, "language": 20, "region": 10}
    assert (list(found.fields), found.floors) == (["health", "digital"], {"09": 2})
    assert found.when_short is WhenShort.SKIP
    assert (found.objective, found.load_min) == (Objective.APPLICATION_FLOOR, 2)
    words = text_of(page(client, f"/en/calls/{draft.slug}/selection"))
    assert "Field of expertise: at most 50 points" in words
    assert "Health and wellbeing, Digital services" in words
    assert "the next that fits is funded" in words
    assert "South Karelia 2" in words
    assert "No application is left behind" in words
    assert "Each reviewer gets at least 2 applications of the call" in words


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"floor_09": "4"}, "no more than the grants of the call"),
        ({"weight_goals": "101"}, "from 0 to 100"),
        ({"weight_goals": ""}, "Give a weight"),
        ({"when_short": "never"}, "Not a valid choice"),
        ({"objective": "fairness"}, "Not a valid choice"),
        ({"load_min": "0"}, "from 1 to 1,000, or leave it empty"),
        ({"load_min": "-1"}, "from 1 to 1,000, or leave it empty"),
        ({"load_min": "1001"}, "from 1 to 1,000, or leave it empty"),
        ({"load_min": "2.5"}, "from 1 to 1,000, or leave it empty"),
        ({"load_min": "kaksi"}, "from 1 to 1,000, or leave it empty"),
        ({"load_min": "9" * 5_000}, "from 1 to 1,000, or leave it empty"),
    ],
)
def test_rules_that_no_call_can_keep_are_refused_with_a_sentence(
    app_database, draft, at_presenter, wrong, sentence
):
    page(at_presenter, "/decisions?lang=en")

    answer = send(at_presenter, f"/manage/calls/{draft.slug}/selection", **(RULES | wrong))

    assert answer.status_code == 422
    shown = html.fromstring(answer.get_data(as_text=True))
    (said,) = shown.xpath("//*[contains(@class, 'error-summary')]//li")
    assert sentence in text_of(said)
    assert rules_of(app_database, draft) == SelectionRules()
    for name, typed in wrong.items():
        for field in shown.xpath(f"//input[@name='{name}' and @type!='radio']"):
            assert field.get("value") == typed


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("fi", "Kukaan arvioija ei ota"), ("sv", "Ingen bedömare tar"), ("en", "No reviewer takes")],
)
def test_a_minimum_above_every_maximum_is_refused_with_a_sentence(
    app_database, draft, at_presenter, language, sentence
):
    with app_database.transaction() as session:
        (person,) = reviews.some_reviewers(session, 1)
        pooling.keep_profile(session, person, Knowledge([], [], ["fi"], [], capacity=1))

    answer = send(at_presenter, f"/{language}/manage/calls/{draft.slug}/selection", **RULES)

    assert answer.status_code == 422
    assert sentence in text_of(html.fromstring(answer.get_data(as_text=True)))
    assert rules_of(app_database, draft) == SelectionRules()


def test_an_empty_minimum_is_equal_shares(app_database, draft, at_presenter, client):
    send(at_presenter, f"/manage/calls/{draft.slug}/selection", **(RULES | {"load_min": " "}))
    send(at_presenter, f"/manage/calls/{draft.slug}", to=f"/manage/calls/{draft.slug}/publication")

    assert rules_of(app_database, draft).load_min is None
    assert "in equal measure" in text_of(page(client, f"/en/calls/{draft.slug}/selection"))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("fi", "Haku on julkinen"), ("sv", "Utlysningen är offentlig"), ("en", "The call is public")],
)
def test_the_rules_of_a_public_call_stay_as_they_are(
    app_database, draft, at_presenter, language, sentence
):
    address = f"/{language}/manage/calls/{draft.slug}/selection"
    token = page(at_presenter, address).xpath("//input[@name='csrf_token']/@value")[0]
    with app_database.transaction() as session:
        reviews.publish(session, draft)

    sent = at_presenter.post(address, data={**RULES, "csrf_token": token})

    assert at_presenter.get(address).status_code == sent.status_code == 409
    assert sentence in text_of(html.fromstring(sent.get_data(as_text=True)))
    assert rules_of(app_database, draft) == SelectionRules()


@pytest.mark.parametrize("role", [Role.EXPERIMENTER, Role.REVIEWER, Role.DECISION_MAKER])
def test_only_those_who_make_calls_write_their_rules(draft, as_person, person, role):
    other = as_person(person("Olli Ojala", role))

    assert other.get(f"/manage/calls/{draft.slug}/selection").status_code == 403


@pytest.fixture
def in_review(app_database, clock):
    """Two grants, one of them reserved for Lapland, whose only application came last."""
    with app_database.transaction() as session:
        load_places(session)
        reviews.a_programme(session)
        call = reviews.a_call(session, published=False, grants_target=2)
        selecting.keep_rules(session, call.id, SelectionRules(floors={"19": 1}))
        reviews.publish(session, call)
        reviews.some_reviewers(session)
        wishes = (("Paras", "01"), ("Toinen", "01"), ("Lapissa", "19"))
        found = [
            reviews.a_submitted_application(session, call, title=title, region_code=code)
            for title, code in wishes
        ]
        outside = reviews.a_submitted_application(session, call, title="Ulkona")
        reviews.screen(session, outside, "inadmissible", note="Ei ole kokeilu.")
        reviews.send_to_review(session, call)
        for points, application in zip((6, 5, 1), found, strict=True):
            session.refresh(application, ["reviews"])
            reviews.finish_reviews(session, application, points, points)
    clock.set_to(reviews.DECIDED)
    return call


def test_everything_is_proposed_by_the_rules_and_each_proposal_says_why(
    app_database, in_review, at_presenter
):
    address = f"/decisions/calls/{in_review.slug}"

    send(at_presenter, address, to=f"{address}/proposals")

    with app_database.reading() as session:
        query = sa.select(Application.title, Decision.outcome, Decision.grounds)
        rows = session.execute(query.join(Decision, Decision.application_id == Application.id))
        found = {title: (outcome, grounds) for title, outcome, grounds in rows}
    assert {title: outcome for title, (outcome, _grounds) in found.items()} == {
        "Paras": "awarded",
        "Toinen": "rejected",
        "Lapissa": "awarded",
        "Ulkona": "inadmissible",
    }
    assert "parhaita maakunnassaan (Lappi)" in found["Lapissa"][1]["summary"]
    assert "varattu maakunnille" in found["Toinen"][1]["summary"]
    assert found["Ulkona"][1]["summary"] == "Ei ole kokeilu."
    # The reviewer's own words, since both write the language of the application.
    assert "”Hyvin perusteltu.”" in found["Paras"][1]["criteria"]["need"]


def test_the_panel_asks_what_if_and_nothing_is_changed(app_database, in_review, at_presenter):
    address = f"/en/decisions/calls/{in_review.slug}"

    words = text_of(page(at_presenter, f"{address}?places=1&envelope=9000"))

    assert "1 grants, of 1 at most" in words
    assert "One grant would hold the place of its region." in words
    assert "Lapland 1 1" in words
    with app_database.reading() as session:
        assert session.scalars(sa.select(Decision)).all() == []
    plain = text_of(page(at_presenter, address))
    assert "Lapland 1 0" in plain
    assert "Means and spread by criterion" in plain


@pytest.mark.parametrize("asked", ["places=-1", "places=many", "envelope=tonni", "places="])
def test_a_question_that_makes_no_sense_is_answered_with_the_page(in_review, at_presenter, asked):
    words = text_of(page(at_presenter, f"/en/decisions/calls/{in_review.slug}?{asked}"))

    assert "grants, of" not in words


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_notes_stand_in_the_minutes_in_each_language(in_review, at_presenter, language):
    address = f"/{language}/decisions/calls/{in_review.slug}"
    note = "Paneeli näki Lapissa erityisen tarpeen."

    kept = send(at_presenter, address, to=f"{address}/notes", note=note)
    answer = at_presenter.get(f"{address}/minutes.pdf")

    assert kept.status_code == 303
    words = " ".join(pdf.text_of(answer.data).split())
    assert note in words
    assert "Pirjo Pohjola" in words
    assert "Lapissa" in words
    counts = {"fi": "Mikä ratkaisee ensin", "sv": "Vad avgör först", "en": "What counts first"}
    assert counts[language] in words
    title = {"fi": "Paneelin pöytäkirja", "sv": "Panelens protokoll", "en": "Minutes of the panel"}
    assert title[language] in words


@pytest.mark.parametrize(
    ("note", "sentence"),
    [("  ", "Write the note first."), ("rivi\n" * 10_000, "Keep it under 5000 characters.")],
)
def test_a_note_that_cannot_be_kept_is_given_back_with_a_sentence(
    app_database, in_review, at_presenter, note, sentence
):
    address = f"/en/decisions/calls/{in_review.slug}"

    answer = send(at_presenter, address, to=f"{address}/notes", note=note)

    assert answer.status_code == 422
    shown = html.fromstring(answer.get_data(as_text=True))
    assert sentence in text_of(shown)
    assert shown.xpath("//textarea[@name='note']")[0].text.split() == note.split()
    with app_database.reading() as session:
        assert not noting.notes_of(session, in_review.id)


def test_minutes_are_for_officials(in_review, as_person, person):
    other = as_person(person("Olli Ojala", Role.REVIEWER))

    assert other.get(f"/decisions/calls/{in_review.slug}/minutes.pdf").status_code == 403
