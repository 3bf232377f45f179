"""`grantengine import pledges`: replay contributions of another platform through the services.

The file is Open Collective's table of orders as CSV. Every collective becomes an experiment with
one campaign, every order that went through becomes a pledge with match, and each campaign is
settled. The order of the file is kept, its dates are not: the replay books as of now, since the
programme's money did not exist when those orders were made.
"""

import multiprocessing
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask.cli import with_appcontext

from grantengine.campaigns import checking, checkout, content, service, settlement
from grantengine.campaigns.content_plans import RewardPlan
from grantengine.campaigns.errors import CampaignsError
from grantengine.campaigns.lifecycle import PLEDGE_MIN
from grantengine.campaigns.models import Campaign, Pledge
from grantengine.campaigns.payments import PaymentGateway
from grantengine.campaigns.pledging import PledgeRequest
from grantengine.clock import Clock, FixedClock
from grantengine.db import Database
from grantengine.ids import new_id
from grantengine.money import Money, total
from grantengine.programme import queries as programme_queries
from grantengine.programme import service as programme
from grantengine.programme.lifecycle import OrganisationKind, Tier
from grantengine.web.commands.orders_file import Order, Orders, read_orders
from grantengine.web.gateways.sandbox import TEST_CARDS
from grantengine.web.runtime import runtime

# The account of nobody: check digits are right, the bank is not.
_IBAN = "FI2112345600000785"
_DAYS_OPEN = timedelta(days=30)
_SETTLING_ROUNDS = 3


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


@dataclass(frozen=True, slots=True)
class Part:
    """What a worker made of one collective."""

    taken: list[Money]
    known: list[str]
    refused: list[str]
    count: int


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

    def anew(self) -> "Replay":
        """Begin another with the same that has taken nothing."""
        return Replay(self._database, self._gateway, now=self._now)

    def take_all(self, orders: Orders, tell: Callable[[int], None]) -> None:
        """Take every collective; on PostgreSQL several at a time, in a process each."""
        if not self._database.is_postgresql:
            for collective, rows in orders.taken.items():
                self.take(collective, rows, tell)
            return
        # The longest first, so that no worker is left with it at the end.
        ordered = sorted(orders.taken.items(), key=lambda each: -len(each[1]))
        # Forked, they need not start up: what this process has built they have too.
        context = multiprocessing.get_context("fork")
        own = (self._database, self._gateway, self._now)
        with ProcessPoolExecutor(os.cpu_count(), context, _begin, own) as pool:
            parts = [pool.submit(_take, *each) for each in ordered]
            for future in as_completed(parts):
                part = future.result()
                self.taken += part.taken
                self.known += part.known
                self.refused += part.refused
                tell(part.count)

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


# What a process of a pool works with.
_own: list[Replay] = []


def _begin(database: Database, gateway: PaymentGateway, now: datetime) -> None:
    """Begin a process of a pool; connections are not shared between processes."""
    database.engine.dispose(close=False)
    _own.append(Replay(database, gateway, now=now))


def _take(collective: str, orders: Sequence[Order]) -> Part:
    """Take one collective in a process of a pool."""
    replay = _own[0].anew()
    replay.take(collective, orders, lambda _count: None)
    return Part(replay.taken, replay.known, replay.refused, len(orders))


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
        thanks = RewardPlan(
            title="Thanks",
            description="What the other platform promised.",
            price=PLEDGE_MIN,
            vat_rate_bps=0,
            delivered_on=now.date() + _DAYS_OPEN,
        )
        part_id = new_id("rwd", opened_at)
        content.put_part(session, campaign.id, thanks, part_id=part_id, now=opened_at)
        checking.check_campaign(session, campaign.id, now=opened_at)
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
    with click.progressbar(length=length, label="Pledges", file=sys.stderr) as bar:
        yield bar.update


def _summary(orders: Orders, replay: Replay) -> str:
    left = orders.left + Counter(replay.refused)
    parts = [f"took {len(replay.taken)} orders as pledges ({total(replay.taken)})"]
    if replay.known:
        parts.append(f"{len(replay.known)} were taken before")
    reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(left.items()))
    parts.append(f"left {left.total()}" + (f" ({reasons})" if reasons else ""))
    return "; ".join(parts)
