"""Booking recipes of the programme: pure functions from a fact to a ledger entry."""

from datetime import date

from grantengine.ledger.entries import Entry, Transfer
from grantengine.money import Money
from grantengine.programme.chart import (
    APPROPRIATION,
    STATE,
    TREASURY,
    UNALLOTTED,
    Stage,
    envelope_code,
)


def appropriated(*, programme_id: str, amount: Money, on: date) -> Entry:
    """Book that parliament has appropriated money: the right to spend it, and the money."""
    return Entry(
        key=f"appropriated:{programme_id}:{on.isoformat()}",
        kind="appropriated",
        about=programme_id,
        effective_on=on,
        transfers=[
            Transfer(APPROPRIATION.code, UNALLOTTED.code, amount),
            Transfer(TREASURY.code, STATE.code, amount),
        ],
    )


def allotted(*, envelope_id: str, envelope: str, amount: Money, on: date) -> Entry:
    """Book that a part of the appropriation goes to an envelope."""
    target = envelope_code(envelope, Stage.AVAILABLE)
    return Entry(
        key=f"allotted:{envelope_id}:{on.isoformat()}",
        kind="allotted",
        about=envelope_id,
        effective_on=on,
        transfers=[Transfer(UNALLOTTED.code, target, amount)],
    )
