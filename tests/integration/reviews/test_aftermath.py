"""What follows a decision: conditions met and lapsed, corrections, requests for review."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from grantengine import history
from grantengine.campaigns import bookings, chart
from grantengine.campaigns.events import CampaignSettled
from grantengine.clock import HELSINKI, FixedClock
from grantengine.disbursements.errors import GrantPaidError
from grantengine.disbursements.lifecycle import InstalmentStatus
from grantengine.disbursements.models import Grant, Instalment
from grantengine.errors import NotAllowedError
from grantengine.ledger import queries as ledger
from grantengine.ledger import service as ledger_service
from grantengine.ledger.entries import Entry, Transfer
from grantengine.money import eur
from grantengine.outbox import Message
from grantengine.programme.lifecycle import ExperimentStatus, Role
from grantengine.programme.models import Experiment
from grantengine.reviews import conditions, correcting, deciding, pooling, review_requests
from grantengine.reviews.errors import (
    AwardConditionError,
    CorrectionReasonMissingError,
    EnvelopeShortError,
    NotLatestDecisionError,
    ReviewRequestHandlerError,
    ReviewRequestOutcomeError,
    ReviewRequestTextMissingError,
    ReviewRequestWaitingError,
    SamePersonDecidesError,
)
from grantengine.reviews.lifecycle import (
    ConditionStatus,
    DecisionStatus,
    ReviewRequestStatus,
    TieKind,
)
from grantengine.transitions import IllegalMoveError
from tests.support import campaigns, reviews

UNTIL = date(2027, 2, 28)
LATER = reviews.DECIDED + timedelta(days=3)


@pytest.fixture
def session(database):
    """A transaction in a programme."""
    with database.transaction() as opened:
        reviews.a_programme(opened)
        yield opened


def conditional(amount="4000", *, goal=eur("2000"), until=UNTIL):
    return replace(reviews.an_award(amount), crowd_goal=goal, crowd_goal_until=until)


def signed(session, proposal=None):
    application = reviews.a_reviewed_application(session)
    return reviews.sign(session, reviews.a_proposal(session, application, proposal))


def at(session, decision, stage):
    return ledger.balance(session, f"budget:small:{stage}:{decision.grant_id}")


def free(session):
    return ledger.balance(session, "budget:small:available")


def statuses_of(session, decision):
    query = sa.select(Instalment.status).where(Instalment.grant_id == decision.grant_id)
    return set(session.scalars(query))


def official(session, name, role=Role.PRESENTER):
    return reviews.a_person(session, name, role)


def corrected(session, decision, proposal, *, reason="Laskuvirhe."):
    proposed = deciding.propose_correction(
        session,
        decision.id,
        proposal,
        reason=reason,
        presenter=official(session, "Oili Oikaisija"),
        now=LATER,
    )
    maker = official(session, "Päivi Päättäjä", Role.DECISION_MAKER)
    return deciding.sign_decision(session, proposed.id, decision_maker=maker, now=LATER)


def test_a_conditional_award_is_reserved_and_nothing_of_it_can_be_paid(session):
    decision = signed(session, conditional())

    assert at(session, decision, "reserved") == decision.amount
    assert at(session, decision, "committed").cents == 0
    assert statuses_of(session, decision) == {InstalmentStatus.WAITING}
    experiment = session.get_one(Experiment, decision.experiment_id)
    assert experiment.status == ExperimentStatus.PROPOSED
    assert decision.content["condition"] == {"goal_cents": 200_000, "until_on": "2027-02-28"}


def test_a_condition_whose_day_has_passed_lapses_and_its_money_is_free_again(database, session):
    before = free(session)
    decision = signed(session, conditional())
    session.commit()

    day_itself = datetime(2027, 2, 28, 23, 59, tzinfo=HELSINKI)
    conditions.lapse_due(database, FixedClock(day_itself))
    session.expire_all()
    assert decision.condition.status == ConditionStatus.WAITING
    session.commit()
    conditions.lapse_due(database, FixedClock(day_itself + timedelta(minutes=1)))
    session.expire_all()

    assert decision.condition.status == ConditionStatus.LAPSED
    assert free(session) == before
    assert at(session, decision, "reserved").cents == 0
    assert statuses_of(session, decision) == {InstalmentStatus.DROPPED}
    assert session.get_one(Grant, decision.grant_id).ended_at is not None
    experiment = session.get_one(Experiment, decision.experiment_id)
    assert experiment.status == ExperimentStatus.CANCELLED
    assert letters(session, "award_lapsed") == 1


@pytest.mark.parametrize(
    ("collected", "status"),
    [("2000", ConditionStatus.MET), ("1999.99", ConditionStatus.WAITING)],
)
def test_a_campaign_that_collects_the_goal_to_the_cent_commits_the_money(
    session, collected, status
):
    decision = signed(session, conditional())
    campaign = some_collected(session, decision, eur(collected))

    conditions.on_campaign_settled(session, campaign)

    assert decision.condition.status == status
    is_met = status is ConditionStatus.MET
    stage = "committed" if is_met else "reserved"
    assert at(session, decision, stage) == decision.amount
    opened = InstalmentStatus.OPEN in statuses_of(session, decision)
    assert opened is is_met
    assert letters(session, "award_confirmed") == is_met


def some_collected(session, decision, amount):
    """Let a campaign of the decision's experiment end with this much collected."""
    experiment = session.get_one(Experiment, decision.experiment_id)
    campaign = campaigns.a_campaign(
        session, now=LATER, experiment=experiment, deadline_at=LATER + timedelta(days=20)
    )
    on = LATER.date()
    ids = {"pledge_id": "plg_1", "campaign_id": campaign.id, "amount": amount, "on": on}
    ledger_service.open_accounts(session, [chart.provider("sandbox")], now=LATER)
    ledger_service.post(session, bookings.pledge_made(**ids, matches=[]), now=LATER)
    charged = bookings.pledge_collected(**ids, gateway="sandbox", fee=eur("0"))
    ledger_service.post(session, charged, now=LATER)
    return CampaignSettled(
        campaign_id=campaign.id,
        experiment_id=experiment.id,
        organisation_id=experiment.organisation_id,
        funded=True,
        private_net=amount,
        matched=eur("0"),
        payee_name="Kylä ry",
        payee_iban=campaign.payee_iban,
        settled_on=on,
    )


