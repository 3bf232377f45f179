"""Making calls: by a presenter or a steward, as drafts, published, closed before time."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from lxml import html

from grantengine.clock import HELSINKI
from grantengine.programme.lifecycle import Role
from grantengine.reviews.lifecycle import CallStatus
from grantengine.reviews.models import Call
from tests.support.reviews import CLOSES, OPENS
from tests.support.visitor import page, send, text_of

TYPED = {
    "fi-title": "Lähiruokaa kouluihin",
    "fi-purpose": "Etsimme tapoja saada *lähiruoka* koulujen pöytiin.",
    "sv-title": "Närmat i skolorna",
    "sv-purpose": "Vi söker sätt att få närmat på skolornas bord.",
    "checklist-6-fi": "Keittiön väki on mukana.",
    "checklist-6-sv": "Kökspersonalen är med.",
    "grant_min": "1 000",
    "grant_max": "4 999,50",
    "grants_target": "12",
    "opens_at": "2026-10-01T09:00",
    "closes_at": "2026-10-31T16:15",
    "use_starts_on": "2026-12-01",
    "use_ends_on": "2027-11-30",
}


@pytest.fixture
def browser(call, as_person, presenter):
    """The presenter's browser; one call is open already."""
    return as_person(presenter)


def filled(browser, path, **typed):
    """Give what the form of a page holds, with some of it typed over."""
    form = page(browser, path).xpath("//form[@class='form']")[0]
    fields = {}
    for name, value in form.form_values():
        fields.setdefault(name, []).append(value)
    return fields | typed


def made(browser, **typed):
    goal = page(browser, "/manage/calls/new").xpath("//input[@name='goal_ids']/@value")[0]
    fields = filled(browser, "/manage/calls/new", goal_ids=goal, **TYPED) | typed
    return browser.post("/manage/calls/new", data=fields), fields


def only_draft(database):
    with database.reading() as session:
        return session.scalars(sa.select(Call).where(Call.status == CallStatus.DRAFT)).one()


def words_of(answer):
    return text_of(html.fromstring(answer.get_data(as_text=True)))


def test_a_presenter_makes_a_call_that_only_officials_see(browser, client, app_database):
    answer, _fields = made(browser)

    assert answer.status_code == 303
    call = only_draft(app_database)
    assert call.title_in("sv") == "Närmat i skolorna"
    assert call.grant_max.cents == 499_950
    assert call.closes_at.astimezone(HELSINKI).isoformat() == "2026-10-31T16:15:00+02:00"
    assert [each["weight"] for each in call.rubric["criteria"]] == [25, 20, 25, 20, 10]
    seen = text_of(page(browser, f"/sv/manage/calls/{call.slug}"))
    assert "Närmat i skolorna" in seen
    assert "Kökspersonalen är med." in seen
    page(client, f"/calls/{call.slug}", status=404)


def test_the_same_form_sent_twice_makes_one_draft(browser, app_database):
    _answer, fields = made(browser)

    again = browser.post("/manage/calls/new", data=fields)

    assert again.status_code == 303
    assert again.location.endswith(only_draft(app_database).slug)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"sv-title": " "}, "Give the call a title in Finnish and in Swedish."),
        ({"closes_at": "2026-10-01T09:00"}, "A call closes after it has opened."),
        ({"grant_max": "999"}, "The largest grant is at least as large as the smallest."),
        ({"instalments-0-share": "69"}, "the shares make 100 %"),
        ({"instalments-1-days": ""}, "Each instalment has its share and its days"),
        ({"criteria-0-sv-name": ""}, "its name in Finnish and in Swedish"),
        ({f"criteria-{row}-weight": "0" for row in range(5)}, "check their weights"),
        ({"checklist-0-sv": ""}, "each says itself in Finnish and in Swedish"),
        ({"cost_share": "101"}, "Give a whole percentage from 1 to 100."),
        ({"goal_ids": []}, "Choose at least one goal."),
        ({"grants_target": "1e3"}, "Not a valid integer value."),
    ],
)
def test_what_cannot_be_is_named_beside_its_field(browser, app_database, wrong, sentence):
    page(browser, "/calls?lang=en")

    answer, _fields = made(browser, **wrong)

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    with app_database.reading() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Call)) == 1


def test_a_draft_is_changed_until_it_is_published(browser, client, app_database, clock):
    made(browser)
    path = f"/manage/calls/{only_draft(app_database).slug}"

    changed = filled(browser, f"{path}/edit", **{"fi-title": "Lähiruokaa päiväkoteihin"})
    assert browser.post(f"{path}/edit", data=changed).status_code == 303
    assert send(browser, path, to=f"{path}/publication").status_code == 303

    public = path.removeprefix("/manage")
    assert "Lähiruokaa päiväkoteihin" in text_of(page(client, f"/fi{public}"))
    page(browser, f"{path}/edit", status=409)
    assert browser.post(f"{path}/edit", data=changed).status_code == 409


def test_a_call_that_would_be_over_at_once_is_not_published(browser, app_database, clock):
    made(browser)
    call = only_draft(app_database)
    clock.set_to(call.closes_at)
    path = f"/manage/calls/{call.slug}"

    answer = send(browser, path, to=f"{path}/publication")

    assert answer.location.endswith("/edit")
    assert "Päättymisaika on mennyt" in text_of(page(browser, f"/fi{path}/edit"))
    assert only_draft(app_database).slug == call.slug


def test_a_second_window_does_not_overwrite_the_first(browser, app_database):
    made(browser)
    path = f"/manage/calls/{only_draft(app_database).slug}/edit"
    stale = filled(browser, path, **{"fi-title": "Toinen ikkuna"})
    browser.post(path, data=filled(browser, path, **{"fi-title": "Ensimmäinen ikkuna"}))

    answer = browser.post(path, data=stale)

    assert answer.status_code == 409
    assert only_draft(app_database).title_in("fi") == "Ensimmäinen ikkuna"
    assert "Toinen ikkuna" in answer.get_data(as_text=True)


def test_an_open_call_is_closed_before_its_time(
    browser, call, clock, app_database, as_person, maija
):
    clock.set_to(OPENS + timedelta(days=1))
    path = f"/manage/calls/{call.slug}"
    applicant = as_person(maija)

    assert send(browser, path, to=f"{path}/closing").status_code == 303

    with app_database.reading() as session:
        closed = session.scalars(sa.select(Call)).one()
    assert closed.status == CallStatus.CLOSED
    assert closed.closes_at == clock.now() < CLOSES
    answer = send(applicant, "/desk", to=f"/calls/{call.slug}/applications")
    assert answer.status_code == 409


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.STEWARD, 200),
        (Role.REVIEWER, 403),
        (Role.EXPERIMENTER, 403),
        (Role.DECISION_MAKER, 403),
    ],
)
def test_only_presenters_and_stewards_make_calls(call, person, as_person, role, status):
    page(as_person(person("Tiina Talvi", role)), "/manage/calls/new", status=status)
