"""Decisions: proposed with grounds, signed by a second person, booked to the cent or not at all."""

from datetime import date

import pytest
import sqlalchemy as sa

from grantengine import history
from grantengine.disbursements.models import Grant, Instalment
from grantengine.ledger import audit, journal
from grantengine.ledger import queries as ledger
from grantengine.money import eur
from grantengine.outbox import Message
from grantengine.programme.lifecycle import ExperimentStatus, OrganisationKind, Role
from grantengine.programme.models import Experiment, Organisation
from grantengine.reviews import applying, queries
from grantengine.reviews.errors import (
    AlreadyDecidedError,
    AwardAmountError,
    ConflictOfInterestError,
    EnvelopeShortError,
    GroundsMissingError,
    PayeeAccountMissingError,
    ReviewsMissingError,
    SamePersonDecidesError,
)
from grantengine.reviews.lifecycle import (
    ApplicationStatus,
    CallStatus,
    DecisionOutcome,
    DecisionStatus,
)
from grantengine.reviews.models import Decision
from grantengine.transitions import IllegalMoveError
from tests.support.reviews import (
    CLOSES,
    DECIDED,
    a_call,
    a_person,
    a_programme,
    a_proposal,
    a_rejection,
    a_reviewed_application,
    a_submitted_application,
    an_award,
    an_official,
    finish_reviews,
    screen,
    send_to_review,
    sign,
    some_reviewers,
    status_of_call,
)
from tests.support.threads import outcomes_of


@pytest.fixture
def session(database):
    with database.transaction() as session:
        a_programme(session)
        yield session


@pytest.fixture
def application(session):
    return a_reviewed_application(session)


def reviewed_together(session, call, count, **wishes):
    some_reviewers(session)
    found = [a_submitted_application(session, call, **wishes) for _ in range(count)]
    send_to_review(session, call)
    for each in found:
        session.refresh(each, ["reviews"])
        finish_reviews(session, each)
    session.flush()
    return found


def test_a_decision_is_not_proposed_before_every_review_is_in(session):
    call = a_call(session)
    some_reviewers(session)
    application = a_submitted_application(session, call)
    with pytest.raises(IllegalMoveError):
        a_proposal(session, application)
    send_to_review(session, call)
    session.refresh(application, ["reviews"])
    finish_reviews(session, application, 5)
    session.flush()

    with pytest.raises(ReviewsMissingError) as refusal:
        a_proposal(session, application)

    assert refusal.value.details == {"application": application.id, "done": 1, "wanted": 2}


@pytest.mark.parametrize(
    "proposal",
    [
        an_award(summary=" \n"),
        an_award(summary="\x00"),
        an_award(outcome=DecisionOutcome.REJECTED, amount=None, summary=""),
    ],
)
def test_a_decision_needs_grounds_in_words(session, application, proposal):
    with pytest.raises(GroundsMissingError) as refusal:
        a_proposal(session, application, proposal)

    assert refusal.value.details == {"criterion": "summary"}


@pytest.mark.parametrize(
    ("proposal", "reason"),
    [
        (an_award("4500.01"), "above_applied"),
        (an_award("0"), "not_positive"),
        (an_award("-1"), "not_positive"),
        (an_award(amount=None), "not_positive"),
        (an_award("1", outcome=DecisionOutcome.REJECTED), "not_awarded"),
        (an_award("1", outcome=DecisionOutcome.INADMISSIBLE), "not_awarded"),
    ],
)
def test_an_amount_is_above_zero_and_at_most_what_was_applied_for(
    session, application, proposal, reason
):
    with pytest.raises(AwardAmountError) as refusal:
        a_proposal(session, application, proposal)

    assert refusal.value.details["reason"] == reason
    assert application.decisions == []


def test_all_that_was_applied_for_and_one_cent_can_be_awarded(session, application):
    assert a_proposal(session, application, an_award("4500")).amount == eur("4500")
    assert a_proposal(session, application, an_award("0.01")).amount == eur("0.01")


