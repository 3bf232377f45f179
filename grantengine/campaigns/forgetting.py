"""Forgetting what nobody confirmed: a question or an offer, with the address that came with it."""

import sqlalchemy as sa

from grantengine.campaigns.crowd_lifecycle import CONFIRMED_WITHIN, OfferStatus, QuestionStatus
from grantengine.campaigns.crowd_models import Offer, Question
from grantengine.clock import Clock
from grantengine.db import Database

FORGET_TASK = "forget_unconfirmed"


def forget_unconfirmed(database: Database, clock: Clock) -> None:
    """Delete what was not confirmed in time; somebody may have typed another's address."""
    before = clock.now() - CONFIRMED_WITHIN
    with database.transaction() as session:
        session.execute(
            sa.delete(Question).where(
                Question.status == QuestionStatus.UNCONFIRMED, Question.asked_at < before
            )
        )
        session.execute(
            sa.delete(Offer).where(
                Offer.status == OfferStatus.UNCONFIRMED, Offer.offered_at < before
            )
        )
