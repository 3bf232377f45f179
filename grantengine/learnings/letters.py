"""The letter to those who paid for an experiment: this is what it learned."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import outbox
from grantengine.campaigns.lifecycle import PledgeStatus
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.learnings.models import Learning

LETTER = "learning_published"


def enqueue_to_backers(session: Session, learning: Learning, *, now: datetime) -> int:
    """Write to everybody whose pledge to the experiment was collected, once to each.

    In the publishing transaction, so that nobody is told twice or before it is so.

    Returns:
        How many letters were written.
    """
    experiment = learning.experiment
    backers = session.execute(_backers_of(experiment.id)).all()
    numbers = _numbers_of(session, experiment.id)
    for email, language, paid_cents in backers:
        facts = {
            "experiment_title": experiment.title,
            "experiment_slug": experiment.slug,
            "result": str(learning.result),
            "narrator": learning.narrator,
            "paid_cents": int(paid_cents),
            "legal_number": numbers,
        }
        outbox.enqueue(session, LETTER, recipient=email, language=language, facts=facts, now=now)
    return len(backers)


def _numbers_of(session: Session, experiment_id: str) -> str | None:
    """Give the numbers of the experiment's collections, None when it had no collection."""
    query = sa.select(Campaign.legal_number).where(
        Campaign.experiment_id == experiment_id, Campaign.legal_number.is_not(None)
    )
    return ", ".join(session.scalars(query.order_by(Campaign.opens_at))) or None


def _backers_of(experiment_id: str) -> sa.Select[str, str, int]:
    # One person may have pledged under several spellings of one address: any of them arrives.
    return (
        sa.select(
            sa.func.min(Pledge.email),
            sa.func.max(Pledge.language),
            sa.func.sum(Pledge.amount_cents),
        )
        .join(Pledge.campaign)
        .where(Campaign.experiment_id == experiment_id, Pledge.status == PledgeStatus.COLLECTED)
        .group_by(Pledge.backer)
        .order_by(Pledge.backer)
    )
