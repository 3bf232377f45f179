"""Correcting the account that a grant is paid to: one officer proposes, another confirms."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grantengine import history
from grantengine.disbursements.accounts import normalise_iban
from grantengine.disbursements.batches import ensure_officer
from grantengine.disbursements.errors import (
    AccountChangeWaitsError,
    AccountInBatchError,
    AccountUnchangedError,
    SameOfficerError,
)
from grantengine.disbursements.lifecycle import (
    ACCOUNT_CHANGE_MOVES,
    AccountChangeStatus,
    InstalmentStatus,
)
from grantengine.disbursements.models import AccountChange, Grant, Instalment
from grantengine.errors import NotFoundError
from grantengine.ids import new_id


def propose_account(
    session: Session, grant_id: str, iban: str, *, reason: str, officer_id: str, now: datetime
) -> AccountChange:
    """Propose another account for what a grant still pays; nothing changes before it is confirmed.

    Args:
        session: the transaction.
        grant_id: whose payee has another account.
        iban: the account, spaces allowed.
        reason: how the officer came to know it.
        officer_id: who proposes.
        now: the present instant.

    Raises:
        NotAllowedError: the person is no finance officer.
        NotFoundError: there is no such grant.
        InvalidIBANError: the account number is none.
        AccountUnchangedError: it is the account that the grant has.
        AccountChangeWaitsError: another correction waits already.
    """
    ensure_officer(session, officer_id)
    grant = _locked_grant(session, grant_id)
    wanted = normalise_iban(iban)
    if wanted == grant.payee_iban:
        raise AccountUnchangedError(case_number=grant.case_number)
    if waiting_change(session, grant_id) is not None:
        raise AccountChangeWaitsError(case_number=grant.case_number)
    change = AccountChange(
        id=new_id("acc", now),
        grant_id=grant_id,
        status=AccountChangeStatus.PROPOSED,
        old_iban=grant.payee_iban,
        new_iban=wanted,
        reason=reason,
        proposed_by_id=officer_id,
        proposed_at=now,
    )
    session.add(change)
    session.flush()  # Its history points at it.
    history.start(session, change, now=now, actor_id=officer_id)
    return change


def confirm_account(
    session: Session, change_id: str, *, officer_id: str, now: datetime
) -> AccountChange:
    """Take a proposed account into use, as the second pair of eyes.

    Raises:
        NotAllowedError: the person is no finance officer.
        NotFoundError: there is no such correction.
        SameOfficerError: it is who proposed it.
        AccountInBatchError: a draft batch holds a payment to the old account.
        IllegalMoveError: it was confirmed or dropped before.
    """
    change = _locked_change(session, change_id, officer_id)
    if change.proposed_by_id == officer_id:
        raise SameOfficerError(case_number=change.grant.case_number)
    if _is_in_draft(session, change.grant_id):
        raise AccountInBatchError(case_number=change.grant.case_number)
    _answer(session, change, AccountChangeStatus.CONFIRMED, officer_id, now=now)
    change.grant.payee_iban = change.new_iban
    return change


def drop_account(
    session: Session, change_id: str, *, officer_id: str, now: datetime
) -> AccountChange:
    """Give a proposed account up; either officer may.

    Raises:
        NotAllowedError, NotFoundError, IllegalMoveError: as when it is confirmed.
    """
    change = _locked_change(session, change_id, officer_id)
    _answer(session, change, AccountChangeStatus.DROPPED, officer_id, now=now)
    return change


def waiting_change(session: Session, grant_id: str) -> AccountChange | None:
    """Find the correction of a grant that waits for the second pair of eyes."""
    query = _changes().where(
        AccountChange.grant_id == grant_id, AccountChange.status == AccountChangeStatus.PROPOSED
    )
    return session.scalars(query).one_or_none()


def changes_of(session: Session, grant_id: str) -> Sequence[AccountChange]:
    """List every correction of a grant's account, the newest first."""
    query = _changes().where(AccountChange.grant_id == grant_id)
    return session.scalars(query.order_by(AccountChange.id.desc())).all()


def waiting_changes(session: Session) -> Sequence[AccountChange]:
    """List every correction that waits for the second pair of eyes, the oldest first."""
    query = _changes().where(AccountChange.status == AccountChangeStatus.PROPOSED)
    return session.scalars(query.order_by(AccountChange.id)).all()


def _changes() -> sa.Select[AccountChange]:
    return sa.select(AccountChange).options(
        joinedload(AccountChange.grant).selectinload(Grant.instalments),
        joinedload(AccountChange.proposed_by),
        joinedload(AccountChange.answered_by),
    )


def _locked_change(session: Session, change_id: str, officer_id: str) -> AccountChange:
    ensure_officer(session, officer_id)
    change = session.get(AccountChange, change_id)
    if change is None:
        raise NotFoundError(kind="account_change", id=change_id)
    _locked_grant(session, change.grant_id)
    session.refresh(change)  # The other officer may have answered while we waited for the row.
    return change


def _answer(
    session: Session,
    change: AccountChange,
    target: AccountChangeStatus,
    officer_id: str,
    *,
    now: datetime,
) -> None:
    history.move(session, change, ACCOUNT_CHANGE_MOVES, target, now=now, actor_id=officer_id)
    change.answered_by_id = officer_id
    change.answered_at = now


def _locked_grant(session: Session, grant_id: str) -> Grant:
    """Hold a grant's row: corrections of one grant, and its collecting, come one after another."""
    grant = session.get(Grant, grant_id, with_for_update={"of": Grant}, populate_existing=True)
    if grant is None:
        raise NotFoundError(kind="grant", id=grant_id)
    return grant


def _is_in_draft(session: Session, grant_id: str) -> bool:
    query = sa.select(Instalment.id).where(
        Instalment.grant_id == grant_id, Instalment.status == InstalmentStatus.BATCHED
    )
    return session.scalar(query.limit(1)) is not None
