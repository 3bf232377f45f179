"""Deciding: proposed by one, signed by another, printed, checked, and never over the envelope."""

import hashlib

import pytest
import sqlalchemy as sa

from grantengine.ledger import audit
from grantengine.ledger import queries as ledger
from grantengine.ledger import service as ledger_service
from grantengine.ledger.entries import Entry, Transfer
from grantengine.money import eur
from grantengine.outbox import Message
from grantengine.programme.lifecycle import OrganisationKind, Role
from grantengine.programme.models import Experiment, Organisation, PersonRole
from grantengine.reviews import assigning, batching, service
from grantengine.reviews.lifecycle import ApplicationStatus, DecisionStatus
from grantengine.reviews.models import Application, Decision
from grantengine.web.mail import compose, plain_text_of
from tests.support import pdf, reviews
from tests.support.visitor import LANGUAGES, counted_queries, page, send, text_of


@pytest.fixture
def applications(app_database, call, clock):
    """Three applications with their reviews, the best first, in three languages."""
    with app_database.transaction() as session:
        reviews.some_reviewers(session)
        found = []
        for number, language in enumerate(LANGUAGES):
            applicant = reviews.a_person(session, f"Hakija {number}", language=language)
            wishes = {"title": f"Kokeilu {number}", "language": language}
            wishes |= {"business_id": None, "organisation_kind": OrganisationKind.WORKING_GROUP}
            wishes |= {"organisation_name": f"Ryhmä {number}"}
            found.append(reviews.a_submitted_application(session, call, applicant, **wishes))
        reviews.send_to_review(session, call)
        for points, application in zip((5, 4, 2), found, strict=True):
            session.refresh(application, ["reviews"])
            reviews.finish_reviews(session, application, points, points)
    clock.set_to(reviews.DECIDED)
    return found


@pytest.fixture
def at_presenter(as_person, presenter):
    """The presenter's browser."""
    return as_person(presenter)


@pytest.fixture
def at_maker(as_person, decision_maker):
    """The decision-maker's browser."""
    return as_person(decision_maker)


@pytest.fixture
def by_rank(applications, at_presenter, call):
    """Propose everything by the ranking."""
    address = f"/decisions/calls/{call.slug}"
    answer = send(at_presenter, address, to=f"{address}/proposals")
    assert answer.status_code == 302


def decisions(database):
    with database.reading() as session:
        query = sa.select(Decision).join(Application, Application.id == Decision.application_id)
        return list(session.scalars(query.order_by(Application.case_number)))


def propose(browser, application, **fields):
    address = f"/decisions/applications/{application.id}"
    words = {"outcome": "awarded", "amount": "4500", "summary": "Hyvä kokeilu."}
    return send(browser, address, to=f"{address}/proposal", **(words | fields))


def sign(browser, decision):
    return send(browser, "/decisions", to=f"/decisions/{decision.id}/signature")


def sign_all(browser, address):
    answer = send(browser, address, to=f"{address}/signatures")
    assert answer.status_code == 303
    return answer.headers["Location"]


def carry_out(database, clock, place):
    batch_id = place.rpartition("/")[2].partition("?")[0]
    batching.sign_batch(database, clock, batch_id=batch_id)


def spend_all_but(session, left):
    available = ledger.balance(session, "budget:small:available")
    entry = Entry(
        key="test:spent",
        kind="unallotted",
        about="test",
        effective_on=reviews.DECIDED.date(),
        transfers=[Transfer("budget:small:available", "budget:unallotted", available - left)],
    )
    ledger_service.post(session, entry, now=reviews.DECIDED)


