"""Booking recipes of grants and payments: pure functions from a fact to a ledger entry."""

from dataclasses import dataclass
from datetime import date

from grantengine.campaigns import chart as campaigns
from grantengine.disbursements import chart
from grantengine.ledger.accounts import Fund
from grantengine.ledger.entries import Entry, Transfer
from grantengine.money import Money
from grantengine.programme.chart import TREASURY, Stage, envelope_code


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFacts:
    """What the ledger needs to know of one payment.

    Attributes:
        payment_id: names this attempt, so that an instalment can be paid again after a return.
        instalment_id: what the entries are about.
        fund: whose money it is.
        subject: the grant, or the campaign that the grant follows.
        envelope: the envelope of public money; empty for private money.
        ledger_account: general-ledger account of a public grant; empty for private money.
    """

    payment_id: str
    instalment_id: str
    fund: Fund
    subject: str
    envelope: str
    ledger_account: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardFacts:
    """What the ledger needs to know of a grant: which, from where, how much."""

    grant_id: str
    envelope: str
    amount: Money


def awarded(*, grant_id: str, envelope: str, amount: Money, on: date) -> Entry:
    """Book that a decision binds money of an envelope to a grant."""
    facts = AwardFacts(grant_id=grant_id, envelope=envelope, amount=amount)
    return _award("awarded", facts, Stage.AVAILABLE, Stage.COMMITTED, on)


def award_reserved(facts: AwardFacts, *, on: date) -> Entry:
    """Book that a decision promises money of an envelope on a condition."""
    return _award("award_reserved", facts, Stage.AVAILABLE, Stage.RESERVED, on)


def award_confirmed(facts: AwardFacts, *, on: date) -> Entry:
    """Book that the condition of a promise is met."""
    return _award("award_confirmed", facts, Stage.RESERVED, Stage.COMMITTED, on)


def award_changed(
    facts: AwardFacts, *, stage: Stage, difference: Money, cause_id: str, on: date
) -> Entry:
    """Book that a grant is more or less than it was: by a correction, or a lapsed condition.

    Args:
        facts: the grant.
        stage: where its money is: reserved or committed.
        difference: what is added; negative for what goes back to the envelope.
        cause_id: of the decision that corrects, or of the condition that lapsed.
        on: the date on which it counts.
    """
    free = envelope_code(facts.envelope, Stage.AVAILABLE)
    bound = envelope_code(facts.envelope, stage, facts.grant_id)
    transfer = (
        Transfer(free, bound, difference)
        if difference.cents > 0
        else Transfer(bound, free, -difference)
    )
    return Entry(
        key=f"award_changed:{cause_id}",
        kind="award_changed",
        about=facts.grant_id,
        effective_on=on,
        transfers=[transfer],
    )


def _award(kind: str, facts: AwardFacts, source: Stage, target: Stage, on: date) -> Entry:
    source_code, target_code = (
        envelope_code(facts.envelope, stage, None if stage is Stage.AVAILABLE else facts.grant_id)
        for stage in (source, target)
    )
    return Entry(
        key=f"{kind}:{facts.grant_id}",
        kind=kind,
        about=facts.grant_id,
        effective_on=on,
        transfers=[Transfer(source_code, target_code, facts.amount)],
    )


def payment_released(facts: PaymentFacts, *, on: date, treasury: str = TREASURY.code) -> Entry:
    """Book that a payment is on its way in a released batch.

    Args:
        facts: the payment.
        on: the date on which it counts.
        treasury: the account that public money is taken from: the programme's own, or that of
            the funder whose envelope pays.
    """
    public = facts.fund == Fund.PUBLIC
    transfers = _public_out(facts, treasury) if public else _private_out(facts)
    return _entry("payment_released", facts, on, transfers)


def payment_confirmed(facts: PaymentFacts, *, on: date) -> Entry:
    """Book that the bank has paid; `on` is the bank's booking date."""
    public = facts.fund == Fund.PUBLIC
    return _entry("payment_confirmed", facts, on, (_public_in if public else _private_in)(facts))


def _entry(kind: str, facts: PaymentFacts, on: date, transfers: list[Transfer]) -> Entry:
    return Entry(
        key=f"{kind}:{facts.payment_id}",
        kind=kind,
        about=facts.instalment_id,
        effective_on=on,
        transfers=transfers,
    )


def _public_out(facts: PaymentFacts, treasury: str) -> list[Transfer]:
    committed, in_payment = (
        envelope_code(facts.envelope, stage, facts.subject)
        for stage in (Stage.COMMITTED, Stage.IN_PAYMENT)
    )
    return [
        Transfer(committed, in_payment, facts.amount),
        Transfer(chart.IN_TRANSIT.code, treasury, facts.amount),
    ]


def _private_out(facts: PaymentFacts) -> list[Transfer]:
    held, payable = campaigns.held(facts.subject), campaigns.payable(facts.subject)
    return [Transfer(held, payable, facts.amount)]


def _public_in(facts: PaymentFacts) -> list[Transfer]:
    in_payment, paid = (
        envelope_code(facts.envelope, stage, facts.subject)
        for stage in (Stage.IN_PAYMENT, Stage.PAID)
    )
    grants = chart.grants_account(ledger_account=facts.ledger_account, envelope=facts.envelope)
    return [
        Transfer(in_payment, paid, facts.amount),
        Transfer(grants.code, chart.IN_TRANSIT.code, facts.amount),
    ]


def _private_in(facts: PaymentFacts) -> list[Transfer]:
    payable, kept = campaigns.payable(facts.subject), campaigns.kept(facts.subject)
    return [
        Transfer(payable, campaigns.ESCROW.code, facts.amount),
        Transfer(campaigns.delivered(facts.subject), kept, facts.amount),
    ]
