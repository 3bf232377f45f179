"""Booking recipes of the programme: pure functions from a fact to a ledger entry."""

from datetime import date

from grantengine.ledger.entries import Entry, Transfer
from grantengine.money import Money
from grantengine.programme import chart
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


def funding_received(
    *, funding_id: str, envelope_id: str, envelope: str, amount: Money, on: date
) -> Entry:
    """Book that a funder has paid into its envelope: the right to spend it, and the money.

    Both are in accounts of the envelope's own, so that no other envelope can spend them.

    Args:
        funding_id: names this payment.
        envelope_id: what the entry is about.
        envelope: its code.
        amount: positive.
        on: the day on which the money counts.
    """
    return Entry(
        key=f"funding_received:{funding_id}",
        kind="funding_received",
        about=envelope_id,
        effective_on=on,
        transfers=_between_funder_and(envelope, amount),
    )


def funding_returned(
    *, funding_id: str, envelope_id: str, envelope: str, amount: Money, on: date
) -> Entry:
    """Book that money that was not spent goes back to the funder; `funding_received` mirrored."""
    return Entry(
        key=f"funding_returned:{funding_id}",
        kind="funding_returned",
        about=envelope_id,
        effective_on=on,
        transfers=[
            Transfer(each.credit, each.debit, each.amount)
            for each in _between_funder_and(envelope, amount)
        ],
    )


def _between_funder_and(envelope: str, amount: Money) -> list[Transfer]:
    available = envelope_code(envelope, Stage.AVAILABLE)
    return [
        Transfer(chart.entrusted(envelope).code, available, amount),
        Transfer(chart.purse(envelope).code, chart.funder(envelope).code, amount),
    ]
