"""`grantengine import pledges`: replay contributions of another platform through the services.

The file is Open Collective's table of orders as CSV. Every collective becomes an experiment with
one campaign, every order that went through becomes a pledge with match, and each campaign is
settled. The order of the file is kept, its dates are not: the replay books as of now, since the
programme's money did not exist when those orders were made.
"""

import csv
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from grantengine.campaigns import checkout, service, settlement
from grantengine.campaigns.errors import CampaignsError
from grantengine.campaigns.lifecycle import PLEDGE_MAX, PLEDGE_MIN
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.campaigns.payments import PaymentGateway
from grantengine.campaigns.pledging import PledgeRequest
from grantengine.clock import Clock, FixedClock
from grantengine.db import Database
from grantengine.money import Money, total
from grantengine.programme import queries as programme_queries
from grantengine.programme import service as programme
from grantengine.programme.lifecycle import OrganisationKind, Tier
from grantengine.web.gateways.sandbox import TEST_CARDS
from grantengine.web.runtime import runtime

COLUMNS = ("id", "CollectiveId", "FromCollectiveId", "totalAmount", "deletedAt", "status")
# An active order is a monthly one that has been paid so far; one pledge stands for it.
TAKEN_STATUSES = frozenset({"PAID", "ACTIVE"})
# The account of nobody: check digits are right, the bank is not.
_IBAN = "FI2112345600000785"
_DAYS_OPEN = timedelta(days=30)
_CENTS = re.compile(r"-?[0-9]{1,18}")
_SETTLING_ROUNDS = 3
_WORKERS = 4


@dataclass(frozen=True, slots=True)
class Order:
    """One row that can be taken."""

    id: str
    backer: str
    amount: Money


@dataclass(slots=True)
class Orders:
    """A file read through: what can be taken by collective, and what was left and why."""

    taken: dict[str, list[Order]] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)

    @property
    def count(self) -> int:
        """Count the rows that can be taken."""
        return sum(len(orders) for orders in self.taken.values())


@click.command("pledges")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@with_appcontext
def import_pledges(file: Path) -> None:
    """Replay the orders in FILE (CSV of Open Collective) as pledges, matched and settled.

    Doing it twice takes nothing twice. Amounts count as euros whatever their currency was.
    """
    orders = read_orders(file)
    engine = runtime()
    replay = Replay(engine.database, engine.ports["payments"], now=engine.clock.now())
    with _progress(orders.count) as tell:
        replay.take_all(orders, tell)
    click.echo(_summary(orders, replay))


def read_orders(file: Path) -> Orders:
    """Read the file and sort its rows into taken and left.

    Raises:
        click.ClickException: it is no such table; names what is missing or where it breaks.
    """
    orders = Orders()
    for line, row in _rows(file):
        reason = _reason_to_leave(row, line)
        if reason is not None:
            orders.left[reason] += 1
            continue
        order = Order(
            id=row["id"], backer=row["FromCollectiveId"], amount=Money(int(row["totalAmount"]))
        )
        orders.taken.setdefault(row["CollectiveId"], []).append(order)
    return orders


class Replay:
    """Takes orders through the services; a replay that was broken off goes on where it was.

    Attributes:
        taken: the amounts that were pledged.
        known: the orders that had been taken before.
        refused: why others were left, a reason each.
    """

    def __init__(self, database: Database, gateway: PaymentGateway, *, now: datetime) -> None:
        """Begin; campaigns made here end at `now`."""
        self._database, self._gateway, self._now = database, gateway, now
        self.taken: list[Money] = []
        self.known: list[str] = []
        self.refused: list[str] = []

    def take_all(self, orders: Orders, tell: Callable[[int], None]) -> None:
        """Take every collective; on PostgreSQL several at a time, which then share its cores."""
        workers = _WORKERS if self._database.is_postgresql else 1
        with ThreadPoolExecutor(workers) as pool:
            taken = [pool.submit(self.take, *each, tell) for each in orders.taken.items()]
            for future in taken:
                future.result()

    def take(self, collective: str, orders: Sequence[Order], tell: Callable[[int], None]) -> None:
        """Pledge the orders of one collective and settle its campaign.

        Args:
            collective: its number in the file.
            orders: in the order of the file.
            tell: told each time how many orders were dealt with since it was told before.
        """
        campaign = _campaign_of(self._database, collective, orders, now=self._now)
        done = _keys_of(self._database, campaign)
        # Pledge by pledge, a second apart, so that the last one is in time.
        clock = FixedClock(campaign.deadline_at - timedelta(seconds=len(orders) + 1))
        for order in orders:
            clock.advance(timedelta(seconds=1))
            if _key_of(order) in done:
                self.known.append(order.id)
            else:
                self._pledge(clock, campaign, order)
            tell(1)
        clock.set_to(campaign.deadline_at)
        for _round in range(_SETTLING_ROUNDS):
            if settlement.settle_campaign(
                self._database, self._gateway, clock, campaign.id
            ).is_done:
                return

    def _pledge(self, clock: Clock, campaign: Campaign, order: Order) -> None:
        request = PledgeRequest(
            campaign_id=campaign.id,
            key=_key_of(order),
            amount=order.amount,
            email=f"backer-{order.backer}@example.org",
            language="en",
        )
        try:
            checkout.make_pledge(
                self._database, self._gateway, clock, request, card=next(iter(TEST_CARDS))
            )
        except CampaignsError as error:
            self.refused.append(error.code.replace("_", " "))
        else:
            self.taken.append(order.amount)


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as source:
            reader = csv.DictReader(source, strict=True)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise click.ClickException(f"{file.name}: no column {', '.join(missing)}")
            for row in reader:
                yield reader.line_num, row
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file.name}: is not text in UTF-8 ({error.reason})") from None
    except csv.Error as error:
        raise click.ClickException(f"{file.name}: is no CSV table ({error})") from None


