"""A settled campaign is paid less when money went back to its backers."""

from datetime import datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import history
from grantengine.campaigns.events import MoneyReturned
from grantengine.clock import HELSINKI
from grantengine.disbursements.lifecycle import INSTALMENT_MOVES, InstalmentStatus
from grantengine.disbursements.models import Grant, Instalment
from grantengine.ledger.accounts import Fund
from grantengine.money import Money

_UNPAID = (InstalmentStatus.OPEN, InstalmentStatus.WAITING)


def on_money_returned(session: Session, event: MoneyReturned) -> None:
    """Take from what is still to be paid, the last instalment first.

    What is in a batch or paid stays: the ledger refuses to release more than is held, and what
    was paid too much is a claim on the payee.
    """
    # The event tells a day; noon keeps it the same day in Finland and in UTC.
    now = datetime.combine(event.returned_on, time(12), tzinfo=HELSINKI)
    for fund, amount in ((Fund.PRIVATE, event.private), (Fund.PUBLIC, event.matched)):
        if amount:
            _lessen(session, event.campaign_id, fund, amount, now=now)


def _lessen(
    session: Session, campaign_id: str, fund: Fund, amount: Money, *, now: datetime
) -> None:
    query = (
        sa.select(Instalment)
        .join(Grant)
        .where(
            Grant.subject_id == campaign_id,
            Grant.fund == fund,
            Instalment.status.in_(_UNPAID),
        )
        .order_by(Instalment.number.desc())
        .with_for_update(of=Instalment)
    )
    for instalment in session.scalars(query):
        taken = min(amount, instalment.amount)
        amount -= taken
        if taken == instalment.amount:
            history.move(session, instalment, INSTALMENT_MOVES, InstalmentStatus.DROPPED, now=now)
        else:
            instalment.amount_cents -= taken.cents
        if not amount:
            return