def test_a_new_proposal_drops_the_one_before(session, application):
    first = a_proposal(session, application)
    second = a_proposal(session, application, a_rejection())

    assert (first.status, second.status) == (DecisionStatus.DROPPED, DecisionStatus.PROPOSED)
    assert queries.decisions_to_sign(session) == [second]
    with pytest.raises(IllegalMoveError):
        sign(session, first)


def test_who_presents_does_not_decide(session, application):
    decision = a_proposal(session, application)

    with pytest.raises(SamePersonDecidesError):
        sign(session, decision, by=an_official(session))
    assert decision.status == DecisionStatus.PROPOSED


def test_the_database_holds_the_rule_of_four_eyes_by_itself(database):
    with database.transaction() as session:
        a_programme(session)
        decision = a_proposal(session, a_reviewed_application(session))
    signed = {
        "status": "signed",
        "signed_at": DECIDED,
        "verification_code": "x",
        "decision_maker_id": decision.presenter_id,
    }

    with (
        pytest.raises(sa.exc.IntegrityError, match="four_eyes"),
        database.transaction() as session,
    ):
        session.execute(sa.update(Decision).values(**signed))


def test_nobody_presents_or_decides_their_own_application(session):
    official = a_person(session, "Virkamies Hakija", Role.PRESENTER)
    application = a_reviewed_application(session, applicant=official)

    with pytest.raises(ConflictOfInterestError):
        a_proposal(session, application, presenter=official)
    other = a_person(session, "Toinen Esittelijä", Role.PRESENTER)
    decision = a_proposal(session, application, presenter=other)
    with pytest.raises(ConflictOfInterestError):
        sign(session, decision, by=official)


def test_an_award_starts_its_experiment_and_binds_its_money_to_the_cent(session, application):
    decision = sign(session, a_proposal(session, application, an_award("3333.33")))
    session.flush()

    experiment = session.get_one(Experiment, decision.experiment_id)
    grant = session.get_one(Grant, decision.grant_id)
    assert (experiment.status, experiment.title) == (ExperimentStatus.RUNNING, "Kyläkyyti")
    assert experiment.owner_id == application.applicant_id
    assert experiment.organisation.name == "Kylä ry"
    assert (grant.amount, grant.case_number) == (eur("3333.33"), application.case_number)
    assert grant.decision_id == decision.id
    assert ledger.balance(session, f"budget:small:committed:{grant.id}") == eur("3333.33")
    assert ledger.balance(session, "budget:small:available") == eur("96666.67")
    planned = session.scalars(sa.select(Instalment).order_by(Instalment.number)).all()
    assert [(each.amount, each.due_on, each.opens_on_learning) for each in planned] == [
        (eur("2333.33"), date(2026, 11, 18), False),
        (eur("1000.00"), date(2027, 5, 3), True),
    ]
    awarded = [each for each in journal.all_entries(session) if each.kind == "awarded"]
    assert [each.about for each in awarded] == [grant.id]
    assert audit.verify(session).is_clean


def test_a_signed_decision_keeps_what_its_document_says(session, application):
    decision = sign(session, a_proposal(session, application))

    assert decision.status == DecisionStatus.SIGNED
    assert decision.signed_at == DECIDED
    assert queries.decision_by_code(session, decision.verification_code) is decision
    assert decision.content["presenter"] == an_official(session).name
    assert decision.content["standing"] == {
        "rank": 1,
        "applications": 1,
        "group": "fund",
        "interval": [1, 1],
        "ticket": None,
        "mean_tenths": 40,
        "criteria_tenths": dict.fromkeys(
            ["need", "novelty", "testability", "learning", "feasibility"], 40
        ),
    }
    assert [each.status for each in history.history_of(session, decision.id)] == [
        "proposed",
        "signed",
    ]


def test_a_decided_case_is_decided_once(session, application):
    decision = sign(session, a_proposal(session, application))

    for act in (
        lambda: sign(session, decision),
        lambda: a_proposal(session, application),
    ):
        with pytest.raises(AlreadyDecidedError) as refusal:
            act()
        assert refusal.value.details["case_number"] == application.case_number
    with pytest.raises(IllegalMoveError):
        applying.withdraw_application(session, application.id, now=DECIDED, actor_id=None)


