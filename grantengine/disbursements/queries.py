"""Reading grants and instalments."""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, selectinload

from grantengine.disbursements.models import Grant, Instalment


def grants_of_experiment(session: Session, experiment_id: str) -> Sequence[Grant]:
    """List an experiment's grants with their instalments, oldest first."""
    query = (
        sa.select(Grant)
        .where(Grant.experiment_id == experiment_id)
        .options(selectinload(Grant.instalments))
        # Public before private where a campaign made both at once.
        .order_by(Grant.awarded_at, Grant.fund.desc(), Grant.id)
    )
    return session.scalars(query).all()


def instalments_of_experiment(session: Session, experiment_id: str) -> Sequence[Instalment]:
    """List an experiment's instalments with their grants, in the order they are due."""
    query = (
        sa.select(Instalment)
        .join(Instalment.grant)
        .where(Grant.experiment_id == experiment_id)
        .options(contains_eager(Instalment.grant))
        .order_by(Instalment.due_on, Grant.awarded_at, Grant.id, Instalment.number)
    )
    return session.scalars(query).all()


def has_grant(session: Session, grant: Grant) -> bool:
    """Tell whether the same case, or the same subject of the same fund, has a grant."""
    same_subject = (Grant.fund == grant.fund) & (Grant.subject_id == grant.subject_id)
    query = sa.select(Grant.id).where((Grant.case_number == grant.case_number) | same_subject)
    return session.scalar(query.limit(1)) is not None
