"""What passes between teams and their crowds: updates, questions, help besides money."""

from collections.abc import Iterator
from functools import partial

from slugify import slugify
from sqlalchemy.orm import Session

from grantengine.campaigns import offers, questions, updates
from grantengine.campaigns.crowd_lifecycle import HelpKind
from grantengine.campaigns.models import Campaign
from grantengine.campaigns.offers import Offered
from grantengine.campaigns.questions import Asked
from grantengine.programme.models import Person
from grantengine.web.demonstration.acts import Act
from grantengine.web.demonstration.sources import Facts, read
from grantengine.web.demonstration.stage import Stage


def acts(stage: Stage) -> Iterator[Act]:
    """Tell what was said, and when it was answered."""
    facts = read("crowd")
    for row in facts["needs"]:
        yield Act(stage.moment(row["days"], 12), partial(_need, row))
    for row in facts["updates"]:
        yield Act(stage.moment(row["days"], 18), partial(_update, row))
    for number, row in enumerate(facts["questions"]):
        yield Act(stage.moment(row["days"], 20), partial(_ask, row, number))
    for number, row in enumerate(facts["offers"]):
        yield Act(stage.moment(row["days"], 21), partial(_offer, row, number))


def _need(row: Facts, stage: Stage) -> None:
    with stage.transaction() as session:
        campaign, team = _team(session, row, stage)
        kind = HelpKind(row["kind"])
        offers.ask_for_help(
            session,
            campaign.id,
            kind,
            row["text"],
            language=row["language"],
            person=team,
            now=stage.now(),
        )


def _update(row: Facts, stage: Stage) -> None:
    with stage.transaction() as session:
        campaign, team = _team(session, row, stage)
        update = updates.publish_update(
            session,
            campaign.id,
            title=row["title"],
            text=row["text"].strip(),
            language=row["language"],
            author=team,
            now=stage.now(),
        )
    # At its own time, and not when the queue is next worked off: the letters are dated.
    updates.tell_backers(stage.database, stage.clock, update_id=update.id)


def _ask(row: Facts, number: int, stage: Stage) -> None:
    asked = Asked(
        campaign_id=stage.campaigns[row["campaign"]],
        key=f"demonstration-{number}",
        name=row["name"],
        email=_address(row),
        language=row["language"],
        text=row["text"],
    )
    with stage.transaction() as session:
        question = questions.ask(session, asked, now=stage.now())
        questions.confirm_question(session, question.id, now=stage.now())
    if "answered" not in row:
        return
    stage.clock.set_to(stage.moment(row["answered"], 9))
    with stage.transaction() as session:
        _campaign, team = _team(session, row, stage)
        questions.answer_question(session, question.id, row["answer"], person=team, now=stage.now())


def _offer(row: Facts, number: int, stage: Stage) -> None:
    offered = Offered(
        campaign_id=stage.campaigns[row["campaign"]],
        key=f"demonstration-{number}",
        kind=HelpKind(row["kind"]),
        hours=row.get("hours"),
        text=row["text"],
        name=row["name"],
        is_name_shown=row["is_name_shown"],
        email=_address(row),
        language=row["language"],
    )
    with stage.transaction() as session:
        offer = offers.offer_help(session, offered, now=stage.now())
        offers.confirm_offer(session, offer.id, now=stage.now())
    if "answered" not in row:
        return
    stage.clock.set_to(stage.moment(row["answered"], 9))
    with stage.transaction() as session:
        _campaign, team = _team(session, row, stage)
        offers.thank(session, offer.id, row["thanks"], person=team, now=stage.now())


def _team(session: Session, row: Facts, stage: Stage) -> tuple[Campaign, Person]:
    campaign = session.get_one(Campaign, stage.campaigns[row["campaign"]])
    owner = campaign.experiment.owner
    assert owner is not None  # The campaigns of these facts have one.
    return campaign, owner


def _address(row: Facts) -> str:
    return f"{slugify(row['name'], separator='.')}@posti.example.fi"