def test_a_rejection_books_nothing(session, application):
    before = len(list(journal.all_entries(session)))

    decision = sign(session, a_proposal(session, application, a_rejection()))
    session.flush()

    assert (decision.experiment_id, decision.grant_id) == (None, None)
    assert len(list(journal.all_entries(session))) == before
    assert session.scalar(sa.select(sa.func.count()).select_from(Experiment)) == 0


def test_the_applicant_is_written_to_in_the_language_of_the_application(session):
    application = a_reviewed_application(session, language="sv")
    sign(session, a_proposal(session, application, a_rejection()))
    session.commit()  # Letters are written at the commit.

    (letter,) = session.scalars(sa.select(Message).where(Message.letter == "decision_made"))
    assert (letter.language, letter.recipient) == ("sv", application.applicant.email)
    assert letter.facts["outcome"] == "rejected"


def test_an_award_without_a_bank_account_is_refused(session):
    application = a_reviewed_application(session, iban=None)
    decision = a_proposal(session, application)

    with pytest.raises(PayeeAccountMissingError) as refusal:
        sign(session, decision)
    assert refusal.value.details == {"case_number": application.case_number}


def test_an_envelope_one_cent_short_leaves_nothing_half_done(database):
    with database.transaction() as session:
        a_programme(session, small="3999.99")
        application = a_reviewed_application(session)
        decision = a_proposal(session, application)
        maker = an_official(session, Role.DECISION_MAKER)

    with pytest.raises(EnvelopeShortError) as refusal, database.transaction() as session:
        sign(session, decision, by=maker)

    assert refusal.value.details == {
        "envelope": "small",
        "available": eur("3999.99"),
        "wanted": eur("4000"),
    }
    with database.reading() as session:
        for table in (Experiment, Grant, Organisation):
            assert session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
        assert {each.kind for each in journal.all_entries(session)} == {"appropriated", "allotted"}
        kept = queries.decision(session, decision.id)
        assert (kept.status, kept.signed_at, kept.grant_id) == ("proposed", None, None)
        assert kept.application.status == ApplicationStatus.IN_REVIEW
        assert session.scalars(sa.select(Message.letter)).all().count("decision_made") == 0
        assert audit.verify(session).is_clean
    with database.transaction() as session:
        sign(session, a_proposal(session, application, an_award("3999.99")), by=maker)


def test_one_body_with_two_grants_is_registered_once(session):
    call = a_call(session)
    for application in reviewed_together(session, call, 2):
        sign(session, a_proposal(session, application))

    assert len(session.scalars(sa.select(Organisation)).all()) == 1
    assert {each.slug for each in session.scalars(sa.select(Experiment))} == {
        "kylakyyti",
        "kylakyyti-2",
    }


def test_working_groups_of_other_names_are_bodies_of_their_own(session):
    call = a_call(session)
    group = {"organisation_kind": OrganisationKind.WORKING_GROUP, "business_id": None}
    some_reviewers(session)
    found = [
        a_submitted_application(session, call, organisation_name=name, **group)
        for name in ("Talkoot", "Naapurit", "Talkoot")
    ]
    send_to_review(session, call)
    for each in found:
        session.refresh(each, ["reviews"])
        finish_reviews(session, each)
        sign(session, a_proposal(session, each))

    names = session.scalars(sa.select(Organisation.name).order_by(Organisation.name)).all()
    assert names == ["Naapurit", "Talkoot"]


def test_the_inadmissible_are_decided_as_such_and_never_ranked(session):
    call = a_call(session)
    turned_away = a_submitted_application(session, call)
    screen(session, turned_away, ApplicationStatus.INADMISSIBLE, note="Myöhässä.")
    application = a_reviewed_application(session, call)
    with pytest.raises(ReviewsMissingError):
        a_proposal(session, turned_away, a_rejection())

    outcome = a_rejection(DecisionOutcome.INADMISSIBLE)
    first = sign(session, a_proposal(session, turned_away, outcome))
    assert first.content["standing"] is None
    assert call.status == CallStatus.IN_REVIEW
    second = sign(session, a_proposal(session, application))

    assert second.content["standing"]["applications"] == 1
    assert call.status == CallStatus.DECIDED


