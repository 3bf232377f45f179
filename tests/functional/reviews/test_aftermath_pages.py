"""What follows a decision, in the browser: corrected, reviewed by somebody else, answered."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from grantengine.programme.lifecycle import OrganisationKind, Role
from grantengine.reviews.aftermath_models import ReviewRequest
from grantengine.reviews.models import Decision
from grantengine.web.routes import decision as decision_pages
from tests.support import pdf, reviews
from tests.support.visitor import page, send, text_of


@pytest.fixture
def decision(app_database, clock):
    """A signed rejection in English."""
    with app_database.transaction() as session:
        reviews.a_programme(session)
        application = reviews.a_reviewed_application(session, language="en")
        found = reviews.sign(
            session, reviews.a_proposal(session, application, reviews.a_rejection())
        )
    clock.set_to(reviews.DECIDED + timedelta(hours=1))
    return found


@pytest.fixture
def applicant(app_database, decision, as_person):
    """The browser of whoever applied."""
    with app_database.reading() as session:
        person = session.get_one(Decision, decision.id).application.applicant
    return as_person(person)


@pytest.fixture
def presenter(as_person, person):
    """The browser of a presenter who had no part in the decision."""
    return as_person(person("Oili Oikaisija", Role.PRESENTER))


@pytest.fixture
def maker(as_person, person):
    """The browser of another decision-maker."""
    return as_person(person("Päivi Päättäjä", Role.DECISION_MAKER))


def newest(database, kind):
    with database.reading() as session:
        return session.scalars(sa.select(kind).order_by(kind.id.desc())).first()


def ask(client, decision, **typed):
    fields = {"demand": "Award the grant.", "grounds": "The measures were overlooked."}
    return send(client, f"/en/decisions/{decision.id}/review-request", **(fields | typed))


def test_an_applicant_requests_a_review_and_an_outsider_answers_it_with_a_document(
    app_database, decision, applicant, presenter
):
    assert "Request a review" in text_of(page(applicant, f"/en/decisions/{decision.id}"))
    assert ask(applicant, decision).status_code == 303
    request = newest(app_database, ReviewRequest)
    address = f"/en/review-requests/{request.id}"
    assert "Received" in text_of(page(applicant, address))
    assert "KS/2026/00001" in text_of(page(presenter, "/en/decisions"))

    assert send(presenter, address, to=f"{address}/handler").status_code == 303
    answer = send(presenter, address, to=f"{address}/answer", outcome="kept", answer="It stays.")

    assert answer.status_code == 303
    assert "Decision kept" in text_of(page(applicant, address))
    printed = applicant.get(f"{address}.pdf")
    words = pdf.text_of(printed.data)
    printed.close()
    assert "Decision on a request for review" in words
    assert "The request is rejected." in words
    assert "administrative court" in words


def test_a_late_request_is_answered_clearly_and_nothing_typed_is_lost(
    app_database, decision, applicant, clock
):
    clock.set_to(reviews.DECIDED.replace(year=2027))
    assert "The last day for a request was" in text_of(
        page(applicant, f"/en/decisions/{decision.id}/review-request")
    )

    answer = ask(applicant, decision, grounds="")
    assert answer.status_code == 422
    assert "Award the grant." in answer.get_data(as_text=True)
    ask(applicant, decision)

    request = newest(app_database, ReviewRequest)
    assert request.is_late
    assert "It arrived after the last day" in text_of(
        page(applicant, f"/en/review-requests/{request.id}")
    )


DISMISSAL = "came after the last day"


@pytest.mark.parametrize("is_late", [False, True])
def test_only_a_late_request_can_be_answered_as_late(
    app_database, decision, applicant, presenter, clock, is_late
):
    if is_late:
        clock.set_to(reviews.DECIDED + timedelta(days=60))
    ask(applicant, decision)
    address = f"/en/review-requests/{newest(app_database, ReviewRequest).id}"
    send(presenter, address, to=f"{address}/handler")

    offered = DISMISSAL in text_of(page(presenter, address))
    answered = send(
        presenter, address, to=f"{address}/answer", outcome="dismissed", answer="Too late, sorry."
    )

    assert offered is is_late
    assert answered.status_code == (303 if is_late else 422)
    shown = answered.get_data(as_text=True)
    assert ("has to be examined" in shown and "Too late, sorry." in shown) is not is_late


def test_who_decided_is_told_that_somebody_else_answers(
    app_database, decision, applicant, as_person
):
    ask(applicant, decision)
    request = newest(app_database, ReviewRequest)
    with app_database.reading() as session:
        presenter = session.get_one(Decision, decision.id).presenter
    client = as_person(presenter)

    assert "somebody else answers" in text_of(page(client, f"/en/review-requests/{request.id}"))
    address = f"/en/review-requests/{request.id}"
    assert send(client, "/en/decisions/register", to=f"{address}/handler").status_code == 403


def test_nobody_else_reads_or_makes_a_request(decision, applicant, app_database, as_person, person):
    ask(applicant, decision)
    request = newest(app_database, ReviewRequest)
    stranger = as_person(person("Vieras Virtanen"))

    assert stranger.get(f"/review-requests/{request.id}").status_code == 404
    assert stranger.get(f"/decisions/{decision.id}/review-request").status_code == 404


def test_a_correction_is_proposed_signed_by_another_and_shown_everywhere(
    app_database, decision, presenter, maker, client
):
    address = f"/en/decisions/{decision.id}/correction"
    fields = {"outcome": "awarded", "amount": "4000", "summary": "A good experiment."}

    missing = send(presenter, address, **fields, correction="")
    assert missing.status_code == 422
    proposed = send(presenter, address, **fields, correction="A review was left out.")
    assert proposed.status_code == 303
    new = newest(app_database, Decision)
    signed = send(maker, f"/en/decisions/{new.id}", to=f"/en/decisions/{new.id}/signature")
    assert signed.status_code == 302

    assert "A later version corrects" in text_of(page(maker, f"/en/decisions/{decision.id}"))
    words = text_of(page(maker, f"/en/decisions/{new.id}"))
    assert "A review was left out." in words
    assert "€4,000.00" in words
    old = newest(app_database, Decision).application_id
    assert old == new.application_id
    with app_database.reading() as session:
        first = session.get_one(Decision, decision.id)
        second = session.get_one(Decision, new.id)
    public = text_of(page(client, f"/en/verify/{first.verification_code}"))
    assert "A later version corrects this decision" in public
    assert "version 2" in text_of(page(client, "/en/decisions/register"))
    printed = maker.get(f"/decisions/{new.id}.pdf")
    said = "".join(pdf.text_of(printed.data).split())
    printed.close()
    assert first.verification_code in said
    assert second.verification_code in said


def test_a_presenter_proposes_an_award_that_waits_for_the_crowd(
    app_database, clock, presenter, maker
):
    with app_database.transaction() as session:
        reviews.a_programme(session)
        application = reviews.a_reviewed_application(session, language="en")
    address = f"/en/decisions/applications/{application.id}"
    fields = {"outcome": "awarded", "amount": "4000", "summary": "Good.", "crowd_goal": "1000"}

    refused = send(presenter, address, to=f"{address}/proposal", **fields)
    assert refused.status_code == 422
    clock.set_to(reviews.DECIDED)
    accepted = send(
        presenter, address, to=f"{address}/proposal", **fields, crowd_goal_until="2027-02-28"
    )
    assert accepted.status_code == 302
    proposed = newest(app_database, Decision)
    send(maker, f"/en/decisions/{proposed.id}", to=f"/en/decisions/{proposed.id}/signature")

    words = text_of(page(maker, f"/en/decisions/{proposed.id}"))
    assert "the crowd raises €1,000.00 by 28 February 2027" in words
    assert "Waits for the crowd" in words
    printed = maker.get(f"/decisions/{proposed.id}.pdf")
    said = pdf.text_of(printed.data)
    printed.close()
    assert "The award is conditional." in said
    assert "the crowd's goal has been met" in said


def test_the_register_names_no_private_person_and_goes_on_over_pages(
    app_database, decision, client, monkeypatch
):
    with app_database.transaction() as session:
        other = reviews.a_reviewed_application(session, organisation_name="Aino Yksityinen")
        other.organisation_kind = OrganisationKind.PRIVATE_PERSON
        session.flush()
        reviews.sign(session, reviews.a_proposal(session, other, reviews.a_rejection()))
    monkeypatch.setattr(decision_pages, "_PAGE_SIZE", 1)

    first = page(client, "/en/decisions/register")
    second = page(client, first.xpath("//a[@rel='next']/@href")[0])

    words = text_of(first) + text_of(second)
    assert "A private person" in words
    assert "Aino Yksityinen" not in words
    assert {"KS/2026/00001", "KS/2026/00002"} <= set(words.split())
    assert not second.xpath("//a[@rel='next']")