def _reason_to_leave(row: dict[str, str], line: int) -> str | None:
    if row["deletedAt"]:
        return "deleted"
    if not row["CollectiveId"] or not row["id"]:
        return "no collective"
    if row["status"] not in TAKEN_STATUSES:
        return (row["status"] or "no status").lower()
    if not row["totalAmount"]:
        return "no amount"
    if not _CENTS.fullmatch(row["totalAmount"]):
        amount = repr(row["totalAmount"][:40])
        raise click.ClickException(f"line {line}: {amount} is no amount in cents")
    cents = int(row["totalAmount"])
    if cents < PLEDGE_MIN.cents:
        return "below the smallest pledge"
    return "above the largest pledge" if cents > PLEDGE_MAX.cents else None


def _campaign_of(
    database: Database, collective: str, rows: Sequence[Order], *, now: datetime
) -> Campaign:
    """Find the campaign of a collective, or make it, just ended but not yet settled."""
    title = f"Collective {collective}"
    with database.transaction() as session:
        query = sa.select(Campaign).where(Campaign.title == title).order_by(Campaign.id)
        campaign = session.scalars(query).first()
        if campaign is not None:
            return campaign
        opened_at = now - _DAYS_OPEN
        organisation = programme.register_organisation(
            session, name=title, kind=OrganisationKind.ASSOCIATION, now=now
        )
        experiment = programme.propose_experiment(
            session,
            programme_queries.current_programme(session),
            _experiment_plan(title, organisation.id, programme_queries.goals(session)),
            now=now,
        )
        goal = Money(max(total(order.amount for order in rows).cents // 2, PLEDGE_MIN.cents))
        plan = service.CampaignPlan(
            title=title,
            summary="Contributions that were really made, replayed through this engine.",
            story="Every pledge here repeats an order of another platform, as euros.",
            language="en",
            goal=goal,
            opens_at=opened_at,
            deadline_at=now,
            payee_name=title,
            payee_iban=_IBAN,
        )
        campaign = service.draft_campaign(session, plan, experiment_id=experiment.id, now=opened_at)
        return service.open_campaign(session, campaign.id, now=opened_at)


def _experiment_plan(title: str, organisation_id: str, goals: Any) -> programme.ExperimentPlan:
    return programme.ExperimentPlan(
        title=title,
        summary="A collective whose real contributions are replayed here.",
        tier=Tier.SMALL,
        language="en",
        organisation_id=organisation_id,
        owner_id=None,
        goal_ids=[goal.id for goal in goals],
    )


def _key_of(order: Order) -> str:
    return f"opencollective-order-{order.id}"


def _keys_of(database: Database, campaign: Campaign) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(sa.select(Pledge.key).where(Pledge.campaign_id == campaign.id)))


@contextmanager
def _progress(length: int) -> Iterator[Callable[[int], None]]:
    if not sys.stderr.isatty():
        yield lambda _count: None
        return
    lock = Lock()
    with click.progressbar(length=length, label="Pledges", file=sys.stderr) as bar:

        def tell(count: int) -> None:
            with lock:
                bar.update(count)

        yield tell


def _summary(orders: Orders, replay: Replay) -> str:
    left = orders.left + Counter(replay.refused)
    parts = [f"took {len(replay.taken)} orders as pledges ({total(replay.taken)})"]
    if replay.known:
        parts.append(f"{len(replay.known)} were taken before")
    reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(left.items()))
    parts.append(f"left {left.total()}" + (f" ({reasons})" if reasons else ""))
    return "; ".join(parts)
