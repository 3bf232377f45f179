"""Finishing: an account that is no longer used, and the books of a year."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.ledger.errors import AccountNotEmptyError, UnknownAccountError
from grantengine.ledger.models import Account


def close_account(session: Session, code: str, *, now: datetime) -> None:
    """Close an account that holds nothing; nothing is posted to it or held on it any more.

    Closing it again changes nothing. What happened on it stays in every statement.

    Raises:
        UnknownAccountError: there is no such account.
        AccountNotEmptyError: it holds money, or something is on hold.
    """
    # Held until the end of the transaction, so that nobody posts between the look and the close.
    lock = sa.select(Account).where(Account.code == code).with_for_update(key_share=True)
    account = session.scalars(lock.execution_options(populate_existing=True)).first()
    if account is None:
        raise UnknownAccountError(account=code)
    net_cents = account.debit_posted_cents - account.credit_posted_cents
    held_cents = account.debit_pending_cents + account.credit_pending_cents
    if net_cents or held_cents:
        raise AccountNotEmptyError(account=code, net_cents=net_cents, held_cents=held_cents)
    if account.closed_at is None:
        account.closed_at = now
        session.flush()  # Posting looks past the session's unit of work.


def reopen_account(session: Session, code: str) -> None:
    """Open a closed account again; an open one stays as it is.

    Raises:
        UnknownAccountError: there is no such account.
    """
    account = session.scalars(sa.select(Account).where(Account.code == code)).first()
    if account is None:
        raise UnknownAccountError(account=code)
    account.closed_at = None
    session.flush()  # Posting looks past the session's unit of work.
