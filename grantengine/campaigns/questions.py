"""Questions to a team: asked, confirmed by letter, answered, and shown only then."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import history
from grantengine.campaigns.backers import checked_email
from grantengine.campaigns.crowd_lifecycle import QUESTION_MOVES, QuestionStatus
from grantengine.campaigns.crowd_models import Question
from grantengine.campaigns.models import Campaign
from grantengine.campaigns.team import ensure_public, ensure_team, write_to_sender, write_to_team
from grantengine.ids import new_id, new_secret
from grantengine.programme.models import Person


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it was typed.

    Attributes:
        key: made with the form; the same key is the same question.
        is_known: the address is that of somebody signed in, so no letter has to confirm it.
    """

    campaign_id: str
    key: str
    name: str
    email: str
    language: str
    text: str
    is_known: bool = False


def ask(session: Session, asked: Asked, *, now: datetime) -> Question:
    """Keep a question; who asks confirms the address by letter before the team sees it.

    Raises:
        InvalidInputError: the address can be none.
        CampaignHiddenError: the campaign is a draft.
    """
    campaign = session.get_one(Campaign, asked.campaign_id, with_for_update={"of": Campaign})
    ensure_public(campaign)
    known = sa.select(Question).filter_by(campaign_id=campaign.id, key=asked.key)
    if (question := session.scalars(known).first()) is not None:
        return question
    question = Question(
        id=new_id("qst", now),
        campaign_id=campaign.id,
        key=asked.key,
        token=new_secret(),
        status=QuestionStatus.UNCONFIRMED,
        name=asked.name,
        email=checked_email(asked.email),
        language=asked.language,
        text=asked.text,
        asked_at=now,
    )
    session.add(question)
    session.flush()
    history.start(session, question, now=now)
    if asked.is_known:
        _hand_to_team(session, question, now=now)
    else:
        # None of the words: the address may be that of somebody who is to be annoyed by them.
        write_to_sender(session, "question_confirm", question, {"token": question.token}, now=now)
    return question


def confirm_question(session: Session, question_id: str, *, now: datetime) -> Question:
    """Hand a question to the team, once its asker has followed the letter's link."""
    question = _held(session, question_id)
    if question.status == QuestionStatus.UNCONFIRMED:
        _hand_to_team(session, question, now=now)
    return question


def answer_question(
    session: Session, question_id: str, answer: str, *, person: Person, now: datetime
) -> Question:
    """Answer a question: from now on the page shows both, and the asker has a letter.

    Raises:
        NotAllowedError: the person does not speak for the campaign.
        IllegalMoveError: it is answered or declined already.
    """
    question = _held(session, question_id)
    ensure_team(question.campaign, person)
    history.move(
        session, question, QUESTION_MOVES, QuestionStatus.ANSWERED, now=now, actor_id=person.id
    )
    question.answer = answer
    question.answered_by_id = person.id
    question.answered_at = now
    facts = {"question": question.text, "answer": answer}
    write_to_sender(session, "question_answered", question, facts, now=now)
    return question


def decline_question(
    session: Session, question_id: str, *, person: Person, now: datetime
) -> Question:
    """Leave a question unanswered, or take an answered one off the page.

    Raises:
        NotAllowedError: the person does not speak for the campaign.
        IllegalMoveError: it is declined already.
    """
    question = _held(session, question_id)
    ensure_team(question.campaign, person)
    history.move(
        session, question, QUESTION_MOVES, QuestionStatus.DECLINED, now=now, actor_id=person.id
    )
    return question


def _hand_to_team(session: Session, question: Question, *, now: datetime) -> None:
    history.move(session, question, QUESTION_MOVES, QuestionStatus.WAITING, now=now)
    facts = {"name": question.name, "question": question.text}
    write_to_team(session, "question_asked", question.campaign, facts, now=now)


def _held(session: Session, question_id: str) -> Question:
    return session.get_one(Question, question_id, with_for_update={"of": Question})