@pytest.mark.parametrize(
    ("goal", "until"),
    [
        ("0", UNTIL),
        (None, UNTIL),
        ("2000", None),
        ("2000", reviews.DECIDED.date()),
        ("2000", date(2030, 1, 1)),
    ],
)
def test_a_condition_that_cannot_be_met_is_refused(session, goal, until):
    application = reviews.a_reviewed_application(session)
    goal = eur(goal) if goal else None
    proposal = conditional(goal=goal, until=until)

    with pytest.raises(AwardConditionError):
        reviews.a_proposal(session, application, proposal)


def test_a_correction_is_a_new_version_and_the_old_one_stays(session):
    decision = signed(session)
    before = dict(decision.grounds), decision.amount, decision.pdf_sha256

    new = corrected(session, decision, reviews.an_award("4000"))

    assert (new.version, new.status) == (2, DecisionStatus.SIGNED)
    assert correcting.corrected_by(new) is decision
    assert correcting.latest_signed(decision.application) is new
    assert new.grounds["correction"] == "Laskuvirhe."
    assert (dict(decision.grounds), decision.amount, decision.pdf_sha256) == before
    assert decision.status == DecisionStatus.SIGNED
    session.commit()
    assert [each.status for each in history.history_of(session, new.id)] == ["proposed", "signed"]


@pytest.mark.parametrize("amount", ["1000", "4499.99", "4500"])
def test_the_ledger_follows_a_corrected_amount(session, amount):
    before = free(session)
    decision = signed(session, reviews.an_award("3000"))

    new = corrected(session, decision, reviews.an_award(amount))

    assert new.grant_id == decision.grant_id
    assert at(session, new, "committed") == eur(amount)
    assert free(session) == before - eur(amount)
    parts = session.get_one(Grant, new.grant_id).instalments
    live = [each.amount_cents for each in parts if each.status != InstalmentStatus.DROPPED]
    assert sum(live) == eur(amount).cents
    assert [each["amount_cents"] for each in new.content["instalments"]] == live


def test_an_award_corrected_to_a_refusal_gives_all_back(session):
    before = free(session)
    decision = signed(session)

    new = corrected(session, decision, reviews.a_rejection())

    assert free(session) == before
    assert new.grant_id is None
    experiment = session.get_one(Experiment, decision.experiment_id)
    assert experiment.status == ExperimentStatus.CANCELLED


