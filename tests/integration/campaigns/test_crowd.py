"""Updates, questions, needs and offers: who may, what is written to whom, nothing twice."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from grantengine.campaigns import (
    crowd_queries,
    forgetting,
    offers,
    questions,
    service,
    updates,
)
from grantengine.campaigns.crowd_lifecycle import HelpKind, OfferStatus, QuestionStatus
from grantengine.campaigns.crowd_models import CampaignUpdate, Offer, Question
from grantengine.campaigns.errors import CampaignHiddenError
from grantengine.campaigns.offers import Offered
from grantengine.campaigns.questions import Asked
from grantengine.errors import InvalidInputError, NotAllowedError
from grantengine.outbox import Message
from grantengine.programme import service as programme
from grantengine.programme.lifecycle import Role
from grantengine.transitions import IllegalMoveError
from tests.support.campaigns import a_campaign, a_plan, a_pledge, an_experiment

TEXT = {"title": "Uuni on täällä", "text": "Se **painaa** 400 kiloa.", "language": "fi"}


def a_person(session, name, *roles, now):
    person = programme.register_person(
        session, name=name, email=f"{name.lower()}@example.fi", language="sv", roles=roles, now=now
    )
    session.flush()
    return person


@pytest.fixture
def team(database, clock):
    """The owner of the campaign's experiment, and somebody else who experiments."""
    with database.transaction() as session:
        return [
            a_person(session, name, Role.EXPERIMENTER, now=clock.now())
            for name in ("Maya", "Ville")
        ]


@pytest.fixture
def campaign(database, clock, team):
    with database.transaction() as session:
        experiment = an_experiment(session, now=clock.now(), owner=team[0])
        return a_campaign(session, now=clock.now(), experiment=experiment)


def letters(database, name):
    with database.reading() as session:
        query = sa.select(Message).where(Message.letter == name).order_by(Message.recipient)
        return session.scalars(query).all()


def publish(database, clock, campaign, author, **changes):
    with database.transaction() as session:
        return updates.publish_update(
            session, campaign.id, author=author, now=clock.now(), **(TEXT | changes)
        )


def asked(campaign, key="k", **changes):
    values = {"name": "Aino", "email": "Aino@example.fi", "language": "fi", "text": "Milloin?"}
    return Asked(campaign_id=campaign.id, key=key, **(values | changes))


def offered(campaign, key="k", **changes):
    values = {
        "kind": HelpKind.HOURS,
        "hours": 6,
        "text": "Leivon torstaisin.",
        "name": "Eero",
        "is_name_shown": True,
        "email": "eero@example.fi",
        "language": "sv",
    }
    return Offered(campaign_id=campaign.id, key=key, **(values | changes))


def do(database, verb, *arguments, **named):
    with database.transaction() as session:
        return verb(session, *arguments, **named)


def test_update_goes_once_to_each_backer_who_stands_and_wants_it(
    database, clock, campaign, team, monkeypatch
):
    monkeypatch.setattr(updates, "BATCH", 2)
    for name in ("aino", "eero", "iida", "olli", "uuno"):
        a_pledge(database, clock, campaign, "10", email=f"{name}@example.fi")
    a_pledge(database, clock, campaign, "15", email="Aino+again@example.fi")
    do(database, updates.opt_out, campaign.id, "iida@example.fi", now=clock.now())
    do(database, updates.opt_out, campaign.id, "iida@example.fi", now=clock.now())
    update = publish(database, clock, campaign, team[0])

    for _run in range(2):
        updates.tell_backers(database, clock, update_id=update.id)

    written = letters(database, updates.LETTER)
    assert sorted(
        each.recipient.lower().partition("@")[0].partition("+")[0] for each in written
    ) == [
        "aino",
        "eero",
        "olli",
        "uuno",
    ]
    assert written[0].facts["update_title"] == "Uuni on täällä"


def test_update_goes_on_from_where_it_was_killed(database, clock, campaign, team, monkeypatch):
    monkeypatch.setattr(updates, "BATCH", 1)
    for name in ("aino", "eero"):
        a_pledge(database, clock, campaign, "10", email=f"{name}@example.fi")
    update = publish(database, clock, campaign, team[0])
    with database.transaction() as session:
        session.get_one(CampaignUpdate, update.id).told_through = "aino@example.fi"

    updates.tell_backers(database, clock, update_id=update.id)

    assert [each.recipient for each in letters(database, updates.LETTER)] == ["eero@example.fi"]


def test_update_sent_twice_is_published_once(database, clock, campaign, team):
    first = publish(database, clock, campaign, team[0], update_id="upd_kept")
    second = publish(database, clock, campaign, team[0], update_id="upd_kept", title="Toinen")

    assert (first.id, second.title) == (second.id, "Uuni on täällä")


def test_only_the_team_speaks_for_a_campaign(database, clock, campaign, team):
    _owner, other = team
    question = do(database, questions.ask, asked(campaign, is_known=True), now=clock.now())
    offer = do(database, offers.offer_help, offered(campaign, is_known=True), now=clock.now())
    by_other = {"person": other, "now": clock.now()}

    with pytest.raises(NotAllowedError):
        publish(database, clock, campaign, other)
    for verb, arguments in (
        (questions.answer_question, (question.id, "Pian.")),
        (questions.decline_question, (question.id,)),
        (offers.thank, (offer.id, "Kiitos!")),
        (offers.decline_offer, (offer.id,)),
    ):
        with pytest.raises(NotAllowedError):
            do(database, verb, *arguments, **by_other)
    with pytest.raises(NotAllowedError):
        do(
            database,
            offers.ask_for_help,
            campaign.id,
            HelpKind.SKILLS,
            "Sähkäri",
            language="fi",
            **by_other,
        )