def test_a_call_is_screened_reviewed_ranked_and_proposed_by_clicking(
    app_database, call, clock, at_presenter
):
    with app_database.transaction() as session:
        reviews.some_reviewers(session)
        reviews.a_submitted_application(session, call)
    clock.set_to(reviews.CLOSES)
    with app_database.transaction() as session:
        service.advance_due_calls(session, now=reviews.CLOSES)
    address = f"/decisions/calls/{call.slug}"

    refused = send(at_presenter, address, to=f"{address}/reviews")
    send(at_presenter, address, to=f"{address}/eligibility")
    begun = send(at_presenter, address, to=f"{address}/reviews")

    assert refused.status_code == 409
    assert begun.status_code == 302
    with app_database.reading() as session:
        application = session.scalars(sa.select(Application)).one()
        assert application.status == ApplicationStatus.IN_REVIEW
        assert len(application.reviews) == 2


def test_the_ranking_stands_beside_the_money_and_the_regions(applications, at_presenter, call):
    words = text_of(page(at_presenter, f"/en/decisions/calls/{call.slug}"))

    assert words.index("Kokeilu 0") < words.index("Kokeilu 1") < words.index("Kokeilu 2")
    assert "€100,000 free in the envelope" in words
    assert "The whole country 3 0" in words


def test_proposals_by_the_ranking_follow_the_money_and_speak_the_applicants_language(
    by_rank, app_database, applications
):
    found = decisions(app_database)

    assert [each.outcome for each in found] == ["awarded"] * 3
    summaries = [each.grounds["summary"] for each in found]
    assert summaries[0].startswith("Hakemus sijoittui vertailussa sijalle 1")
    assert summaries[1].startswith("Ansökan placerade sig på plats 2")
    assert summaries[2].startswith("The application came in place 3 of 3")


def test_whoever_presents_cannot_sign_even_with_both_roles(
    applications, at_presenter, presenter, app_database
):
    propose(at_presenter, applications[0])
    decision = decisions(app_database)[0]
    assert sign(at_presenter, decision).status_code == 403
    with app_database.transaction() as session:
        session.add(PersonRole(person_id=presenter.id, role=Role.DECISION_MAKER))

    answer = sign(at_presenter, decision)

    assert answer.status_code == 403
    assert decisions(app_database)[0].status == DecisionStatus.PROPOSED


def test_a_decision_maker_cannot_propose(applications, at_maker, app_database):
    assert propose(at_maker, applications[0]).status_code == 403
    assert decisions(app_database) == []


def test_a_signed_award_is_money_an_experiment_a_letter_and_a_pdf(
    app, applications, at_presenter, at_maker, app_database, settings, as_person
):
    propose(at_presenter, applications[0])
    decision = decisions(app_database)[0]

    answer = sign(at_maker, decision)

    assert answer.status_code == 302
    signed = decisions(app_database)[0]
    with app_database.reading() as session:
        committed = ledger.balance(session, f"budget:small:committed:{signed.grant_id}")
        assert committed == eur("4500")
        assert session.get_one(Experiment, signed.experiment_id).title == "Kokeilu 0"
        letters = session.scalars(sa.select(Message).where(Message.letter == "decision_made"))
        with app.app_context():
            letter = compose(letters.one(), settings)
    assert letter["To"] == "hakija-0@hakija-0.example"
    assert f"/decisions/{signed.id}" in plain_text_of(letter)
    printed = at_maker.get(f"/decisions/{signed.id}.pdf")
    assert printed.content_type == "application/pdf"
    content = printed.data
    printed.close()
    words = pdf.text_of(content)
    assert "KS/2026/00001" in words
    assert "4 500,00 €" in words
    # The printed code may be broken over two lines.
    assert signed.verification_code in "".join(words.split())
    assert decisions(app_database)[0].pdf_sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_rejection_is_printed_with_its_reasons_in_the_applications_language(
    applications, at_presenter, at_maker, app_database, number
):
    reason = "Perustelu, jonka hakija lukee."
    propose(at_presenter, applications[number], outcome="rejected", summary=reason)
    sign(at_maker, decisions(app_database)[0])

    printed = at_maker.get(f"/decisions/{decisions(app_database)[0].id}.pdf")

    words = pdf.text_of(printed.data)
    printed.close()
    assert reason in words
    heading = ("oikaisuvaatimus", "omprövning", "review")[number]
    assert heading in words.lower()


