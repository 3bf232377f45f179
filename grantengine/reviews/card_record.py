"""Between the card that an applicant fills in and the row that it is kept in."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.programme.models import Goal
from grantengine.reviews.experiment_card import TEXT_FIELDS, CardRules, ExperimentCard, clean_text
from grantengine.reviews.models import Application, Call


def card_rules(call: Call) -> CardRules:
    """Tell what a call asks of an application."""
    return CardRules(
        grant_min=call.grant_min,
        grant_max=call.grant_max,
        cost_share_max_percent=call.cost_share_max_percent,
        applicant_kinds=call.applicant_kinds,
        goal_ids=[goal.id for goal in call.goals],
    )


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
    application.applied_cents = card.applied.cents
    application.self_financing_cents = card.self_financing.cents
    application.iban = card.iban
    application.region_code = card.region_code
    application.municipality_code = card.municipality_code
    application.language = card.language
    application.goals = list(session.scalars(sa.select(Goal).where(Goal.id.in_(card.goal_ids))))
