"""How fast a large campaign is settled: standing pledges made in bulk, then settled as ever."""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.campaigns import bookings, chart, settlement
from grantengine.campaigns.funding import helsinki_date
from grantengine.campaigns.lifecycle import CampaignStatus, PledgeStatus
from grantengine.campaigns.match_models import MatchRule, PledgeMatch
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.clock import FixedClock, SystemClock
from grantengine.db import Database
from grantengine.ids import new_id, new_secret
from grantengine.ledger import service as ledger
from grantengine.money import Money
from grantengine.web.benchmarks.pledges import world
from grantengine.web.gateways.sandbox import Behaviour, SandboxGateway

_AMOUNT = Money(1000)
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Settled:
    """What settling gave.

    Attributes:
        pledges: how many were charged.
        seconds: how long it took, from the deadline to the payout.
        growth_mib: by how much the process grew after the first tenth of it.
    """

    pledges: int
    seconds: float
    growth_mib: float


def settle(database: Database, *, pledges: int, tell: Callable[[int], None]) -> Settled:
    """Open a campaign, let so many pledges stand, let the deadline come, and settle it."""
    clock = FixedClock(SystemClock().now())
    with database.transaction() as session:
        campaign_id = world.open_campaign(session, now=clock.now())
    for first in range(0, pledges, _PAGE):
        with database.transaction() as session:
            _let_stand(session, campaign_id, min(_PAGE, pledges - first), clock)
    with database.reading() as session:
        clock.set_to(session.get_one(Campaign, campaign_id).deadline_at)
    watch = _Watch(pledges // 10, tell)
    begun = time.perf_counter()
    done = settlement.settle_campaign(
        database, SandboxGateway(), clock, campaign_id, progress=watch.hear
    )
    seconds = time.perf_counter() - begun
    assert done.status is CampaignStatus.SETTLED
    return Settled(pledges, seconds, (_peak_kib() - watch.peak_kib) / 1024)


class _Watch:
    """Hears the progress, and notes how large the process was after the first pledges."""

    def __init__(self, first: int, tell: Callable[[int], None]) -> None:
        self._left, self._tell = first, tell
        self.peak_kib = 0

    def hear(self, count: int) -> None:
        self._tell(count)
        if self._left > 0:
            self._left -= count
            self.peak_kib = _peak_kib()


def _peak_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _let_stand(session: Session, campaign_id: str, count: int, clock: FixedClock) -> None:
    now = clock.now()
    rule = session.scalars(sa.select(MatchRule)).one()
    ids = [new_id("plg", now) for _ in range(count)]
    entries = [
        bookings.pledge_made(
            pledge_id=pledge_id,
            campaign_id=campaign_id,
            amount=_AMOUNT,
            matches=[(chart.POT, _AMOUNT)],
            on=helsinki_date(now),
        )
        for pledge_id in ids
    ]
    posted = ledger.post_many(session, entries, now=now)
    rows = [_row(campaign_id, *each, clock) for each in zip(ids, posted, strict=True)]
    session.execute(sa.insert(Pledge), rows)
    matches = [
        {
            "pledge_id": pledge_id,
            "rule_id": rule.id,
            "amount_cents": _AMOUNT.cents,
            "counted_cents": _AMOUNT.cents,
            "trace": [],
        }
        for pledge_id in ids
    ]
    session.execute(sa.insert(PledgeMatch), matches)


def _row(campaign_id: str, pledge_id: str, entry_id: str, clock: FixedClock) -> dict[str, Any]:
    email = f"{pledge_id.lower()}@example.org"
    return {
        "id": pledge_id,
        "campaign_id": campaign_id,
        "key": pledge_id,
        "request_hash": "0" * 64,
        "token": new_secret(),
        "status": PledgeStatus.STANDING,
        "amount_cents": _AMOUNT.cents,
        "backer": email,
        "email": email,
        "is_name_shown": False,
        "language": "fi",
        "gateway": SandboxGateway.name,
        "card_token": f"sandbox:{Behaviour.SUCCEEDS}",
        "entry_id": entry_id,
        "made_at": clock.now(),
    }