def test_the_applicant_reads_the_decision_once_it_is_signed_and_nobody_elses(
    applications, at_presenter, at_maker, app_database, as_person
):
    propose(at_presenter, applications[0])
    decision = decisions(app_database)[0]
    with app_database.reading() as session:
        owner, other = (
            session.get_one(Application, each.id).applicant for each in applications[:2]
        )
    owner, other = as_person(owner), as_person(other)

    assert owner.get(f"/decisions/{decision.id}").status_code == 404
    sign(at_maker, decision)

    assert owner.get(f"/decisions/{decision.id}").status_code == 200
    got = owner.get(f"/decisions/{decision.id}.pdf")
    assert got.status_code == 200
    got.close()
    assert other.get(f"/decisions/{decision.id}").status_code == 404
    assert other.get(f"/decisions/{decision.id}.pdf").status_code == 404


def test_anybody_can_check_a_decision_and_meets_no_name(
    client, applications, at_presenter, at_maker, app_database
):
    propose(at_presenter, applications[0])
    decision = decisions(app_database)[0]
    sign(at_maker, decision)
    at_maker.get(f"/decisions/{decision.id}.pdf").close()
    signed = decisions(app_database)[0]

    words = text_of(page(client, f"/en/verify/{signed.verification_code}"))

    assert "KS/2026/00001" in words
    assert "€4,500.00" in words
    assert signed.pdf_sha256 in words
    for name in ("Hakija", "Ryhmä", "Pirjo", "Raimo", "Arvioija"):
        assert name not in words
    assert client.get("/verify/not-a-code").status_code == 404


def test_an_envelope_one_cent_short_refuses_and_leaves_nothing_half_done(
    applications, at_presenter, at_maker, app_database, call
):
    with app_database.transaction() as session:
        spend_all_but(session, eur("4499.99"))
    page(at_maker, "/decisions?lang=en")
    propose(at_presenter, applications[0])
    decision = decisions(app_database)[0]

    answer = sign(at_maker, decision)

    assert answer.status_code == 409
    assert "€4,499.99 left" in answer.get_data(as_text=True)
    after = decisions(app_database)[0]
    assert (after.status, after.content, after.grant_id) == (DecisionStatus.PROPOSED, None, None)
    with app_database.reading() as session:
        application = session.get_one(Application, applications[0].id)
        assert application.status == ApplicationStatus.IN_REVIEW
        assert session.scalars(sa.select(Experiment)).all() == []
        assert session.scalars(sa.select(Organisation)).all() == []
        assert (
            session.scalars(sa.select(Message).where(Message.letter == "decision_made")).all() == []
        )
        assert audit.verify(session).is_clean


def test_all_of_a_call_is_signed_at_once_and_what_is_refused_is_named(
    by_rank, applications, at_maker, app_database, call, clock
):
    with app_database.transaction() as session:
        spend_all_but(session, eur("9000"))
    address = f"/decisions/calls/{call.slug}"
    page(at_maker, "/decisions?lang=en")

    place = sign_all(at_maker, address)
    before = at_maker.get(place)
    carry_out(app_database, clock, place)
    after = at_maker.get(place)
    words = text_of(page(at_maker, place))

    signed = [each.status for each in decisions(app_database)]
    assert signed.count(DecisionStatus.SIGNED) == 2
    assert "0 of 3 decisions" in before.get_data(as_text=True)
    assert before.headers["Refresh"] == "3"
    assert "Refresh" not in after.headers
    assert "3 of 3 decisions" in words
    assert "The envelope has" in words


