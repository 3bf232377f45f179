"""Granting money: awards, what a settled campaign is paid, instalments that a learning opens."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import history, writing
from grantengine.campaigns.chart import MATCH_ENVELOPE
from grantengine.campaigns.events import CampaignSettled
from grantengine.clock import HELSINKI
from grantengine.disbursements import accounts, bookings, chart, queries
from grantengine.disbursements.errors import GrantExistsError, InstalmentSumError
from grantengine.disbursements.lifecycle import INSTALMENT_MOVES, InstalmentStatus
from grantengine.disbursements.models import Grant, Instalment
from grantengine.disbursements.numbering import next_number
from grantengine.disbursements.posting_accounts import posting_account, recipient_type
from grantengine.ids import new_id
from grantengine.ledger import service as ledger
from grantengine.ledger.accounts import Fund
from grantengine.money import Money, total
from grantengine.programme import queries as programme
from grantengine.programme.chart import subject_accounts
from grantengine.programme.lifecycle import OrganisationKind

# Case numbers of what no decision of its own was made on: vastinraha and joukkorahoitus.
MATCH_SERIES = "VR"
PRIVATE_SERIES = "JR"


@dataclass(frozen=True, slots=True)
class InstalmentTerms:
    """A part of a grant: how much, when, and whether it waits for the learning card."""

    amount: Money
    due_on: date
    opens_on_learning: bool = False


@dataclass(frozen=True, slots=True)
class GrantTerms:
    """What was decided; the instalments add up to the amount.

    Attributes:
        case_number: names the decision for the payee; once for each grant.
        payee_iban: checked here, spaces allowed.
        decision_id: the decision it follows from, if there is one.
    """

    experiment_id: str
    organisation_id: str
    envelope: str
    amount: Money
    case_number: str
    payee_name: str
    payee_iban: str
    recipient_kind: OrganisationKind
    instalments: Sequence[InstalmentTerms]
    decision_id: str | None = None


def award_grant(session: Session, terms: GrantTerms, *, now: datetime) -> Grant:
    """Bind an envelope's money to an experiment and plan its instalments.

    Returns:
        The grant; its instalments are open, or wait for the learning card.

    Raises:
        OverdraftError: the envelope lacks the money, even by a cent.
        InstalmentSumError: the instalments do not add up to the amount.
        GrantExistsError: the case has its grant already.
        InvalidIBANError: the account number is none.
        UnknownEnvelopeError: there is no such envelope.
    """
    programme.envelope(session, terms.envelope)
    grant = _public_grant(session, terms, subject_id=None, confirmed_at=now, now=now)
    entry = bookings.awarded(
        grant_id=grant.id,
        envelope=terms.envelope,
        amount=terms.amount,
        on=now.astimezone(HELSINKI).date(),
    )
    ledger.post(session, entry, now=now)
    return grant


def reserve_grant(session: Session, terms: GrantTerms, *, now: datetime) -> Grant:
    """Promise an envelope's money to an experiment on a condition; nothing is paid before it.

    Returns:
        The grant; all its instalments wait. `changing` confirms it or takes it back.

    Raises:
        what `award_grant` raises.
    """
    programme.envelope(session, terms.envelope)
    grant = _public_grant(session, terms, subject_id=None, confirmed_at=None, now=now)
    facts = bookings.AwardFacts(grant_id=grant.id, envelope=terms.envelope, amount=terms.amount)
    entry = bookings.award_reserved(facts, on=now.astimezone(HELSINKI).date())
    ledger.post(session, entry, now=now)
    return grant


def on_campaign_settled(session: Session, event: CampaignSettled) -> None:
    """Plan what a funded campaign is paid: its match and its backers' money, open at once.

    The match was committed when the campaign was settled, so nothing is booked here.
    """
    if not event.funded:
        return
    # The event tells a day; noon keeps it the same day in Finland and in UTC.
    now = datetime.combine(event.settled_on, time(12), tzinfo=HELSINKI)
    kind = programme.organisation(session, event.organisation_id).kind
    if event.matched:
        terms = _campaign_terms(session, event, kind, event.matched, MATCH_SERIES)
        _public_grant(session, terms, subject_id=event.campaign_id, confirmed_at=now, now=now)
    if event.private_net:
        terms = _campaign_terms(session, event, kind, event.private_net, PRIVATE_SERIES)
        # Settling has opened every account that the payout needs.
        grant = _grant(terms, Fund.PRIVATE, subject_id=event.campaign_id, now=now)
        _save(session, grant, terms, now=now)


def open_learning_instalments(session: Session, experiment_id: str, *, now: datetime) -> int:
    """Open what waits for an experiment's learning card, whatever its result.

    Returns:
        How many instalments were opened; none the second time.
    """
    waiting = session.scalars(
        sa.select(Instalment)
        .join(Grant)
        .where(
            Grant.experiment_id == experiment_id,
            Instalment.status == InstalmentStatus.WAITING,
            Instalment.opens_on_learning,
            Grant.confirmed_at.is_not(None),
        )
        .order_by(Instalment.id)  # Same order everywhere, so no deadlock.
        .with_for_update(of=Instalment)
    ).all()
    for instalment in waiting:
        instalment.opened_at = now
        history.move(session, instalment, INSTALMENT_MOVES, InstalmentStatus.OPEN, now=now)
    return len(waiting)


def _campaign_terms(
    session: Session,
    event: CampaignSettled,
    recipient_kind: OrganisationKind,
    amount: Money,
    series: str,
) -> GrantTerms:
    year = event.settled_on.year
    number = next_number(session, f"{series}/{year}")
    return GrantTerms(
        experiment_id=event.experiment_id,
        organisation_id=event.organisation_id,
        envelope=MATCH_ENVELOPE,
        amount=amount,
        case_number=f"{series}/{number}/{year}",
        payee_name=event.payee_name,
        payee_iban=event.payee_iban,
        recipient_kind=recipient_kind,
        instalments=[InstalmentTerms(amount, event.settled_on)],
    )


def _public_grant(
    session: Session,
    terms: GrantTerms,
    *,
    subject_id: str | None,
    confirmed_at: datetime | None,
    now: datetime,
) -> Grant:
    running = programme.current_programme(session)
    grant = _grant(terms, Fund.PUBLIC, subject_id=subject_id, now=now)
    grant.confirmed_at = confirmed_at
    grant.envelope = terms.envelope
    grant.ledger_account = posting_account(recipient_type(terms.recipient_kind))
    # Another funder's money stands nowhere in the budget of the state.
    is_ours = programme.envelope(session, terms.envelope).funder_id is None
    grant.budget_account = running.budget_account if is_ours else None
    shared = [
        chart.IN_TRANSIT,
        chart.grants_account(ledger_account=grant.ledger_account, envelope=terms.envelope),
    ]
    own = subject_accounts(terms.envelope, grant.subject_id)
    ledger.open_accounts(session, [*shared, *own], now=now)
    _save(session, grant, terms, now=now)
    return grant


def _grant(terms: GrantTerms, fund: Fund, *, subject_id: str | None, now: datetime) -> Grant:
    grant_id = new_id("grt", now)
    return Grant(
        id=grant_id,
        experiment_id=terms.experiment_id,
        organisation_id=terms.organisation_id,
        fund=fund,
        subject_id=subject_id or grant_id,
        decision_id=terms.decision_id,
        case_number=terms.case_number,
        amount_cents=terms.amount.cents,
        currency=terms.amount.currency,
        payee_name=terms.payee_name,
        payee_iban=accounts.normalise_iban(terms.payee_iban),
        recipient_kind=terms.recipient_kind,
        awarded_at=now,
        confirmed_at=now,
    )


def _save(session: Session, grant: Grant, terms: GrantTerms, *, now: datetime) -> None:
    _refuse_wrong_sum(terms)
    if queries.has_grant(session, grant):
        raise GrantExistsError(case_number=grant.case_number)
    session.flush()  # What the grant points at.
    writing.put(session, grant)
    for number, part in enumerate(terms.instalments, start=1):
        waits = part.opens_on_learning or grant.confirmed_at is None
        instalment = Instalment(
            id=new_id("ins", now),
            grant_id=grant.id,
            number=number,
            amount_cents=part.amount.cents,
            currency=part.amount.currency,
            due_on=part.due_on,
            opens_on_learning=part.opens_on_learning,
            status=InstalmentStatus.WAITING if waits else InstalmentStatus.OPEN,
            opened_at=None if waits else now,
        )
        writing.put(session, instalment)
        history.start(session, instalment, now=now)


def _refuse_wrong_sum(terms: GrantTerms) -> None:
    together = total((each.amount for each in terms.instalments), terms.amount.currency)
    if together != terms.amount or any(each.amount.cents <= 0 for each in terms.instalments):
        raise InstalmentSumError(amount_cents=terms.amount.cents, instalments_cents=together.cents)
