"""Writing the learning card in the browser: draft, publish, and who may."""

import pytest

from grantengine.disbursements import queries as disbursements
from grantengine.learnings import queries
from grantengine.learnings.lifecycle import STORY
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Person
from tests.functional.public.test_pages import award
from tests.support.learnings import a_person, a_programme, an_experiment
from tests.support.visitor import LANGUAGES, page, send, sign_in, text_of

EDIT = "/experiments/kutsutakseja-kylille/learning/edit"
STORIES = dict.fromkeys(STORY, "Uskalsimme ja opimme.")
CARD = {"result": "unclear", "narrator": "Kyytikokeilun vetäjä", "language": "fi", **STORIES}


@pytest.fixture
def experiment(app_database):
    with app_database.transaction() as session:
        a_programme(session)
        experiment = an_experiment(session)
        award(session, experiment)
    return experiment


@pytest.fixture
def owner(app_database, experiment):
    with app_database.reading() as session:
        return session.get_one(Person, experiment.owner_id)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_owner_finds_the_card_from_the_experiment(client, experiment, owner, language):
    sign_in(client, owner)
    shown = page(client, f"/{language}/experiments/{experiment.slug}")

    card = page(client, shown.xpath("//a[contains(@href, 'learning/edit')]/@href")[0])

    assert len(card.xpath("//textarea")) == len(STORY)
    assert len(card.xpath("//input[@type='radio']")) == 3


def test_a_draft_may_leave_anything_empty(client, app_database, owner, experiment):
    sign_in(client, owner)

    answer = send(client, EDIT, act="draft", language="sv", doing="Vi prövar.")

    assert answer.status_code == 302
    with app_database.reading() as session:
        draft = queries.learning_of(session, experiment.id)
        assert (draft.doing, draft.result, draft.language) == ("Vi prövar.", None, "sv")
    assert "Vi prövar." in text_of(page(client, EDIT))
    page(client, f"/learnings/{experiment.slug}", status=404)


@pytest.mark.parametrize("act", ["draft", "publish"])
def test_a_second_window_overwrites_nothing(client, app_database, owner, experiment, act):
    sign_in(client, owner)
    page(client, "/learnings?lang=en")
    stale = page(client, EDIT).xpath("//input[@name='version']/@value")[0]
    send(client, EDIT, act="draft", **(CARD | {"doing": "Ensimmäinen ikkuna"}))

    answer = send(client, EDIT, act=act, version=stale, **(CARD | {"doing": "Toinen ikkuna"}))

    assert answer.status_code == 409
    shown = " ".join(answer.get_data(as_text=True).split())
    assert "Toinen ikkuna" in shown
    assert "Ensimmäinen ikkuna" in shown
    with app_database.reading() as session:
        assert queries.learning_of(session, experiment.id).doing == "Ensimmäinen ikkuna"


def test_publishing_shows_the_story_and_opens_the_instalment(
    client, app_database, owner, experiment
):
    sign_in(client, owner)

    answer = send(client, EDIT, act="publish", **CARD)

    assert answer.headers["Location"].endswith(f"/learnings/{experiment.slug}")
    words = text_of(page(client, f"/en/learnings/{experiment.slug}"))
    assert "It stayed open" in words
    assert words.count("Uskalsimme ja opimme.") == 5
    with app_database.reading() as session:
        instalments = disbursements.instalments_of_experiment(session, experiment.id)
        assert {each.status for each in instalments} == {"open"}


def test_an_incomplete_card_keeps_what_was_typed(client, owner):
    sign_in(client, owner)

    answer = send(client, f"/en{EDIT}", act="publish", **(CARD | {"learned": "", "result": ""}))

    assert answer.status_code == 422
    words = answer.get_data(as_text=True)
    assert "Please mend 2 things" in words
    assert "Kyytikokeilun vetäjä" in words


def test_a_text_that_is_too_long_is_refused_even_as_a_draft(client, owner):
    sign_in(client, owner)

    answer = send(client, f"/en{EDIT}", act="draft", language="fi", doing="a" * 5001)

    assert answer.status_code == 422
    assert "Keep it under 5000 characters." in answer.get_data(as_text=True)


@pytest.mark.parametrize("field", ["result", "language"])
def test_a_choice_that_was_never_offered_is_refused(client, owner, field):
    sign_in(client, owner)

    answer = send(client, EDIT, act="draft", **(CARD | {field: "xx"}))

    assert answer.status_code == 422


def test_publishing_twice_leads_to_the_story(client, owner, experiment):
    sign_in(client, owner)
    token = page(client, EDIT).xpath("//input[@name='csrf_token']/@value")[0]
    send(client, EDIT, act="publish", **CARD)

    again = client.post(f"/en{EDIT}", data={"csrf_token": token, "act": "publish", **CARD})

    assert again.status_code == 409
    assert "The learning is public already" in again.get_data(as_text=True)
    assert client.get(EDIT).headers["Location"].endswith(f"/learnings/{experiment.slug}")


def test_a_stranger_signs_in_first(client, experiment):
    answer = client.get(EDIT)

    assert answer.status_code == 302
    assert "/sign-in?next=" in answer.headers["Location"]


def test_another_experimenter_may_not_open_the_card(client, app_database, experiment):
    with app_database.transaction() as session:
        other = a_person(session, "Eero Mäki", roles=[Role.EXPERIMENTER])
    sign_in(client, other)

    page(client, EDIT, status=403)
    assert "learning/edit" not in client.get(f"/experiments/{experiment.slug}").text


def test_a_form_without_its_token_is_refused(client, owner):
    sign_in(client, owner)

    assert client.post(EDIT, data={"act": "publish", **CARD}).status_code == 400


def test_markup_in_a_story_is_only_text(client, owner, experiment):
    sign_in(client, owner)
    hostile = "<script>alert(1)</script> [here](javascript:alert(1)) **bold**"

    send(client, EDIT, act="publish", **(CARD | {"learned": hostile, "narrator": hostile}))

    tree = page(client, f"/learnings/{experiment.slug}")
    assert tree.xpath("//script") == []
    assert tree.xpath("//a[starts-with(@href, 'javascript')]") == []
    assert tree.xpath("//strong[text()='bold']")
