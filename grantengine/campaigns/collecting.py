"""Asking the provider for charges that were written down: called by settling, checkout, sweep."""

from collections.abc import Callable, Sequence

import sqlalchemy as sa
import structlog

from grantengine.campaigns import charge_results, charging
from grantengine.campaigns.answers import ChargeAnswer
from grantengine.campaigns.errors import GatewayUnavailableError
from grantengine.campaigns.lifecycle import CampaignKind, ChargeStatus
from grantengine.campaigns.models import Campaign, Charge
from grantengine.campaigns.payments import PaymentGateway
from grantengine.campaigns.retries import AUTHENTICATION_WAIT_PRESENT
from grantengine.clock import Clock
from grantengine.db import Database

COLLECT_TASK = "collect_unanswered_charges"
# So many charges in one transaction: few commits, and no lock held for long.
GROUP_SIZE = 50
# A charge of somebody who sits before the page is left to that request for this long.
LEFT_TO_THE_PAGE = AUTHENTICATION_WAIT_PRESENT / 12

Progress = Callable[[int], None]

log = structlog.get_logger(__name__)


def collect_unanswered(database: Database, gateway: PaymentGateway, clock: Clock) -> None:
    """Go on with charges of open campaigns whose request died; the task COLLECT_TASK."""
    now = clock.now()
    query = (
        sa.select(Charge.campaign_id)
        .join(Campaign, Campaign.id == Charge.campaign_id)
        .where(
            Campaign.kind == CampaignKind.KEEP_IT_ALL,
            (
                (Charge.status == ChargeStatus.PREPARED)
                & (Charge.prepared_at <= now - LEFT_TO_THE_PAGE)
            )
            | ((Charge.status == ChargeStatus.ACTION_NEEDED) & (Charge.due_at <= now)),
        )
        .distinct()
    )
    with database.reading() as session:
        campaign_ids = session.scalars(query.order_by(Charge.campaign_id)).all()
    for campaign_id in campaign_ids:
        charge_due(database, gateway, clock, campaign_id)


def charge_due(
    database: Database,
    gateway: PaymentGateway,
    clock: Clock,
    campaign_id: str,
    tell: Progress = lambda _count: None,
) -> None:
    """Ask for every charge of a campaign that is due, and give up those nobody authenticated.

    A provider that does not answer is asked again under the same key at the next call.
    """
    last, is_over = "", False
    while not is_over:
        group = _next_charges(database, clock, campaign_id, after=last)
        is_over = len(group) < GROUP_SIZE
        if group:
            last = group[-1].id
            _record(database, gateway, clock, campaign_id, _ask(gateway, group))
            tell(len(group))
    for charge in _left_by_backers(database, clock, campaign_id):
        assert charge.reference is not None
        try:
            answer = gateway.give_up_charge(reference=charge.reference)
        except GatewayUnavailableError:
            continue
        _record(database, gateway, clock, campaign_id, {charge.id: answer})


def charge_one(
    database: Database, gateway: PaymentGateway, clock: Clock, charge: Charge
) -> ChargeAnswer:
    """Ask for one charge, or for what became of it after its backer was authenticated.

    Raises:
        GatewayUnavailableError: no answer; ask again.
    """
    if charge.status == ChargeStatus.ACTION_NEEDED:
        assert charge.reference is not None
        answer = gateway.charge_state(reference=charge.reference)
    else:
        answer = _charge(gateway, charge)
    _record(database, gateway, clock, charge.campaign_id, {charge.id: answer})
    return answer


def _next_charges(
    database: Database, clock: Clock, campaign_id: str, *, after: str
) -> Sequence[Charge]:
    with database.reading() as session:
        return charging.prepared_charges(
            session, campaign_id, after=after, limit=GROUP_SIZE, now=clock.now()
        )


def _left_by_backers(database: Database, clock: Clock, campaign_id: str) -> Sequence[Charge]:
    with database.reading() as session:
        return charging.charges_left(session, campaign_id, now=clock.now())


def _ask(gateway: PaymentGateway, group: Sequence[Charge]) -> dict[str, ChargeAnswer]:
    """Charge each card, outside of any transaction; who does not answer is left out."""
    answers = {}
    for charge in group:
        try:
            answers[charge.id] = _charge(gateway, charge)
        except GatewayUnavailableError:
            log.warning("no answer to a charge", charge_id=charge.id, gateway=gateway.name)
    return answers


def _charge(gateway: PaymentGateway, charge: Charge) -> ChargeAnswer:
    assert charge.pledge.card_token is not None
    return gateway.charge(
        key=charge.id,
        token=charge.pledge.card_token,
        amount=charge.amount,
        is_present=charge.pledge.campaign.kind == CampaignKind.KEEP_IT_ALL,
    )


def _record(
    database: Database,
    gateway: PaymentGateway,
    clock: Clock,
    campaign_id: str,
    answers: dict[str, ChargeAnswer],
) -> None:
    with database.transaction() as session:
        charge_results.record_answers(
            session, campaign_id, answers, gateway=gateway.name, now=clock.now()
        )
