"""Forgetting what is of no use any more.

A question or an offer that nobody confirmed, with the address that came with it; and the account
that a backer gave with a request for money back, when the request was closed long ago.
"""

from datetime import timedelta
from typing import Final

import sqlalchemy as sa

from grantengine.campaigns.crowd_lifecycle import CONFIRMED_WITHIN, OfferStatus, QuestionStatus
from grantengine.campaigns.crowd_models import Offer, Question
from grantengine.campaigns.lifecycle import RefundRequestStatus
from grantengine.campaigns.managing_models import RefundRequest
from grantengine.clock import Clock
from grantengine.db import Database

FORGET_TASK = "forget_unconfirmed"
FORGET_ACCOUNTS_TASK = "forget_refund_accounts"
# A year in which the backer, the bank or an auditor may ask where the money went, and a month.
ACCOUNT_KEPT: Final = timedelta(days=400)


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


def forget_refund_accounts(database: Database, clock: Clock) -> None:
    """Forget the account numbers of requests that were answered more than ACCOUNT_KEPT ago."""
    with database.transaction() as session:
        session.execute(
            sa.update(RefundRequest)
            .where(
                RefundRequest.status != RefundRequestStatus.OPEN,
                RefundRequest.answered_at < clock.now() - ACCOUNT_KEPT,
                RefundRequest.iban.is_not(None),
            )
            .values(iban=None)
        )
