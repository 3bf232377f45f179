"""Setting money aside and ending that: hold, then capture, release or let expire.

What is on hold counts against the floor at once; nothing moves before the capture, which posts
an entry. A hold ends once. Capturing a part sets the rest free.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.ledger import posting
from grantengine.ledger.entries import CAPTURED, Entry, Transfer
from grantengine.ledger.errors import (
    HoldEndedError,
    HoldExceededError,
    KeyReusedError,
    ReasonHeldError,
    UnknownHoldError,
)
from grantengine.ledger.models import Account, HoldEnd, HoldRow
from grantengine.ledger.refusals import judge
from grantengine.money import Money

_PREFIX = "hld_"


class Outcome(StrEnum):
    """What becomes of a hold."""

    CAPTURED = "captured"
    RELEASED = "released"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Hold:
    """An amount to set aside.

    Attributes:
        entry: what the capture will post; one transfer. Its key is the hold's key.
        reason: what it is held for, such as pledge and rule; held for once only.
        expires_on: the last day on which it can be captured, None for no end.
    """

    entry: Entry
    reason: str
    expires_on: date | None = None


def hold(session: Session, wanted: Hold, *, now: datetime) -> str:
    """Set an amount aside.

    The same key with the same content holds nothing more and gives the first hold's id.

    Returns:
        The id of the hold, `hld_…`.

    Raises:
        UnknownAccountError, CrossingError, OverdraftError: as for posting the entry.
        KeyReusedError: the key stands for a hold of other content.
        ReasonHeldError: something was held for the same reason before.

    Example:
        >>> hold(session, Hold(pledge, reason="plg_01:mrl_01", expires_on=today), now=now)
        'hld_...'
        >>> print(queries.available(session, "budget:match:available"))
        499980.00 EUR
    """
    entry, (transfer,) = wanted.entry, wanted.entry.transfers
    # Held accounts make whoever wants the same wait, so what is looked at here stays true.
    accounts = posting.lock(session, entry)
    known = session.scalars(sa.select(HoldRow).where(HoldRow.key == entry.key)).first()
    if known is not None:
        if (known.request_hash.hex(), known.reason) != (entry.request_hash, wanted.reason):
            raise KeyReusedError(key=entry.key)
        return _hold_id(known.number)
    held = session.scalar(sa.select(HoldRow.number).where(HoldRow.reason == wanted.reason))
    if held is not None:
        raise ReasonHeldError(reason=wanted.reason, hold=_hold_id(held))
    judge(entry, accounts)
    row = sa.insert(HoldRow).values(
        key=entry.key,
        reason=wanted.reason,
        request_hash=bytes.fromhex(entry.request_hash),
        kind=entry.kind,
        about=entry.about,
        debit_account_id=accounts[transfer.debit].id,
        credit_account_id=accounts[transfer.credit].id,
        amount_cents=transfer.amount.cents,
        currency=transfer.amount.currency,
        effective_on=entry.effective_on,
        expires_on=wanted.expires_on,
        held_at=now,
    )
    return _hold_id(session.execute(row.returning(HoldRow.number)).scalar_one())


def capture(
    session: Session, hold_id: str, *, amount: Money, effective_on: date, now: datetime
) -> str:
    """Post what was held, or a part of it, and set the rest free.

    Repeated with the same amount and date it posts nothing and gives the first entry's id.

    Returns:
        The id of the entry.

    Raises:
        UnknownHoldError: there is no such hold.
        HoldEndedError: it ended before, or its last day is past.
        HoldExceededError: more is wanted than is held.

    Example:
        >>> held = hold(session, Hold(pledge, reason="plg_01:mrl_01"), now=now)
        >>> capture(session, held, amount=eur("15"), effective_on=today, now=now)
        'ent_...'
        >>> print(queries.available(session, "budget:match:available"))
        499985.00 EUR
    """
    held, outcome = _locked(session, hold_id)
    if outcome not in {None, Outcome.CAPTURED}:
        raise HoldEndedError(hold=hold_id, outcome=outcome)
    if outcome is None and held.expires_on is not None and effective_on > held.expires_on:
        raise HoldEndedError(hold=hold_id, outcome=Outcome.EXPIRED)
    if amount.cents > held.amount_cents:
        raise HoldExceededError(
            hold=hold_id, held_cents=held.amount_cents, wanted_cents=amount.cents
        )
    entry = _entry_of(session, held, amount, effective_on)
    with session.begin_nested():
        if outcome is None:
            _end(session, held.number, Outcome.CAPTURED, now=now)
        return posting.post(session, entry, reverses=None, now=now)


def release(session: Session, hold_id: str, *, now: datetime) -> None:
    """Set a hold free; when it is free already, nothing changes.

    Raises:
        UnknownHoldError: there is no such hold.
        HoldEndedError: it was captured.

    Example:
        >>> held = hold(session, Hold(pledge, reason="plg_01:mrl_01"), now=now)
        >>> release(session, held, now=now)
        >>> outcome_of(session, held)
        <Outcome.RELEASED: 'released'>
    """
    held, outcome = _locked(session, hold_id)
    if outcome is Outcome.CAPTURED:
        raise HoldEndedError(hold=hold_id, outcome=outcome)
    if outcome is None:
        _end(session, held.number, Outcome.RELEASED, now=now)


def expire(session: Session, *, on: date, now: datetime) -> int:
    """Set free every hold whose last day is before a date; say how many."""
    over = (
        sa.select(HoldRow.number)
        .outerjoin(HoldEnd, HoldEnd.hold_number == HoldRow.number)
        .where(HoldRow.expires_on < on, HoldEnd.hold_number.is_(None))
        .order_by(HoldRow.number)
        .with_for_update(of=HoldRow, skip_locked=True)
    )
    numbers = session.scalars(over).all()
    for number in numbers:
        _end(session, number, Outcome.EXPIRED, now=now)
    return len(numbers)


def outcome_of(session: Session, hold_id: str) -> Outcome | None:
    """Tell what became of a hold; None while it stands.

    Raises:
        UnknownHoldError: there is no such hold.
    """
    return _ended(session, _found(session, hold_id).number)


def _locked(session: Session, hold_id: str) -> tuple[HoldRow, Outcome | None]:
    # Its end is looked at once nobody else can end it.
    held = _found(session, hold_id, lock=True)
    return held, _ended(session, held.number)


def _found(session: Session, hold_id: str, *, lock: bool = False) -> HoldRow:
    digits = hold_id.removeprefix(_PREFIX)
    query = sa.select(HoldRow).where(HoldRow.number == (int(digits) if digits.isdecimal() else 0))
    if lock:
        query = query.with_for_update(key_share=True)
    held = session.scalars(query).first()
    if held is None or _hold_id(held.number) != hold_id:
        raise UnknownHoldError(hold=hold_id)
    return held


def _ended(session: Session, number: int) -> Outcome | None:
    query = sa.select(HoldEnd.outcome).where(HoldEnd.hold_number == number)
    outcome = session.scalar(query)
    return None if outcome is None else Outcome(outcome)


def _end(session: Session, number: int, outcome: Outcome, *, now: datetime) -> None:
    values = {"hold_number": number, "outcome": outcome, "ended_at": now}
    session.execute(sa.insert(HoldEnd).values(values))


def _entry_of(session: Session, held: HoldRow, amount: Money, effective_on: date) -> Entry:
    codes = dict(
        session.execute(
            sa.select(Account.id, Account.code).where(
                Account.id.in_([held.debit_account_id, held.credit_account_id])
            )
        ).all()
    )
    sides = (codes[held.debit_account_id], codes[held.credit_account_id])
    return Entry(
        key=f"{held.key}{CAPTURED}",
        kind=held.kind,
        about=held.about,
        effective_on=effective_on,
        transfers=[Transfer(*sides, amount)],
    )


def _hold_id(number: int) -> str:
    return f"{_PREFIX}{number:012}"
