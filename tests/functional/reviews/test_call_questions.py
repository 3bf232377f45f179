"""The form editor: questions written, ordered, versioned; without script, by the ones who may."""

import pytest
import sqlalchemy as sa
from lxml import html

from grantengine.outbox import Message
from grantengine.programme.lifecycle import Role
from grantengine.reviews import questioning
from grantengine.reviews.questions.asking import QuestionKind
from tests.support import reviews
from tests.support.visitor import page, text_of

WORDS = {"fi-name": "Montako ihmistä?", "sv-name": "Hur många?", "en-name": "How many people?"}


@pytest.fixture
def draft_call(app_database, call):
    """A call that nobody but officials sees yet."""
    texts = {code: {**each, "title": f"{each['title']} 2"} for code, each in reviews.TITLES.items()}
    with app_database.transaction() as session:
        return reviews.a_call(session, published=False, texts=texts)


@pytest.fixture
def browser(call, as_person, presenter):
    """The presenter's browser, in English."""
    client = as_person(presenter)
    page(client, "/calls?lang=en")
    return client


def address(call):
    return f"/manage/calls/{call.slug}/questions"


def sent(browser, path, *, to=None, **typed):
    """Send the form that goes `to` from the page at `path`, with some of it typed over."""
    own = path.partition("?")[0]
    forms = page(browser, path).xpath("//form[@method='post']")
    form = next(each for each in forms if (each.get("action") or own).endswith(to or own))
    fields = {}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value)
    return browser.post(to or own, data=fields | typed)


def asked(database, call):
    with database.reading() as session:
        return questioning.questions_asked(session, call.id).questions


def words_of(answer):
    return text_of(html.fromstring(answer.get_data(as_text=True)))


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("section", {}),
        ("short_text", {"least": "2", "most": "100", "is_required": "y"}),
        ("long_text", {"most": "500", "needed_with": "ethics"}),
        ("number", {"least": "-5", "most": "5"}),
        ("money", {"least": "10", "most": "99,50"}),
        ("one_choice", {"choices-0-fi": "Kyllä", "choices-0-sv": "Ja"}),
        ("several_choices", {"choices-0-fi": "Kyllä", "choices-0-sv": "Ja", "most": "1"}),
        ("date", {}),
        ("file", {"most": "2"}),
        ("region", {}),
        ("municipality", {"is_required": "y"}),
    ],
)
def test_a_question_of_each_kind_is_added_and_then_changed(
    browser, draft_call, app_database, kind, more
):
    path = address(draft_call)

    answer = sent(browser, f"{path}/new?kind={kind}", to=f"{path}/new", **WORDS, **more)

    assert answer.status_code == 303, words_of(answer)
    added = asked(app_database, draft_call)[-1]
    assert (added.key, added.kind) == ("q_montako_ihmista", QuestionKind(kind))
    assert added.names == {"fi": "Montako ihmistä?", "sv": "Hur många?", "en": "How many people?"}

    again = sent(browser, f"{path}/{added.key}", **{"fi-name": "Kuinka moni?"})

    assert again.status_code == 303
    changed = asked(app_database, draft_call)[-1]
    assert changed.names["fi"] == "Kuinka moni?"
    assert (changed.least, changed.most, changed.choices) == (
        added.least,
        added.most,
        added.choices,
    )


def test_questions_move_and_go_and_come_back(browser, draft_call, app_database):
    path = address(draft_call)

    sent(browser, path, to=f"{path}/summary/move", direction="down")
    assert [each.key for each in asked(app_database, draft_call)[1:4]] == [
        "title",
        "problem",
        "summary",
    ]
    sent(browser, path, to=f"{path}/team/removal")
    assert "team" not in [each.key for each in asked(app_database, draft_call)]
    sent(browser, path, to=f"{path}/usual", key="team")
    assert asked(app_database, draft_call)[-1].key == "team"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"sv-name": " "}, "Write the question in Finnish and in Swedish."),
        ({"fi-name": "ä" * 201}, "Keep it under 200 characters."),
        ({"least": "9", "most": "3"}, "The most is at least as much as the least"),
        ({"most": "201"}, "No answer of this kind can be as much as that."),
        ({"most": "many"}, "Not a valid integer value."),
    ],
)
def test_what_cannot_be_asked_is_said_and_changes_nothing(
    browser, draft_call, app_database, wrong, sentence
):
    path = address(draft_call)
    before = asked(app_database, draft_call)

    answer = sent(browser, f"{path}/new?kind=short_text", to=f"{path}/new", **WORDS | wrong)

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert "How many people?" in answer.get_data(as_text=True)
    assert asked(app_database, draft_call) == before


def test_what_a_decision_is_written_from_cannot_be_removed(browser, draft_call, app_database):
    path = address(draft_call)
    token = page(browser, path).xpath("//input[@name='csrf_token']/@value")[0]

    answer = browser.post(f"{path}/title/removal", data={"csrf_token": token, "revision": "1"})

    assert answer.status_code == 422
    assert "title" in [each.key for each in asked(app_database, draft_call)]


def test_a_second_window_overwrites_no_question(browser, draft_call, app_database):
    path = address(draft_call)
    sent(browser, path, to=f"{path}/team/removal")

    late = sent(browser, path, to=f"{path}/resources/removal", revision="1")

    assert late.status_code == 409
    assert "resources" in [each.key for each in asked(app_database, draft_call)]


def test_a_published_call_changes_its_questions_only_as_a_new_version(
    browser, call, app_database, as_person, maija
):
    path = address(call)
    with app_database.transaction() as session:
        draft = reviews.a_draft(session, call, maija)
    page(browser, f"{path}/team", status=409)

    assert sent(browser, path, to=f"{path}/version").status_code == 303
    sent(browser, path, to=f"{path}/team/removal")
    sent(browser, f"{path}/new?kind=number", to=f"{path}/new", is_required="y", **WORDS)
    assert "team" in [each.key for each in asked(app_database, call)]
    waiting = text_of(page(browser, path))
    assert "Applicants still answer version 1. New: How many people?." in waiting
    assert "No longer asked: Who does it." in waiting
    assert sent(browser, path, to=f"{path}/version/use").status_code == 303

    assert asked(app_database, call)[-1].key == "q_montako_ihmista"
    with app_database.reading() as session:
        (told,) = session.scalars(sa.select(Message).filter_by(letter="questions_changed"))
        assert told.recipient == maija.email
        assert told.facts["application_id"] == draft.id
    form = page(as_person(maija), f"/en/applications/{draft.id}/edit")
    assert form.get_element_by_id("q_montako_ihmista") is not None


def test_a_new_version_can_be_dropped(browser, call, app_database):
    path = address(call)
    sent(browser, path, to=f"{path}/version")

    assert sent(browser, path, to=f"{path}/version/removal").status_code == 303

    with app_database.reading() as session:
        assert [each.number for each in questioning.question_sets(session, call.id)] == [1]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_form_can_be_seen_in_each_language_before_anybody_answers_it(
    browser, draft_call, language
):
    seen = text_of(page(browser, f"/{language}{address(draft_call)}/preview"))

    words = {"fi": "Miten sitä kokeillaan", "sv": "Hur den prövas", "en": "How it is tested"}
    assert words[language] in seen


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.EXPERIMENTER, Role.DECISION_MAKER])
def test_others_do_not_write_questions(draft_call, person, as_person, role):
    page(as_person(person("Tiina Talvi", role)), address(draft_call), status=403)