def test_signing_all_again_goes_on_and_the_call_ends_when_everything_is_decided(
    by_rank, at_maker, app_database, call, clock
):
    address = f"/decisions/calls/{call.slug}"

    place = sign_all(at_maker, address)
    again = send(at_maker, address, to=f"{address}/signatures")
    carry_out(app_database, clock, place)
    carry_out(app_database, clock, place)

    assert again.status_code == 409

    assert [each.status for each in decisions(app_database)] == [DecisionStatus.SIGNED] * 3
    assert reviews.status_of_call(app_database, call) == "decided"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"amount": "4500,01"}, "at most what was applied for"),
        ({"amount": "0"}, "above zero"),
        ({"amount": ""}, "above zero"),
        ({"summary": "  "}, "reasons in words"),
        ({"outcome": ""}, "Choose one of the two"),
        ({"amount": "tonni"}, "Write the amount"),
    ],
)
def test_a_proposal_that_cannot_stand_is_refused_with_a_sentence(
    applications, at_presenter, app_database, wrong, sentence
):
    page(at_presenter, "/decisions?lang=en")

    answer = propose(at_presenter, applications[0], **wrong)

    assert answer.status_code == 422
    assert sentence in answer.get_data(as_text=True)
    assert decisions(app_database) == []


def test_whoever_is_turned_away_at_screening_gets_a_decision_with_the_reason(
    app_database, call, clock, at_presenter, at_maker
):
    with app_database.transaction() as session:
        application = reviews.a_submitted_application(session, call)
    clock.set_to(reviews.CLOSES)
    address = f"/decisions/applications/{application.id}"
    page(at_presenter, "/decisions?lang=en")

    silent = send(at_presenter, address, to=f"{address}/screening", outcome="inadmissible", note="")
    send(
        at_presenter,
        address,
        to=f"{address}/screening",
        outcome="inadmissible",
        reason="applicant",
        note="Ei y-tunnusta.",
    )
    send(at_presenter, address, to=f"{address}/proposal", summary="Hakija ei ole hakukelpoinen.")
    sign(at_maker, decisions(app_database)[0])

    assert silent.status_code == 422
    signed = decisions(app_database)[0]
    assert (signed.outcome, signed.status) == ("inadmissible", DecisionStatus.SIGNED)
    printed = at_maker.get(f"/decisions/{signed.id}.pdf")
    assert "Hakija ei ole hakukelpoinen." in pdf.text_of(printed.data)
    printed.close()


@pytest.mark.parametrize("role", [Role.EXPERIMENTER, Role.REVIEWER, Role.FINANCE_OFFICER])
def test_the_desk_of_decisions_is_closed_to_others(
    applications, by_rank, as_person, person, role, call, app_database
):
    other = as_person(person("Olli Ojala", role))
    decision = decisions(app_database)[0]

    for address in ("/decisions", f"/decisions/calls/{call.slug}"):
        assert other.get(address).status_code == 403
    assert other.get(f"/decisions/{decision.id}").status_code == 404
    assert send(other, "/register", to=f"/decisions/{decision.id}/signature").status_code == 403


def test_the_register_shows_bodies_and_sums_to_everybody(
    client, by_rank, at_maker, call, app_database, clock
):
    address = f"/decisions/calls/{call.slug}"
    carry_out(app_database, clock, sign_all(at_maker, address))

    words = text_of(page(client, "/en/decisions/register"))

    assert "Ryhmä 0" in words
    assert "€4,500" in words
    assert "Hakija 0" not in words


def test_the_ranking_asks_as_often_whatever_it_shows(
    app_database, call, clock, applications, at_presenter
):
    address = f"/en/decisions/calls/{call.slug}"
    page(at_presenter, address)
    with counted_queries() as three:
        page(at_presenter, address)
    with app_database.transaction() as session:
        for number in range(3):
            applicant = reviews.a_person(session, f"Lisä {number}")
            draft = reviews.a_submitted_application(
                session, call, applicant, organisation_name=f"Lisä {number}"
            )
            reviews.screen(session, draft, ApplicationStatus.ELIGIBLE)
        assigning.assign_reviewers(session, call.id, now=reviews.DECIDED, actor_id=None)

    with counted_queries() as six:
        page(at_presenter, address)

    assert len(six) == len(three)