def test_nobody_is_told_or_asked_about_a_draft(database, clock, team):
    with database.transaction() as session:
        experiment = an_experiment(session, now=clock.now(), owner=team[0])
        draft = service.draft_campaign(
            session, a_plan(now=clock.now()), experiment_id=experiment.id, now=clock.now()
        )

    with pytest.raises(CampaignHiddenError):
        publish(database, clock, draft, team[0])
    with pytest.raises(CampaignHiddenError):
        do(database, questions.ask, asked(draft), now=clock.now())
    with pytest.raises(CampaignHiddenError):
        do(database, offers.offer_help, offered(draft), now=clock.now())


def test_question_is_shown_when_it_is_answered_and_not_before(database, clock, campaign, team):
    question = do(database, questions.ask, asked(campaign), now=clock.now())
    again = do(database, questions.ask, asked(campaign), now=clock.now())
    assert again.id == question.id
    assert "Milloin" not in str(letters(database, "question_confirm")[0].facts)
    assert letters(database, "question_asked") == []

    for _click in range(2):
        do(database, questions.confirm_question, question.id, now=clock.now())
    assert shown(database, campaign) == []
    answer = {"person": team[0], "now": clock.now()}
    do(database, questions.answer_question, question.id, "Perjantaina.", **answer)

    assert shown(database, campaign) == [("Aino", "Milloin?", "Perjantaina.")]
    assert [each.recipient for each in letters(database, "question_asked")] == ["maya@example.fi"]
    assert [each.recipient for each in letters(database, "question_answered")] == [
        "Aino@example.fi"
    ]
    with pytest.raises(IllegalMoveError):
        do(database, questions.answer_question, question.id, "Ei.", **answer)
    do(database, questions.decline_question, question.id, **answer)
    assert shown(database, campaign) == []


def test_offer_is_thanked_for_and_counted(database, clock, campaign, team):
    offer = do(database, offers.offer_help, offered(campaign), now=clock.now())
    do(database, offers.confirm_offer, offer.id, now=clock.now())
    do(database, offers.thank, offer.id, "Tervetuloa!", person=team[0], now=clock.now())

    with database.reading() as session:
        assert crowd_queries.hours_given(session, campaign.id) == 6
        thanked = crowd_queries.offers_of(session, campaign.id, OfferStatus.THANKED, limit=9)
        assert [each.name for each in thanked] == ["Eero"]
    assert letters(database, "offer_made")[0].facts["email"] == "eero@example.fi"
    assert letters(database, "offer_thanked")[0].facts["contact"] == "maya@example.fi"


@pytest.mark.parametrize("hours", [None, 0, -1, 2001])
def test_hours_that_are_none_are_refused(database, clock, campaign, hours):
    with pytest.raises(InvalidInputError):
        do(database, offers.offer_help, offered(campaign, hours=hours), now=clock.now())


def test_page_gives_the_newest_of_each_in_one_query(database, clock, campaign, team):
    for number in range(4):
        publish(
            database, clock, campaign, team[0], title=f"Uutinen {number}", update_id=f"upd_{number}"
        )
    for number, text in enumerate(("Sähkäri", "Tila")):
        do(
            database,
            offers.ask_for_help,
            campaign.id,
            HelpKind.SKILLS,
            text,
            language="fi",
            person=team[0],
            now=clock.now(),
            need_id=f"ned_{number}",
        )
    do(database, offers.fill_need, "ned_0", person=team[0], now=clock.now())

    with database.reading() as session:
        found = crowd_queries.latest_sayings(session, campaign.id)

    headings = [each.heading for each in found[crowd_queries.Said.UPDATE]]
    assert sorted(headings) == ["Uutinen 1", "Uutinen 2", "Uutinen 3"]
    assert found[crowd_queries.Said.UPDATE][0].at == clock.now()
    assert [each.text for each in found[crowd_queries.Said.NEED]] == ["Tila"]


def test_what_nobody_confirms_within_a_week_is_forgotten(database, clock, campaign):
    do(database, questions.ask, asked(campaign), now=clock.now())
    do(database, offers.offer_help, offered(campaign), now=clock.now())
    do(database, questions.ask, asked(campaign, key="known", is_known=True), now=clock.now())
    clock.advance(timedelta(days=6))
    do(database, questions.ask, asked(campaign, key="later"), now=clock.now())
    clock.advance(timedelta(days=1, seconds=1))

    forgetting.forget_unconfirmed(database, clock)

    with database.reading() as session:
        assert sorted(session.scalars(sa.select(Question.key))) == ["known", "later"]
        assert session.scalars(sa.select(Offer)).all() == []


def shown(database, campaign):
    with database.reading() as session:
        rows = crowd_queries.questions_of(session, campaign.id, QuestionStatus.ANSWERED, limit=9)
        latest = crowd_queries.latest_sayings(session, campaign.id)[crowd_queries.Said.QUESTION]
        assert [each.text for each in rows] == [each.text for each in latest]
        return [(each.name, each.text, each.answer) for each in rows]