def test_a_call_is_decided_with_its_last_application(session):
    call = a_call(session)
    first, second, third = reviewed_together(session, call, 3)

    sign(session, a_proposal(session, first))
    sign(session, a_proposal(session, second, a_rejection()))
    assert call.status == CallStatus.IN_REVIEW
    applying.withdraw_application(session, third.id, now=DECIDED, actor_id=third.applicant_id)
    assert call.status == CallStatus.DECIDED


def test_a_withdrawal_drops_the_proposal(session, application):
    decision = a_proposal(session, application)

    applying.withdraw_application(
        session, application.id, now=DECIDED, actor_id=application.applicant_id
    )

    assert decision.status == DecisionStatus.DROPPED
    assert queries.decisions_to_sign(session) == []
    with pytest.raises(IllegalMoveError):
        sign(session, decision)


def signing(database, decision, maker):
    def act():
        with database.transaction() as session:
            return sign(session, decision, by=maker).grant_id

    return act


def test_two_who_sign_at_once_make_one_award(postgresql_database):
    database = postgresql_database
    with database.transaction() as session:
        a_programme(session)
        decision = a_proposal(session, a_reviewed_application(session))
        makers = [
            a_person(session, name, Role.DECISION_MAKER) for name in ("Päättäjä A", "Päättäjä B")
        ]

    outcomes = outcomes_of(*[signing(database, decision, maker) for maker in makers])

    assert sorted(type(each).__name__ for each in outcomes) == ["AlreadyDecidedError", "str"]
    with database.reading() as session:
        assert len(session.scalars(sa.select(Grant)).all()) == 1
        assert len(session.scalars(sa.select(Experiment)).all()) == 1
        assert ledger.balance(session, "budget:small:available") == eur("96000")
        assert audit.verify(session).is_clean


def test_many_signed_at_once_never_pass_the_envelope_and_the_call_is_decided(postgresql_database):
    database = postgresql_database
    with database.transaction() as session:
        a_programme(session, small="9000")
        call = a_call(session)
        found = reviewed_together(session, call, 4)
        decisions = [a_proposal(session, each) for each in found]
        maker = an_official(session, Role.DECISION_MAKER)

    outcomes = outcomes_of(*[signing(database, each, maker) for each in decisions])

    short = [each for each in outcomes if isinstance(each, EnvelopeShortError)]
    assert len(short) == 2
    with database.transaction() as session:
        assert ledger.balance(session, "budget:small:available") == eur("1000")
        assert audit.verify(session).is_clean
        waiting = queries.decisions_to_sign(session)
        left = [a_proposal(session, each.application, a_rejection()) for each in waiting]

    # The last two at once: whoever comes second sees what the first did.
    outcomes_of(*[signing(database, each, maker) for each in left])
    assert status_of_call(database, call) == CallStatus.DECIDED


def test_signing_proposing_and_withdrawing_at_once_never_lock_each_other_out(postgresql_database):
    database = postgresql_database
    with database.transaction() as session:
        a_programme(session)
        call = a_call(session)
        found = reviewed_together(session, call, 3)
        decisions = [a_proposal(session, each) for each in found]
        maker = an_official(session, Role.DECISION_MAKER)
        presenter = an_official(session)

    def proposing(application):
        def act():
            with database.transaction() as session:
                a_proposal(session, application, a_rejection(), presenter=presenter)

        return act

    def withdrawing(application):
        def act():
            with database.transaction() as session:
                applying.withdraw_application(
                    session, application.id, now=CLOSES, actor_id=application.applicant_id
                )

        return act

    allowed = (AlreadyDecidedError, IllegalMoveError)
    for application, decision in zip(found, decisions, strict=True):
        outcomes = outcomes_of(
            signing(database, decision, maker), proposing(application), withdrawing(application)
        )
        errors = [each for each in outcomes if isinstance(each, Exception)]
        assert all(isinstance(each, allowed) for each in errors), errors
    with database.reading() as session:
        assert audit.verify(session).is_clean
