"""Envelopes of other funders: opened for a city, a foundation or a ministry, filled, emptied."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from slugify import slugify
from sqlalchemy.orm import Session

from grantengine import history
from grantengine.clock import HELSINKI
from grantengine.ids import new_id
from grantengine.ledger import journal
from grantengine.ledger import queries as balances
from grantengine.ledger import service as ledger
from grantengine.ledger.entries import PostedEntry
from grantengine.ledger.errors import OverdraftError
from grantengine.money import Money
from grantengine.programme import bookings, chart, queries
from grantengine.programme.chart import Stage, envelope_code
from grantengine.programme.errors import FundingSpentError
from grantengine.programme.models import Envelope, Programme

# What the budget view of the ledger calls things that are no envelope.
_NOT_ENVELOPES = frozenset({"appropriation", "unallotted"})
_CODE_LENGTH_MAX = 20  # Leaves room for a number within the 24 of the column.


class FundingStep(StrEnum):
    """Which way a funder's money went."""

    RECEIVED = "received"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class FundedEnvelopePlan:
    """An envelope to open for a funder; there is nothing in it yet.

    Attributes:
        funder_id: the organisation that pays into it.
        names: by language.
        grants_target: how many grants it may give at most; None for as many as its money allows.
    """

    funder_id: str
    names: Mapping[str, str]
    grants_target: int | None = None


@dataclass(slots=True)
class Funding:
    """Money that a funder paid in or got back; its amount is in the ledger under its id."""

    id: str
    status: FundingStep


@dataclass(frozen=True, slots=True)
class FundingLine:
    """A line of an envelope's account with its funder.

    Attributes:
        step: whether it came or went back.
        entry: what was booked.
        actor_id: who recorded it.
        note: the payment's reference, or why it went back.
    """

    step: FundingStep
    entry: PostedEntry
    actor_id: str | None
    note: str

    @property
    def amount(self) -> Money:
        """How much, whichever way it went."""
        return self.entry.transfers[0].amount


def open_funded_envelope(
    session: Session,
    programme: Programme,
    plan: FundedEnvelopePlan,
    *,
    now: datetime,
    envelope_id: str | None = None,
) -> Envelope:
    """Open an envelope whose money is kept apart from the programme's and every other funder's.

    Args:
        session: the transaction.
        programme: in which calls draw on it.
        plan: whose it is and what it is called.
        now: the present instant.
        envelope_id: the id that was kept for it: sent twice, it opens one envelope.

    Raises:
        NotFoundError: there is no such organisation.
    """
    # One row held, so that two who open an envelope at once get codes and places of their own.
    session.refresh(programme, with_for_update={"key_share": True})
    made = session.get(Envelope, envelope_id) if envelope_id else None
    if made is not None:
        return made
    queries.organisation(session, plan.funder_id)
    envelope = Envelope(
        id=envelope_id or new_id("env", now),
        programme_id=programme.id,
        code=_free_code(session, plan),
        position=1 + max((each.position for each in programme.envelopes), default=-1),
        names=dict(plan.names),
        grants_target=plan.grants_target,
        funder_id=plan.funder_id,
    )
    session.add(envelope)
    session.flush()  # Calls point at it.
    session.expire(programme, ["envelopes"])
    own = [*chart.envelope_accounts(envelope.code), *chart.funded_accounts(envelope.code)]
    ledger.open_accounts(session, own, now=now)
    ledger.spread(session, envelope_code(envelope.code, Stage.AVAILABLE))
    return envelope


def receive_funding(
    session: Session,
    envelope: Envelope,
    amount: Money,
    *,
    funding_id: str,
    note: str,
    actor_id: str | None,
    now: datetime,
) -> None:
    """Book that money of its funder has come for an envelope; the same id books once.

    Args:
        session: the transaction.
        envelope: one with a funder.
        amount: positive.
        funding_id: names this payment, `fnd_…`.
        note: the reference that it came under.
        actor_id: who says so.
        now: the present instant.

    Raises:
        KeyReusedError: another amount was booked under the id.
    """
    facts = _facts(envelope, funding_id, amount, now)
    ledger.post(session, bookings.funding_received(**facts), now=now)
    _write_down(session, Funding(funding_id, FundingStep.RECEIVED), note, actor_id, now)


def return_funding(
    session: Session,
    envelope: Envelope,
    amount: Money,
    *,
    funding_id: str,
    note: str,
    actor_id: str | None,
    now: datetime,
) -> None:
    """Book that unspent money goes back to its funder; the same id books once.

    Only what is free can go back: what is promised, decided or paid stays.

    Args:
        session: the transaction.
        envelope: one with a funder.
        amount: positive.
        funding_id: names this payment, `fnd_…`.
        note: why.
        actor_id: who says so.
        now: the present instant.

    Raises:
        FundingSpentError: less than that is free, even by a cent; nothing is booked.
        KeyReusedError: another amount was booked under the id.
    """
    facts = _facts(envelope, funding_id, amount, now)
    try:
        ledger.post(session, bookings.funding_returned(**facts), now=now)
    except OverdraftError as error:
        raise FundingSpentError(
            envelope=envelope.code,
            available=Money(error.details["available_cents"]),
            wanted=amount,
        ) from error
    _write_down(session, Funding(funding_id, FundingStep.RETURNED), note, actor_id, now)


def free_of(session: Session, envelope: Envelope) -> Money:
    """Read what is free to promise, and so to go back."""
    return balances.balance(session, envelope_code(envelope.code, Stage.AVAILABLE))


def funding_lines(session: Session, envelope: Envelope) -> list[FundingLine]:
    """List what came from the funder and went back, oldest first."""
    lines = []
    for entry in journal.entries_about(session, envelope.id):
        step, _colon, funding_id = entry.key.partition(":")
        written = history.history_of(session, funding_id)
        if written:
            kept = written[0]
            found = FundingStep(step.removeprefix("funding_"))
            lines.append(FundingLine(found, entry, kept.actor_id, kept.note or ""))
    return lines


def _facts(envelope: Envelope, funding_id: str, amount: Money, now: datetime) -> dict[str, Any]:
    assert envelope.funder_id is not None
    return {
        "funding_id": funding_id,
        "envelope_id": envelope.id,
        "envelope": envelope.code,
        "amount": amount,
        "on": now.astimezone(HELSINKI).date(),
    }


def _write_down(
    session: Session, funding: Funding, note: str, actor_id: str | None, now: datetime
) -> None:
    if not history.history_of(session, funding.id):
        history.start(session, funding, now=now, actor_id=actor_id, note=note)


def _free_code(session: Session, plan: FundedEnvelopePlan) -> str:
    """Make a code from the first name, free among envelopes and apart from the ledger's words."""
    name = next(iter(plan.names.values()))
    wanted = slugify(name, max_length=_CODE_LENGTH_MAX, word_boundary=True)
    if not wanted[:1].isalnum():
        wanted = "envelope"
    taken = set(session.scalars(sa.select(Envelope.code))) | _NOT_ENVELOPES
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return next(code for code in (wanted, *numbered) if code not in taken)