def test_a_refusal_corrected_to_an_award_binds_money_and_starts_the_experiment(session):
    decision = signed(session, reviews.a_rejection())

    new = corrected(session, decision, reviews.an_award("4000"))

    assert at(session, new, "committed") == eur("4000")
    assert session.get_one(Experiment, new.experiment_id).status == ExperimentStatus.RUNNING


def test_a_correction_that_drops_the_condition_commits_the_money(session):
    decision = signed(session, conditional("3000"))

    new = corrected(session, decision, reviews.an_award("3000"))

    assert decision.condition.status == ConditionStatus.REPLACED
    assert at(session, new, "committed") == eur("3000")
    assert at(session, new, "reserved").cents == 0


def test_a_correction_may_give_the_crowd_more_time(session):
    decision = signed(session, conditional("3000"))

    new = corrected(session, decision, conditional("3000", until=date(2027, 3, 31)))

    assert (decision.condition.status, new.condition.status) == ("replaced", "waiting")
    assert at(session, new, "reserved") == eur("3000")


def test_what_was_given_without_a_condition_gets_none_later(session):
    decision = signed(session)

    with pytest.raises(AwardConditionError):
        corrected(session, decision, conditional())


def test_more_than_the_envelope_holds_is_refused_and_nothing_changes(session):
    decision = signed(session, reviews.an_award("3000"))
    spent = Transfer("budget:small:available", "budget:unallotted", free(session) - eur("999.99"))
    entry = Entry("spent", "appropriated", "all", LATER.date(), [spent])
    ledger_service.post(session, entry, now=LATER)

    with pytest.raises(EnvelopeShortError):
        corrected(session, decision, reviews.an_award("4000"))


def test_an_amount_below_what_is_paid_is_refused(session):
    decision = signed(session)
    for each in session.get_one(Grant, decision.grant_id).instalments:
        each.status = InstalmentStatus.PAID
    session.flush()

    with pytest.raises(GrantPaidError):
        corrected(session, decision, reviews.an_award("1000"))


def test_only_the_latest_version_is_corrected_with_a_reason_by_two_people(session):
    decision = signed(session)
    new = corrected(session, decision, reviews.an_award("4000"))
    presenter = official(session, "Oili Oikaisija 2", Role.PRESENTER)
    wanted = {"presenter": presenter, "now": LATER}

    with pytest.raises(NotLatestDecisionError):
        deciding.propose_correction(
            session, decision.id, reviews.a_rejection(), reason="Syy", **wanted
        )
    with pytest.raises(CorrectionReasonMissingError):
        deciding.propose_correction(session, new.id, reviews.a_rejection(), reason=" ", **wanted)
    proposed = deciding.propose_correction(
        session, new.id, reviews.a_rejection(), reason="Syy", **wanted
    )
    with pytest.raises(SamePersonDecidesError):
        deciding.sign_decision(session, proposed.id, decision_maker=presenter, now=LATER)


def ask(session, decision, *, now=LATER, **wishes):
    fields = {"demand": "Avustus myönnettäköön.", "grounds": "Mittarit jäivät huomaamatta."}
    fields["applicant"] = decision.application.applicant
    return review_requests.request_review(session, decision.id, now=now, **(fields | wishes))


def letters(session, name):
    session.commit()  # Letters are written at the commit.
    query = sa.select(sa.func.count()).select_from(Message).where(Message.letter == name)
    return session.scalar(query)


def test_a_request_in_time_has_a_clock_and_a_letter(session):
    request = ask(session, signed(session, reviews.a_rejection()))

    assert not request.is_late
    assert request.status == ReviewRequestStatus.RECEIVED
    assert request.answer_due_on > LATER.date()
    assert letters(session, "review_request_received") == 1


def test_the_last_day_itself_is_in_time_and_the_next_is_late(session):
    decision = signed(session, reviews.a_rejection())
    last_on = ask(session, decision).last_on
    for days, is_late in ((0, False), (1, True)):
        other = signed(session, reviews.a_rejection())
        now = datetime.combine(last_on, datetime.max.time(), HELSINKI) + timedelta(days=days)

        assert ask(session, other, now=now).is_late is is_late


