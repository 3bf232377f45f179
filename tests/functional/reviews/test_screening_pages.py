"""Screening in the browser: the checklist, a supplement and its answer, and turning away."""

from io import BytesIO

import pytest
import sqlalchemy as sa
from lxml import html

from grantengine.outbox import Message
from grantengine.reviews import applying, together
from grantengine.reviews.lifecycle import ApplicationStatus
from grantengine.reviews.models import Application
from grantengine.web.mail import compose
from tests.support import reviews
from tests.support.visitor import page, send, text_of

CHECKED = {
    f"check_{code}": "yes"
    for code in ("applicant", "experiment", "goal", "costs", "other_funding", "sanctions")
}
ASKED = {"outcome": "supplement_asked", "note": "Mikä on mittari?", "due_on": "2026-10-30"}


@pytest.fixture
def sent(app_database, clock, call, maija):
    """The id of Maija's application, after the call has closed."""
    with app_database.transaction() as session:
        current = session.merge(call)
        draft = reviews.a_draft(session, current, maija)
        session.flush()
        card = reviews.a_card(current)
        found = applying.submit_application(session, draft.id, card, now=reviews.OPENS)
    clock.set_to(reviews.CLOSES)
    return found.id


@pytest.fixture
def official(as_person, presenter):
    """The presenter's browser, in English."""
    browser = as_person(presenter)
    page(browser, "/calls?lang=en")
    return browser


def screened(browser, application_id, **typed):
    place = f"/decisions/applications/{application_id}"
    return send(browser, place, to=f"{place}/screening", **typed)


def status_of(database, application_id):
    with database.reading() as session:
        return session.get_one(Application, application_id).status


def words_of(answer):
    return text_of(html.fromstring(answer.get_data(as_text=True)))


def test_what_meets_every_point_goes_to_review(official, sent, app_database):
    answer = screened(official, sent, outcome="eligible", **CHECKED)

    assert answer.status_code == 302
    assert status_of(app_database, sent) == ApplicationStatus.ELIGIBLE


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"outcome": "eligible"}, "Check this point before the application goes to review."),
        ({"outcome": "eligible", **CHECKED, "check_goal": "no"}, "meets this point"),
        ({"outcome": "inadmissible"}, "Why it is turned away: This is needed."),
        ({"outcome": "inadmissible", "reason": "other"}, "Give the reason in words."),
        (ASKED | {"note": " "}, "Say what is missing."),
        (ASKED | {"due_on": "2026-10-13"}, "Choose a day to come."),
        ({"outcome": "decided"}, "Not a valid choice"),
        ({}, "Choose what follows."),
    ],
)
def test_a_finding_that_lacks_something_is_named(official, sent, app_database, typed, sentence):
    answer = screened(official, sent, **typed)

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    assert status_of(app_database, sent) == ApplicationStatus.SUBMITTED


def test_a_supplement_is_asked_for_by_letter_and_answered_with_a_file(
    app, official, as_person, maija, sent, app_database, settings
):
    assert screened(official, sent, **ASKED).status_code == 302
    with app_database.reading() as session, app.app_context():
        query = sa.select(Message).where(Message.letter == "supplement_asked")
        letter = compose(session.scalars(query).one(), settings).get_body(("plain",)).get_content()
    assert "Mikä on mittari?" in letter
    assert "30.10.2026 klo\N{NO-BREAK SPACE}23.59" in letter
    applicant = as_person(maija)
    assert "Mikä on mittari?" in text_of(page(applicant, f"/applications/{sent}"))
    assert page(applicant, "/desk").xpath("//a[contains(@href, '#supplement')]")

    path = f"/applications/{sent}"
    file = (BytesIO(b"%PDF-1.7\nmittari"), "mittari.pdf")
    answer = send(applicant, path, to=f"{path}/supplement", reply="Matkojen määrä.", file=file)

    assert answer.status_code == 303
    assert status_of(app_database, sent) == ApplicationStatus.SUBMITTED
    seen = text_of(page(official, f"/decisions/applications/{sent}"))
    assert "Matkojen määrä." in seen
    assert "mittari.pdf" in seen
    assert screened(official, sent, outcome="eligible", **CHECKED).status_code == 302


def test_who_applies_together_may_answer_too_and_nobody_else(
    official, as_person, person, sent, app_database
):
    olli, path = person("Olli Ojala"), f"/applications/{sent}"
    with app_database.transaction() as session:
        maija_id = session.get_one(Application, sent).applicant_id
        invited = together.invite_co_applicant(
            session, sent, olli.email, now=reviews.CLOSES, actor_id=maija_id
        )
        together.accept_invitation(session, invited.token, olli, now=reviews.CLOSES)
    screened(official, sent, **ASKED)
    co_applicant = as_person(olli)

    assert send(official, path, to=f"{path}/supplement", reply="Minä.").status_code == 404
    assert page(co_applicant, path).get_element_by_id("supplement") is not None
    answer = send(co_applicant, path, to=f"{path}/supplement", reply="Matkojen määrä.")

    assert answer.status_code == 303
    assert status_of(app_database, sent) == ApplicationStatus.SUBMITTED


def test_an_empty_or_unasked_answer_is_refused(official, as_person, maija, sent, app_database):
    applicant, path = as_person(maija), f"/applications/{sent}"
    assert send(applicant, path, to=f"{path}/supplement", reply="Ehkä.").status_code == 409
    screened(official, sent, **ASKED)

    file = (BytesIO(b"%PDF-1.7\nmittari"), "mittari.pdf")
    empty = send(applicant, path, to=f"{path}/supplement", reply=" ", file=file)
    wrong = (BytesIO(b"MZ"), "mittari.exe")
    refused = send(applicant, path, to=f"{path}/supplement", reply="Tässä.", file=wrong)

    assert (empty.status_code, refused.status_code) == (422, 422)
    assert status_of(app_database, sent) == ApplicationStatus.SUPPLEMENT_ASKED
    assert "mittari.pdf" not in text_of(page(applicant, path))


def test_a_supplement_that_never_came_lets_the_application_be_turned_away(
    official, as_person, maija, sent, app_database
):
    screened(official, sent, **ASKED)

    assert screened(official, sent, outcome="inadmissible", reason="unanswered").status_code == 302

    assert status_of(app_database, sent) == ApplicationStatus.INADMISSIBLE
    seen = page(as_person(maija), f"/sv/applications/{sent}")
    assert "Den begärda kompletteringen kom inte i tid." in text_of(seen)
    # The grounds of the proposal begin with the reason, in the language of the application.
    begun = page(official, f"/en/decisions/applications/{sent}").get_element_by_id("summary")
    assert begun.text.strip() == "Pyydettyä täydennystä ei saatu määräajassa."


def test_reviews_wait_for_what_is_asked_for(official, call, sent):
    screened(official, sent, **ASKED)
    place = f"/decisions/calls/{call.slug}"

    assert send(official, place, to=f"{place}/reviews").status_code == 409
