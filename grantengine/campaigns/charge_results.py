"""What becomes of charges when the provider has answered: collected, tried again, dropped."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine import history, writing
from grantengine.campaigns import bookings, ceilings, charging, letters, pledging
from grantengine.campaigns.answers import (
    AuthenticationNeeded,
    ChargeAnswer,
    ChargeDeclined,
    ChargeSucceeded,
)
from grantengine.campaigns.funding import helsinki_date
from grantengine.campaigns.lifecycle import (
    CHARGE_MOVES,
    PLEDGE_MOVES,
    CampaignKind,
    ChargeStatus,
    PledgeStatus,
)
from grantengine.campaigns.match_models import PledgeMatch
from grantengine.campaigns.models import Charge, Pledge
from grantengine.campaigns.retries import next_attempt_at, waits_until
from grantengine.campaigns.service import locked_campaign
from grantengine.ledger import service as ledger
from grantengine.ledger.entries import Entry
from grantengine.money import Money
from grantengine.often import Often
from grantengine.transitions import ensure_move

_ANSWERED = Often(charging.OF_CAMPAIGN.where(Charge.id.in_(sa.bindparam("ids", expanding=True))))
_MATCHED = Often(
    sa.select(PledgeMatch.pledge_id, sa.func.sum(PledgeMatch.amount_cents))
    .where(PledgeMatch.pledge_id.in_(sa.bindparam("pledge_ids", expanding=True)))
    .group_by(PledgeMatch.pledge_id)
)


def record_answers(
    session: Session,
    campaign_id: str,
    answers: Mapping[str, ChargeAnswer],
    *,
    gateway: str,
    now: datetime,
) -> None:
    """Record what the provider answered, by charge id; recording it twice changes nothing."""
    campaign = locked_campaign(session, campaign_id)
    rows = _ANSWERED.rows(session, {"campaign_id": campaign_id, "ids": list(answers)})
    charges = charging.charges_of(session, campaign, rows)
    matched = _matched(session, charges)
    # Nothing here is read back, so that the whole group is written in one go at its end.
    with session.no_autoflush:
        entries = [
            entry
            for charge in charges
            # Another process may have recorded the same answer: the lock lets one go first.
            if charge.status in charging.UNANSWERED
            for entry in _record(
                session, charge, answers[charge.id], matched, gateway=gateway, now=now
            )
        ]
        if entries:
            ledger.post_many(session, entries, now=now)
    ceilings.stop_when_full(session, campaign, now=now)


def _matched(session: Session, charges: Sequence[Charge]) -> dict[str, int]:
    """Tell the cents that the pots have added to each pledge that has a match."""
    rows = _MATCHED.rows(session, {"pledge_ids": [charge.pledge_id for charge in charges]})
    return {pledge_id: int(cents) for pledge_id, cents in rows}


def _record(
    session: Session,
    charge: Charge,
    answer: ChargeAnswer,
    matched: Mapping[str, int],
    *,
    gateway: str,
    now: datetime,
) -> list[Entry]:
    """Record one answer; return what is to be posted, so that a group is posted together."""
    match answer:
        case ChargeSucceeded():
            _move(charge, ChargeStatus.SUCCEEDED, now=now)
            charge.fee_cents, charge.reference = answer.fee.cents, answer.reference
            writing.save(session, charge)
            cents = matched.get(charge.pledge_id, 0)
            letters.enqueue(session, "pledge_collected", charge.pledge, now=now, match_cents=cents)
            return [_collect(session, charge.pledge, answer.fee, gateway=gateway, now=now)]
        case ChargeDeclined():
            was_left = charge.status == ChargeStatus.ACTION_NEEDED and _is_due(charge, now=now)
            _move(charge, ChargeStatus.DECLINED, now=now)
            charge.reason = answer.reason
            _try_again_or_drop(session, charge, was_left=was_left, now=now)
        case AuthenticationNeeded() if charge.status == ChargeStatus.PREPARED:
            _wait_for_backer(session, charge, answer.reference, now=now)
    return []


def _is_due(charge: Charge, *, now: datetime) -> bool:
    return charge.due_at is not None and charge.due_at <= now


def _move(charge: Charge, target: ChargeStatus, *, now: datetime) -> None:
    ensure_move(CHARGE_MOVES, current=charge.status, target=target)
    charge.status = target
    charge.finished_at = now


def _collect(session: Session, pledge: Pledge, fee: Money, *, gateway: str, now: datetime) -> Entry:
    history.move(session, pledge, PLEDGE_MOVES, PledgeStatus.COLLECTED, now=now)
    writing.save(session, pledge)
    return bookings.pledge_collected(
        pledge_id=pledge.id,
        campaign_id=pledge.campaign_id,
        gateway=gateway,
        amount=pledge.amount,
        fee=fee,
        on=helsinki_date(now),
    )


def _try_again_or_drop(session: Session, charge: Charge, *, was_left: bool, now: datetime) -> None:
    pledge, reason = charge.pledge, charge.reason
    if pledge.campaign.kind == CampaignKind.KEEP_IT_ALL:
        # The backer sits before the page and hears it there.
        pledging.take_back(session, pledge, PledgeStatus.DECLINED, now=now, note=reason)
        return
    # Whoever did not go to the bank in all that time would not go again.
    due_at = None if was_left else next_attempt_at(attempt=charge.attempt, now=now)
    if due_at is None:
        pledging.take_back(session, pledge, PledgeStatus.CHARGE_FAILED, now=now, note=reason)
        letters.enqueue(session, "charge_failed", pledge, now=now)
        return
    session.add(charging.charge_of(pledge, attempt=charge.attempt + 1, due_at=due_at, now=now))
    letters.enqueue(session, "charge_retried", pledge, now=now, due_at=due_at)


def _wait_for_backer(session: Session, charge: Charge, reference: str, *, now: datetime) -> None:
    is_present = charge.pledge.campaign.kind == CampaignKind.KEEP_IT_ALL
    ensure_move(CHARGE_MOVES, current=charge.status, target=ChargeStatus.ACTION_NEEDED)
    charge.status, charge.reference = ChargeStatus.ACTION_NEEDED, reference
    charge.due_at = waits_until(attempt=charge.attempt, is_present=is_present, now=now)
    if not is_present:
        letters.enqueue(
            session, "authentication_needed", charge.pledge, now=now, due_at=charge.due_at
        )