def test_one_request_waits_at_a_time_and_only_the_applicant_makes_it(session):
    decision = signed(session, reviews.a_rejection())
    with pytest.raises(NotAllowedError):
        ask(session, decision, applicant=official(session, "Joku Muu"))
    with pytest.raises(ReviewRequestTextMissingError):
        ask(session, decision, grounds=" \n ")
    ask(session, decision)

    with pytest.raises(ReviewRequestWaitingError):
        ask(session, decision)


def test_who_decided_or_presented_does_not_answer(session):
    decision = signed(session, reviews.a_rejection())
    request = ask(session, decision)

    for person in (decision.presenter, decision.decision_maker, decision.application.applicant):
        with pytest.raises(ReviewRequestHandlerError):
            review_requests.take_request(session, request.id, handler=person, now=LATER)


def test_whoever_a_conflict_binds_neither_takes_a_request_nor_answers_one_taken(session):
    decision = signed(session, reviews.a_rejection())
    request = ask(session, decision)
    first, second = official(session, "Kaisa Käsittelijä"), official(session, "Toinen")
    bound = official(session, "Sidottu")
    tie(session, bound, decision)
    kept = ReviewRequestStatus.KEPT

    with pytest.raises(ReviewRequestHandlerError):
        review_requests.take_request(session, request.id, handler=bound, now=LATER)
    review_requests.take_request(session, request.id, handler=first, now=LATER)
    with pytest.raises(IllegalMoveError):
        review_requests.take_request(session, request.id, handler=second, now=LATER)
    tie(session, first, decision)
    with pytest.raises(ReviewRequestHandlerError):
        review_requests.answer_request(
            session, request.id, kept, words="Syy", handler=first, now=LATER
        )
    review_requests.take_request(session, request.id, handler=second, now=LATER)
    answered = review_requests.answer_request(
        session, request.id, kept, words="Syy", handler=second, now=LATER
    )

    assert (answered.status, answered.handler_id) == (kept, second.id)


def tie(session, person, decision):
    pooling.declare_tie(
        session,
        person,
        TieKind.LEADS,
        organisation_name=decision.application.organisation_name,
        business_id=None,
        declared_by=person,
        now=LATER,
    )


@pytest.mark.parametrize("outcome", ["kept", "changed", "returned"])
def test_a_request_is_taken_and_answered_once_with_grounds(session, outcome):
    decision = signed(session, reviews.a_rejection())
    request = ask(session, decision)
    handler, other = official(session, "Kaisa Käsittelijä"), official(session, "Toinen")
    outcome = ReviewRequestStatus(outcome)
    review_requests.take_request(session, request.id, handler=handler, now=LATER)
    wanted = {"handler": handler, "now": LATER}

    with pytest.raises(ReviewRequestHandlerError):
        review_requests.answer_request(
            session, request.id, outcome, words="Syy", handler=other, now=LATER
        )
    with pytest.raises(ReviewRequestTextMissingError):
        review_requests.answer_request(session, request.id, outcome, words="", **wanted)
    dismissed = ReviewRequestStatus.DISMISSED
    with pytest.raises(ReviewRequestOutcomeError):
        review_requests.answer_request(session, request.id, dismissed, words="Myöhässä", **wanted)
    review_requests.answer_request(session, request.id, outcome, words="Syy", **wanted)

    assert request.status == outcome
    assert decision.status == DecisionStatus.SIGNED
    assert letters(session, "review_request_answered") == 1
    with pytest.raises(IllegalMoveError):
        review_requests.answer_request(session, request.id, outcome, words="Syy", **wanted)


def test_a_late_request_can_be_left_unexamined(session):
    decision = signed(session, reviews.a_rejection())
    request = ask(session, decision, now=LATER + timedelta(days=90))
    handler = official(session, "Kaisa Käsittelijä")
    review_requests.take_request(session, request.id, handler=handler, now=LATER)

    review_requests.answer_request(
        session,
        request.id,
        ReviewRequestStatus.DISMISSED,
        words="Saapui myöhässä.",
        handler=handler,
        now=LATER,
    )

    assert request.status == ReviewRequestStatus.DISMISSED


def test_a_replaced_decision_is_reviewed_no_more(session):
    decision = signed(session)
    corrected(session, decision, reviews.an_award("4000"))

    with pytest.raises(NotLatestDecisionError):
        ask(session, decision)
