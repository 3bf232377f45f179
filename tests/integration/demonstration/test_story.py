"""The demonstration shows every station of the way, and its books are in order."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import click
import pytest
import sqlalchemy as sa

from grantengine.campaigns import queries as campaigns
from grantengine.campaigns import refund_requests
from grantengine.campaigns.crowd_lifecycle import OfferStatus, QuestionStatus
from grantengine.campaigns.crowd_models import CampaignUpdate, Offer, Question
from grantengine.campaigns.lifecycle import CampaignStatus, Outcome, PledgeStatus
from grantengine.campaigns.managing_models import Invoice, PledgeChange
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.campaigns.rewards import rewards_of
from grantengine.db import Base
from grantengine.disbursements.lifecycle import BatchStatus, InstalmentStatus, PaymentStatus
from grantengine.disbursements.models import BankStatement, Grant, Instalment, PaymentBatch
from grantengine.learnings.lifecycle import LearningStatus, Result
from grantengine.learnings.models import Learning
from grantengine.ledger import audit
from grantengine.ledger.accounts import Fund
from grantengine.money import eur, total
from grantengine.programme import queries as programme
from grantengine.programme.chart import Stage
from grantengine.programme.lifecycle import EventKind, Role, Tier
from grantengine.programme.models import Experiment, Person
from grantengine.reviews import pooling, queries, standings
from grantengine.reviews.issued_models import IssuedDocument
from grantengine.reviews.lifecycle import (
    ApplicationStatus,
    CallStatus,
    DecisionOutcome,
    DecisionStatus,
    ReviewStatus,
)
from grantengine.reviews.models import Application, Call, Decision, Review
from grantengine.web.demonstration import story
from grantengine.web.gateways.sandbox import SandboxGateway
from tests.support.demonstration import a_runtime

# Grants of the large call, by which it is known.
LARGE = 21


@pytest.fixture(scope="module")
def told_on_sqlite(demonstration, tmp_path_factory):
    with a_runtime(*demonstration.copied_to(tmp_path_factory.mktemp("story"))) as runtime:
        yield runtime


@pytest.fixture(scope="module")
def told_on_postgresql(postgresql_databases, tmp_path_factory):
    with (
        postgresql_databases.fresh_url() as url,
        a_runtime(url, tmp_path_factory.mktemp("var")) as runtime,
    ):
        story.load(runtime)
        yield runtime


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def told(request):
    """A database of either kind, told the story once; tests only read it."""
    return request.getfixturevalue(f"told_on_{request.param}")


@pytest.fixture
def session(told):
    with told.database.reading() as session:
        yield session


def counts(session, column):
    return dict(session.execute(sa.select(column, sa.func.count()).group_by(column)).all())


def experiment(session, title):
    return session.scalars(sa.select(Experiment).where(Experiment.title == title)).one()


def test_the_ledger_is_in_order(session):
    report = audit.verify(session)

    assert not report.findings
    assert report.entries > 100


def test_the_envelopes_hold_two_million_euros(session):
    budget = programme.budget(session)

    assert budget.appropriated == eur("2000000")
    assert total(each.allotted for each in budget.envelopes) == eur("2000000")
    assert [each.envelope.code for each in budget.envelopes] == [
        "small",
        "strong",
        "support",
        "match",
    ]


def test_a_foundation_funds_a_call_from_an_envelope_of_its_own(session):
    (funded,) = programme.budget(session).funded
    (call,) = [each for each in queries.public_calls(session) if each.funder]

    assert funded.envelope.funder.name == call.funder.name == "Lukusalin säätiö sr"
    assert (funded.allotted, call.envelope) == (eur("30000"), funded.envelope.code)


def test_public_money_stands_at_every_stage_that_the_story_reaches(session):
    budget = programme.budget(session)

    for stage in (Stage.AVAILABLE, Stage.RESERVED, Stage.COMMITTED, Stage.PAID):
        assert budget.stage_total(stage) > eur("0")


def test_the_five_strategic_experiments_run_without_our_money(session):
    strategic = programme.experiments(session, tier=Tier.STRATEGIC)

    assert {each.title for each in strategic} == {
        "Perustulo",
        "Kielten opiskelu",
        "Palvelusetelijärjestelmä",
        "Palvelualoite",
        "Vapaakuntakokeilu",
    }
    funded = sa.select(Grant).where(Grant.experiment_id.in_([each.id for each in strategic]))
    assert session.scalars(funded).all() == []


def test_a_strong_experiment_grew_from_a_small_one(session):
    strong = experiment(session, "Hiljaiset tunnit sataan palvelupisteeseen")

    assert strong.tier == Tier.STRONG
    assert strong.parent.tier == Tier.SMALL
    assert strong.parent.title == "Hiljainen tunti kyläkirjastossa"


def test_the_week_and_the_day_of_failure_are_dated(session):
    events = {each.kind: each for each in programme.programme_events(session)}

    week, day = events[EventKind.WEEK], events[EventKind.FAILURE_DAY]
    assert (week.starts_on.month, week.starts_on.day, week.ends_on.day) == (10, 6, 13)
    assert (day.starts_on.month, day.starts_on.day) == (10, 13)
    assert week.hashtag == "kokeiluviikko"


def test_every_role_has_somebody(session):
    held = {role: len(programme.persons_with(session, role)) for role in Role}

    assert held[Role.EXPERIMENTER] >= 2
    assert held[Role.REVIEWER] >= 3
    assert held[Role.FINANCE_OFFICER] >= 2
    assert min(held.values()) >= 1


def test_campaigns_stand_in_every_state(session):
    by_status = counts(session, Campaign.status)
    now = datetime.now(UTC)
    opened = session.scalars(sa.select(Campaign).where(Campaign.status == CampaignStatus.OPEN))

    assert by_status.keys() >= {
        CampaignStatus.DRAFT,
        CampaignStatus.CHECKED,
        CampaignStatus.OPEN,
        CampaignStatus.SETTLED,
        CampaignStatus.CLOSED,
    }
    ended = [each.slug for each in opened if each.deadline_at <= now]
    assert ended == ["yksi-ovi-tyohon-ja-hyvinvointiin"]


def test_open_campaigns_end_in_the_future_and_draw_a_match(session):
    lasting = [
        each
        for each in campaigns.open_campaigns(session)
        if each.deadline_at > datetime.now(UTC) + timedelta(hours=12)
    ]
    totals = campaigns.totals_of(session, [each.id for each in lasting])

    assert len(lasting) == 4
    assert all(each.pledged for each in totals.values())
    assert sum(bool(each.matched) for each in totals.values()) >= 3


def test_a_campaign_that_sells_rewards_has_sold_one_out_and_reaches_its_goal(session):
    campaign = campaigns.campaign_by_slug(session, "yksi-ovi-tyohon-ja-hyvinvointiin")

    sold = {each.price_cents: (each.taken, each.left) for each in rewards_of(session, campaign.id)}

    assert sold == {15_00: (3, None), 40_00: (6, 24), 100_00: (6, 0), 250_00: (2, 2)}
    assert campaigns.totals(session, campaign.id).pledged >= campaign.goal


def test_a_funded_campaign_was_paid_out_with_its_match(session):
    campaign = campaigns.campaign_by_slug(session, "kyla-kouluttaa-yrittajia")
    totals = campaigns.totals(session, campaign.id)

    assert campaign.status == CampaignStatus.SETTLED
    assert totals.collected > campaign.goal
    assert totals.matched == eur("2000")
    assert totals.paid_out > totals.collected
    fees = totals.collected + totals.matched - totals.paid_out
    assert eur("0") < fees < eur("100")


def test_a_failed_campaign_charged_nobody(session):
    failed = session.scalars(sa.select(Campaign).where(Campaign.outcome == Outcome.FAILED)).one()
    totals = campaigns.totals(session, failed.id)

    assert (totals.pledged, totals.collected, totals.matched) == (eur("0"),) * 3


def test_pledges_met_every_fate(session):
    assert counts(session, Pledge.status).keys() >= {
        PledgeStatus.STANDING,
        PledgeStatus.COLLECTED,
        PledgeStatus.CHARGE_FAILED,
        PledgeStatus.WITHDRAWN,
        PledgeStatus.RELEASED,
    }
    unnamed = sa.select(sa.func.count()).where(Pledge.is_name_shown.is_(False))
    assert session.scalar(unnamed) > 10


def test_a_call_stands_in_every_state(session):
    by_slug = {each.texts["fi"]["title"]: each for each in session.scalars(sa.select(Call))}

    assert {title: each.status for title, each in by_slug.items()} == {
        "Pienkokeilut, ensimmäinen haku": CallStatus.DECIDED,
        "Seitsemän alueellista haastetta": CallStatus.IN_REVIEW,
        "Vahvat kokeilut": CallStatus.IN_REVIEW,
        "Kiertotalouden kokeilut": CallStatus.DECIDED,
        "Kirjasto kokeilee": CallStatus.CLOSED,
        "Arki sujuvammaksi – pienkokeilujen haku": CallStatus.OPEN,
        "Talvi liikkeelle": CallStatus.PUBLISHED,
        "Koulupäivä toisin": CallStatus.DRAFT,
    }
    assert by_slug["Seitsemän alueellista haastetta"].grants_target == 7
    opened = by_slug["Arki sujuvammaksi – pienkokeilujen haku"]
    assert opened.opens_at < datetime.now(UTC) < opened.closes_at


def test_applications_wait_at_every_station(session):
    assert set(CallStatus) == set(counts(session, Call.status))
    assert counts(session, Application.status).keys() >= {
        ApplicationStatus.DRAFT,
        ApplicationStatus.SUBMITTED,
        ApplicationStatus.IN_REVIEW,
        ApplicationStatus.DECIDED,
    }


def test_two_reviewers_judged_each_application_of_the_seven_challenges(session):
    done = (
        sa.select(Review.application_id, sa.func.count())
        .join(Review.application)
        .join(Application.call)
        .where(Review.status == ReviewStatus.SUBMITTED, Call.grants_target == 7)
        .group_by(Review.application_id)
    )

    assert Counter(dict(session.execute(done).all()).values()) == {2: 8}


def test_reviewers_say_what_they_are_at_home_in(session):
    people = programme.persons_with(session, Role.REVIEWER)

    kept = pooling.profiles_of(session, [each.id for each in people])

    assert len(people) == 4
    assert all(kept[each.id].expertise and kept[each.id].regions for each in people)
    assert any("sv" in kept[each.id].languages for each in people)


def test_reviewers_have_work_left(session):
    by_status = counts(session, Review.status)

    assert by_status[ReviewStatus.ASSIGNED] == 3
    assert by_status[ReviewStatus.CONFLICTED] == 1
    busy = sa.select(Person.name).join(Review).where(Review.status == ReviewStatus.ASSIGNED)
    assert {"Kaisa Laitinen", "Olli Toivonen"} <= set(session.scalars(busy))


def test_decisions_are_signed_and_proposed(session):
    query = sa.select(Decision.status, Decision.outcome).join(Decision.application)
    query = query.join(Application.call).where(Call.grants_target != LARGE)
    rows = session.execute(query).all()
    found = Counter((DecisionStatus(status), DecisionOutcome(what)) for status, what in rows)

    assert found[DecisionStatus.SIGNED, DecisionOutcome.AWARDED] == 7
    assert found[DecisionStatus.SIGNED, DecisionOutcome.REJECTED] == 2
    assert found[DecisionStatus.SIGNED, DecisionOutcome.INADMISSIBLE] == 1
    assert found[DecisionStatus.PROPOSED, DecisionOutcome.AWARDED] == 2


def test_of_126_ideas_21_were_funded_after_a_draw(session):
    call = session.scalars(sa.select(Call).where(Call.grants_target == LARGE)).one()
    applications = queries.applications_of_call(session, call.id)
    draw = standings.draw_of(session, call.id)

    decided = Counter(each.decisions[-1].outcome for each in applications)
    assert len(applications) == 126
    assert decided[DecisionOutcome.AWARDED] == 21
    assert decided[DecisionOutcome.INADMISSIBLE] == 5
    assert {each.language for each in applications} == {"fi", "sv", "en"}
    assert len({each.title for each in applications}) == 126
    assert 0 < draw.winners < len(draw.labels)
    drawn = [each for each in applications if each.case_number in draw.labels]
    won = [each for each in drawn if each.decisions[-1].outcome == DecisionOutcome.AWARDED]
    assert len(won) == draw.winners
    assert all(each.decisions[-1].content["standing"]["ticket"] for each in drawn)
    assert all(len(each.reviews) == call.reviews_per_application for each in drawn)


def test_no_pdf_was_made_while_the_story_was_told(session):
    assert session.scalar(sa.select(sa.func.count()).select_from(IssuedDocument)) == 0


def test_signed_decisions_hold_what_their_document_says(session):
    signed = session.scalars(sa.select(Decision).where(Decision.status == DecisionStatus.SIGNED))

    assert all(each.content and each.verification_code for each in signed)


def test_three_payment_runs_were_read_back_and_one_waits(session):
    batches = session.scalars(sa.select(PaymentBatch)).all()
    released = [each for each in batches if each.status == BatchStatus.RELEASED]
    waiting = [each for each in batches if each.status == BatchStatus.DRAFT]

    assert {each.fund for each in released} == {Fund.PUBLIC, Fund.PRIVATE}
    assert all(
        payment.status == PaymentStatus.PAID for each in released for payment in each.payments
    )
    assert len(session.scalars(sa.select(BankStatement)).all()) == len(released)
    assert len(waiting) == 1


def test_learnings_tell_every_result_and_one_is_being_written(session):
    rows = session.execute(sa.select(Learning.status, Learning.result)).all()

    assert Counter(rows) == {
        (LearningStatus.PUBLISHED, Result.CONFIRMED): 2,
        (LearningStatus.PUBLISHED, Result.REJECTED): 1,
        (LearningStatus.PUBLISHED, Result.UNCLEAR): 1,
        (LearningStatus.DRAFT, None): 1,
    }


def test_the_true_story_is_the_first_learning(session):
    first = session.scalars(
        sa.select(Learning)
        .where(Learning.status == LearningStatus.PUBLISHED)
        .order_by(Learning.published_at)
    ).first()

    assert first.experiment.title == "Fiksu Kalasatama"
    assert "Kun asioilla on omistaja" in first.learned


def test_a_failed_hypothesis_was_paid_to_the_last_instalment(session):
    failed = experiment(session, "Kyläkyyti tilauksesta")
    query = sa.select(Instalment).join(Grant).where(Grant.experiment_id == failed.id)
    instalments = session.scalars(query.order_by(Instalment.number)).all()

    assert instalments[-1].opens_on_learning
    assert {each.status for each in instalments} == {InstalmentStatus.PAID}


def test_everything_happened_before_now(session):
    now = datetime.now(UTC)

    for column in (Experiment.created_at, Pledge.made_at, Grant.awarded_at, Person.joined_at):
        assert session.scalar(sa.select(sa.func.max(column))) <= now


def test_telling_the_story_again_changes_nothing(told):
    before = sizes(told.database)

    story.load(told)

    assert sizes(told.database) == before


def sizes(database):
    with database.reading() as session:
        return {
            table.name: session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in Base.metadata.sorted_tables
        }


class PulledPlug(SandboxGateway):
    """A gateway at whose tenth card the machine goes out."""

    cards = 0

    def save_card(self, *, key, card, is_for_later):
        self.cards += 1
        if self.cards == 10:
            raise KeyboardInterrupt
        return super().save_card(key=key, card=card, is_for_later=is_for_later)


def test_a_story_cut_short_is_not_taken_for_whole(sqlite_database, tmp_path):
    with a_runtime(str(sqlite_database.engine.url), tmp_path) as runtime:
        runtime.ports["payments"] = PulledPlug()
        with pytest.raises(KeyboardInterrupt):
            story.load(runtime)

        assert story.is_abandoned(sqlite_database)
        assert not story.is_loaded(sqlite_database)
        with pytest.raises(click.ClickException):
            story.load(runtime)


def test_an_empty_database_is_neither_loaded_nor_abandoned(sqlite_database):
    assert not story.is_loaded(sqlite_database)
    assert not story.is_abandoned(sqlite_database)


def test_backers_wait_for_an_invoice_and_an_answer_and_one_has_changed_a_pledge(session):
    (invoice,) = session.scalars(sa.select(Invoice))
    (wanted,) = refund_requests.open_requests(session)
    (change,) = session.scalars(sa.select(PledgeChange))
    changed = session.get_one(Pledge, change.pledge_id)

    assert invoice.pledge.status == PledgeStatus.AWAITING_TRANSFER
    assert wanted.pledge.status == PledgeStatus.COLLECTED
    assert (change.amount, changed.amount) == (eur("30"), eur("60"))
    assert changed.status == PledgeStatus.STANDING


def test_teams_and_their_crowds_talk(session):
    told_at = session.scalars(sa.select(CampaignUpdate.told_at)).all()

    assert len(told_at) == 3
    assert None not in told_at
    assert counts(session, Question.status) == {
        QuestionStatus.ANSWERED: 2,
        QuestionStatus.WAITING: 1,
    }
    assert counts(session, Offer.status) == {OfferStatus.THANKED: 2, OfferStatus.WAITING: 1}
