"""Where is this cent: from any word on a paper to an instalment and its ledger entries."""

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from grantengine.disbursements.models import Grant, Instalment, Payment, PaymentBatch
from grantengine.errors import NotFoundError
from grantengine.ledger import journal
from grantengine.ledger.entries import PostedEntry
from grantengine.programme.models import Experiment

RESULTS_MAX = 50


@dataclass(frozen=True, slots=True)
class Trace:
    """One instalment with everything that the ledger holds about it, oldest first.

    Attributes:
        grant_entries: what bound the money, where a decision did; for a campaign, what
            settled it.
        entries: releases, confirmations and what was taken back.
    """

    instalment: Instalment
    grant_entries: Sequence[PostedEntry]
    entries: Sequence[PostedEntry]


def find_instalments(session: Session, words: str) -> Sequence[Instalment]:
    """Find instalments by any of their names, at most RESULTS_MAX.

    Args:
        session: any session.
        words: case number, long reference, end-to-end id, batch key, IBAN, instalment, grant or
            campaign id, as a whole or from its beginning; or a part of the payee's or the
            experiment's name.
    """
    wanted = words.strip()
    if not wanted:
        return []
    compact = "".join(wanted.split())
    begins = [
        Grant.case_number.istartswith(wanted, autoescape=True),
        Grant.payee_iban.istartswith(compact, autoescape=True),
        Grant.id == wanted,
        Grant.subject_id == wanted,
        Instalment.id == wanted,
        Grant.payee_name.icontains(wanted, autoescape=True),
        Experiment.title.icontains(wanted, autoescape=True),
        Instalment.id.in_(_by_payment(wanted)),
    ]
    query = (
        _query()
        .join(Grant.experiment)
        .where(sa.or_(*begins))
        .order_by(Grant.case_number, Instalment.number)
        .limit(RESULTS_MAX)
    )
    return session.scalars(query).all()


def trace(session: Session, instalment_id: str) -> Trace:
    """Follow an instalment through the ledger.

    Raises:
        NotFoundError: there is no such instalment.
    """
    instalment = session.scalars(_query().where(Instalment.id == instalment_id)).one_or_none()
    if instalment is None:
        raise NotFoundError(kind="instalment", id=instalment_id)
    return Trace(
        instalment=instalment,
        grant_entries=journal.entries_about(session, instalment.grant.subject_id),
        entries=journal.entries_about(session, instalment.id),
    )


def _query() -> sa.Select[Instalment]:
    return (
        sa.select(Instalment)
        .join(Instalment.grant)
        .options(
            contains_eager(Instalment.grant).joinedload(Grant.experiment),
            selectinload(Instalment.payments)
            .joinedload(Payment.batch)
            .options(joinedload(PaymentBatch.prepared_by), joinedload(PaymentBatch.released_by)),
        )
    )


def _by_payment(wanted: str) -> sa.Select[str]:
    names = (Payment.long_reference, Payment.end_to_end_id)
    begins = [name.istartswith(wanted, autoescape=True) for name in names]
    return sa.select(Payment.instalment_id).where(sa.or_(*begins))
