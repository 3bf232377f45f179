"""Between the card that an applicant fills in and the row that it is kept in."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.money import Money
from grantengine.programme.models import Goal, Municipality, Region
from grantengine.reviews.card_rules import CardRules
from grantengine.reviews.experiment_card import (
    TEXT_FIELDS,
    BudgetRow,
    CostClass,
    ExperimentCard,
    clean_text,
)
from grantengine.reviews.models import Application
from grantengine.reviews.question_models import QuestionSet
from grantengine.reviews.questions.answering import Answer, Answers, is_answered
from grantengine.reviews.questions.asking import KEY_PREFIX, Question, QuestionKind


def card_rules(session: Session, application: Application, asked: QuestionSet) -> CardRules:
    """Tell what a call asks of an application, in the version of the questions asked now."""
    call = application.call
    return CardRules(
        grant_min=call.grant_min,
        grant_max=call.grant_max,
        cost_share_max_percent=call.cost_share_max_percent,
        applicant_kinds=call.applicant_kinds,
        goal_ids=[goal.id for goal in call.goals],
        self_financing_min_percent=call.self_financing_min_percent,
        questions=asked.questions,
        places={
            QuestionKind.REGION: set(session.scalars(sa.select(Region.code))),
            QuestionKind.MUNICIPALITY: set(session.scalars(sa.select(Municipality.code))),
        },
        files=files_of(application, asked.questions),
    )


def files_of(application: Application, questions: Sequence[Question]) -> dict[str, list[str]]:
    """Name the files of an application by the key of the question that they answer."""
    files: dict[str, list[str]] = {
        each.key: [] for each in questions if each.kind == QuestionKind.FILE
    }
    for attachment in application.attachments:
        if attachment.question_key in files:
            files[attachment.question_key].append(attachment.name)
    return files


def keep_card(session: Session, application: Application, card: ExperimentCard) -> None:
    """Write a card that has been checked into its application."""
    application.title = clean_text(card.title).strip()
    for name in TEXT_FIELDS:
        setattr(application, name, clean_text(getattr(card, name)))
    application.organisation_name = clean_text(card.organisation_name).strip()
    application.organisation_kind = card.organisation_kind
    application.business_id = card.business_id
    application.budget = {
        "rows": [
            {
                "cost_class": str(row.cost_class),
                "amount_cents": row.amount.cents,
                "note": clean_text(row.note),
            }
            for row in card.budget
        ]
    }
    application.ethics = {
        "yes": [str(question) for question in card.ethics],
        "note": clean_text(card.ethics_note),
    }
    application.more = {
        key: _written(answer) for key, answer in card.more.items() if is_answered(answer)
    }
    application.applied_cents = card.applied.cents
    application.self_financing_cents = card.self_financing.cents
    application.iban = card.iban
    application.region_code = card.region_code
    application.municipality_code = card.municipality_code
    application.language = card.language
    application.goals = list(session.scalars(sa.select(Goal).where(Goal.id.in_(card.goal_ids))))


def answers_given(application: Application) -> Answers:
    """Give what a submitted application answers, by the keys of its questions."""
    known: dict[str, Answer] = {
        "title": application.title,
        **{name: getattr(application, name) for name in TEXT_FIELDS},
        "region_code": application.region_code,
        "municipality_code": application.municipality_code,
        "budget": [_row(each, application.currency) for each in application.budget.get("rows", ())],
        "ethics": application.ethics.get("yes", []),
        "ethics_note": application.ethics.get("note", ""),
    }
    more = {
        each.key: _read(each, application.more[each.key])
        for each in application.questions
        if each.key.startswith(KEY_PREFIX) and each.key in application.more
    }
    return {**known, **more, **files_of(application, application.questions)}


def _row(row: dict[str, Any], currency: str) -> BudgetRow:
    return BudgetRow(
        CostClass(row["cost_class"]), Money(row["amount_cents"], currency), row["note"]
    )


def _written(answer: Answer) -> Any:
    if isinstance(answer, str):
        return clean_text(answer)
    if isinstance(answer, Money):
        return answer.cents
    if isinstance(answer, Decimal):
        return str(answer)
    if isinstance(answer, date):
        return answer.isoformat()
    return list(answer) if isinstance(answer, Sequence) else answer


def _read(question: Question, kept: Any) -> Answer:
    if question.kind == QuestionKind.MONEY:
        return Money(kept)
    if question.kind == QuestionKind.NUMBER:
        return Decimal(kept)
    if question.kind == QuestionKind.DATE:
        return date.fromisoformat(kept)
    answer: Answer = kept
    return answer
