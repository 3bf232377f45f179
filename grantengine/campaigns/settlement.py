"""Settling: what happens at a campaign's deadline, restartable between any two steps.

Decide once, from what stands pledged. If the goal was reached, a charge is written down for
every pledge before its card is asked for, and the answers are recorded in groups; a provider
that does not answer is asked again under the same key at the next run. If it was not reached,
every pledge and its match are released and nobody is charged. When nothing is left to do, what
rules add at the close is reckoned, the match is committed, the campaign's end is told to
everybody together with what is to be sent to the bank, and the money is sent.

A card that is declined is tried again for a week, and then takes its pledge and match with it:
totals are corrected, the outcome stands. Only when not one card could be charged does a funded
campaign end as failed, since there is nothing to pay out.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from grantengine import events, history, writing
from grantengine.campaigns import (
    bookings,
    charging,
    chart,
    collecting,
    letters,
    match_closing,
    payouts,
    pledging,
    queries,
    transfers,
)
from grantengine.campaigns.events import CampaignSettled
from grantengine.campaigns.funding import decide_outcome, helsinki_date
from grantengine.campaigns.lifecycle import (
    CAMPAIGN_MOVES,
    ENDED,
    CampaignKind,
    CampaignStatus,
    Outcome,
    PledgeStatus,
)
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.campaigns.payment_models import Payout
from grantengine.campaigns.payments import PaymentGateway
from grantengine.campaigns.service import locked_campaign
from grantengine.clock import Clock
from grantengine.db import Database
from grantengine.ledger import queries as ledger_queries
from grantengine.ledger import service as ledger
from grantengine.money import Money
from grantengine.often import Often
from grantengine.programme import service as programme
from grantengine.programme.lifecycle import ExperimentStatus
from grantengine.transitions import ensure_move

SETTLE_TASK = "settle_due_campaigns"
# So many pledges in one transaction: few commits, and no lock held for long.
GROUP_SIZE = 50

_STANDING = Often(
    sa.select(sa.func.count()).where(
        Pledge.campaign_id == sa.bindparam("campaign_id"), Pledge.status == PledgeStatus.STANDING
    )
)

Progress = Callable[[int], None]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Settlement:
    """How far a campaign was settled.

    Attributes:
        status: of the campaign.
        outcome: how it ended; failed too when not one card could be charged.
        waiting: charges that had no answer and are tried again.
        awaits_match: whether a round in which it takes part has not been reckoned.
    """

    status: CampaignStatus
    outcome: Outcome | None
    waiting: int
    awaits_match: bool = False

    @property
    def is_done(self) -> bool:
        """Tell whether nothing is left to do."""
        return self.status not in ENDED


def settle_due(database: Database, gateway: PaymentGateway, clock: Clock) -> None:
    """Settle every campaign whose deadline has passed; the task SETTLE_TASK.

    One campaign that cannot be settled does not keep the others waiting.
    """
    with database.reading() as session:
        due = queries.campaigns_to_settle(session, now=clock.now())
    for campaign_id in due:
        try:
            settle_campaign(database, gateway, clock, campaign_id)
        except Exception:
            log.exception("campaign not settled", campaign_id=campaign_id)


def settle_campaign(
    database: Database,
    gateway: PaymentGateway,
    clock: Clock,
    campaign_id: str,
    progress: Progress | None = None,
) -> Settlement:
    """Settle one campaign as far as the payment provider answers.

    Args:
        database: where transactions are opened.
        gateway: the payment provider.
        clock: the source of time.
        campaign_id: a campaign whose deadline has passed; a settled one changes nothing.
        progress: told how many pledges were dealt with since it was told before.

    Raises:
        CampaignNotEndedError: the deadline has not come.
        IllegalMoveError: the campaign was never opened.
    """
    tell = progress or (lambda _count: None)
    outcome, is_lapsing = _begin(database, gateway, clock, campaign_id)
    if is_lapsing:
        _lapse_all(database, clock, campaign_id)
    if outcome is Outcome.FUNDED:
        collecting.charge_due(database, gateway, clock, campaign_id, tell)
    elif outcome is Outcome.FAILED:
        _release_all(database, clock, campaign_id, tell)
    settled, payout = _finish(database, gateway, clock, campaign_id)
    if settled.awaits_match:
        with database.transaction() as session:
            match_closing.close_rounds(session, campaign_id, now=clock.now())
        settled, payout = _finish(database, gateway, clock, campaign_id)
    if payout is not None:
        payouts.send(database, gateway, clock, payout)
    return settled


def _begin(
    database: Database, gateway: PaymentGateway, clock: Clock, campaign_id: str
) -> tuple[Outcome | None, bool]:
    """Decide how the campaign ended, once, and write down what is to be charged.

    Returns:
        The outcome, None when it has been settled before; whether more pledges are to lapse.
    """
    now = clock.now()
    with database.transaction() as session:
        campaign = locked_campaign(session, campaign_id)
        if campaign.settled_at is not None:
            return None, False
        if campaign.outcome is None:
            ensure_move(CAMPAIGN_MOVES, current=campaign.status, target=CampaignStatus.FUNDED)
            pledged = queries.totals(session, campaign_id).pledged
            added = match_closing.reserve_top_ups(session, campaign, pledged=pledged, now=now)
            outcome = decide_outcome(
                kind=CampaignKind(campaign.kind),
                goal=campaign.goal,
                pledged=pledged + added,
                deadline_at=campaign.deadline_at,
                now=now,
            )
            ledger.open_account(session, chart.provider(gateway.name), now=now)
            campaign.outcome = outcome
            history.move(session, campaign, CAMPAIGN_MOVES, CampaignStatus(outcome), now=now)
            writing.save(session, campaign)
        if campaign.outcome == Outcome.FUNDED:
            charging.prepare_charges(session, campaign, now=now)
        lapsed = transfers.lapse(session, campaign_id, limit=GROUP_SIZE, now=now)
        return Outcome(campaign.outcome), lapsed == GROUP_SIZE


def _lapse_all(database: Database, clock: Clock, campaign_id: str) -> None:
    """Let the rest lapse of what is waited for by bank transfer; nothing of it was ever counted."""
    is_left = True
    while is_left:
        with database.transaction() as session:
            locked_campaign(session, campaign_id)
            lapsed = transfers.lapse(session, campaign_id, limit=GROUP_SIZE, now=clock.now())
            is_left = lapsed == GROUP_SIZE


def _release_all(database: Database, clock: Clock, campaign_id: str, tell: Progress) -> None:
    while True:
        with database.transaction() as session:
            locked_campaign(session, campaign_id)
            is_paid = (Pledge.status == PledgeStatus.COLLECTED) & (Pledge.gateway == chart.TRANSFER)
            query = sa.select(Pledge).where(
                Pledge.campaign_id == campaign_id,
                (Pledge.status == PledgeStatus.STANDING) | is_paid,
            )
            group = session.scalars(query.order_by(Pledge.id).limit(GROUP_SIZE)).all()
            # Nothing here is read back, so that the whole group is written in one go at its end.
            with session.no_autoflush:
                for pledge in group:
                    _release(session, pledge, now=clock.now())
                    letters.enqueue(session, "campaign_failed", pledge, now=clock.now())
        if not group:
            return
        tell(len(group))


def _release(session: Session, pledge: Pledge, *, now: datetime) -> None:
    if pledge.status == PledgeStatus.COLLECTED:
        transfers.give_up(session, pledge, now=now)
    else:
        pledging.take_back(session, pledge, PledgeStatus.RELEASED, now=now)


def _finish(
    database: Database, gateway: PaymentGateway, clock: Clock, campaign_id: str
) -> tuple[Settlement, Payout | None]:
    """End a campaign that waits for nothing any more, and write down what is sent to the bank."""
    now, waiting, awaits_match = clock.now(), 0, False
    with database.transaction() as session:
        campaign = locked_campaign(session, campaign_id)
        if campaign.settled_at is None:
            waiting, awaits_match = _waiting(session, campaign_id), _awaits_match(session, campaign)
            if not waiting and not awaits_match:
                _end(session, campaign, now=now)
        is_funded = campaign.outcome == Outcome.FUNDED
        payout = payouts.prepare(session, gateway, campaign, now=now) if is_funded else None
        return _settlement(campaign, waiting=waiting, awaits_match=awaits_match), payout


def _settlement(campaign: Campaign, *, waiting: int = 0, awaits_match: bool = False) -> Settlement:
    return Settlement(
        status=CampaignStatus(campaign.status),
        outcome=Outcome(campaign.outcome) if campaign.outcome else None,
        waiting=waiting,
        awaits_match=awaits_match,
    )


def _waiting(session: Session, campaign_id: str) -> int:
    ((count,),) = _STANDING.rows(session, {"campaign_id": campaign_id})
    return int(count)


def _awaits_match(session: Session, campaign: Campaign) -> bool:
    return campaign.outcome == Outcome.FUNDED and match_closing.is_awaited(session, campaign)


def _end(session: Session, campaign: Campaign, *, now: datetime) -> None:
    totals = queries.totals(session, campaign.id)
    if match_closing.complete_top_ups(session, campaign, collected=totals.collected, now=now):
        totals = queries.totals(session, campaign.id)
    net = ledger_queries.balance(session, chart.held(campaign.id))
    is_funded = bool(totals.collected)
    if is_funded:
        if totals.matched:
            entry = bookings.campaign_settled(
                campaign_id=campaign.id, matched=totals.matched, on=helsinki_date(now)
            )
            ledger.post(session, entry, now=now)
        _let_run(session, campaign, now=now)
    elif campaign.status == CampaignStatus.FUNDED:
        campaign.outcome = Outcome.FAILED
        history.move(session, campaign, CAMPAIGN_MOVES, CampaignStatus.FAILED, now=now)
    history.move(session, campaign, CAMPAIGN_MOVES, CampaignStatus.SETTLED, now=now)
    campaign.settled_at = now
    letters.enqueue_to_owner(
        session, campaign, collected=totals.collected, matched=totals.matched, now=now
    )
    events.record(session, _settled(campaign, net=net, matched=totals.matched, now=now))


def _let_run(session: Session, campaign: Campaign, *, now: datetime) -> None:
    if campaign.experiment.status == ExperimentStatus.PROPOSED:
        programme.move_experiment(session, campaign.experiment, ExperimentStatus.RUNNING, now=now)


def _settled(campaign: Campaign, *, net: Money, matched: Money, now: datetime) -> CampaignSettled:
    return CampaignSettled(
        campaign_id=campaign.id,
        experiment_id=campaign.experiment_id,
        organisation_id=campaign.experiment.organisation_id,
        funded=campaign.outcome == Outcome.FUNDED,
        private_net=net,
        matched=matched,
        payee_name=campaign.payee_name,
        payee_iban=campaign.payee_iban,
        settled_on=helsinki_date(now),
    )
