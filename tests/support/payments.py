"""Campaigns whose cards were charged, and what to ask of the books afterwards."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from grantengine.campaigns import hearing, queries, settlement
from grantengine.campaigns.lifecycle import CampaignKind, CampaignStatus, PledgeStatus
from grantengine.campaigns.models import Campaign, Charge, Pledge
from grantengine.clock import FixedClock
from grantengine.db import Database
from grantengine.ledger import audit
from grantengine.ledger import queries as ledger
from grantengine.money import Money
from grantengine.outbox import Message
from grantengine.web.gateways import stripe_subjects
from tests.support.campaigns import a_campaign, a_pledge, a_rule, an_experiment


@dataclass
class Till:
    """One database, one provider and one clock, and what is done with them.

    Attributes:
        database, gateway, clock: what everything is done with.
        card: gives the card that the provider's field would give for a number.
    """

    database: Database
    gateway: Any
    clock: FixedClock
    card: Any = str

    def open(self, *, kind=CampaignKind.KEEP_IT_ALL, **changes) -> Campaign:
        """Open a campaign for EUR 500 that is matched euro for euro."""
        now = self.clock.now()
        with self.database.transaction() as session:
            experiment = an_experiment(session, now=now)
            a_rule(session, now=now)
            return a_campaign(session, now=now, experiment=experiment, kind=kind, **changes)

    def pledge(self, campaign, amount, number, **changes) -> Pledge:
        """Pledge with the card of a number."""
        return a_pledge(
            self.database,
            self.clock,
            campaign,
            amount,
            card=self.card(number),
            gateway=self.gateway,
            **changes,
        )

    def settle(self, campaign) -> CampaignStatus:
        """Let the deadline pass and settle."""
        self.clock.set_to(max(campaign.deadline_at, self.clock.now()))
        return settlement.settle_campaign(
            self.database, self.gateway, self.clock, campaign.id
        ).status

    def settle_for_a_week(self, campaign) -> CampaignStatus:
        """Settle until no declined card is tried again."""
        status = self.settle(campaign)
        for _day in range(8):
            self.clock.advance(timedelta(days=1))
            status = self.settle(campaign)
        return status

    def totals(self, campaign) -> queries.Totals:
        """Read the four totals."""
        with self.database.reading() as session:
            return queries.totals(session, campaign.id)

    def balance(self, code) -> Money:
        """Read an account; one that was never opened holds nothing."""
        with self.database.reading() as session:
            return ledger.balances(session, [code]).get(code, Money(0))

    def status(self, pledge) -> PledgeStatus:
        """Read where a pledge stands."""
        with self.database.reading() as session:
            return PledgeStatus(session.get_one(Pledge, pledge.id).status)

    def reference(self, pledge) -> str:
        """Tell the provider's reference of the charge of a pledge."""
        query = sa.select(Charge.reference).where(Charge.pledge_id == pledge.id)
        with self.database.reading() as session:
            return session.scalars(query.order_by(Charge.attempt.desc())).first()

    def count(self, table, **values) -> int:
        """Count rows."""
        query = sa.select(sa.func.count()).select_from(table).filter_by(**values)
        with self.database.reading() as session:
            return session.scalar(query)

    def letters_to(self, pledge) -> list[str]:
        """Name the letters to the backer of a pledge, in the order they were written."""
        query = sa.select(Message.letter).where(Message.recipient == pledge.email)
        with self.database.reading() as session:
            return list(session.scalars(query.order_by(Message.id)))

    def hear(self, *events) -> None:
        """Keep events and act on them, in this order."""
        for event in events:
            told = hearing.Told(event["id"], event["type"], json.dumps(event))
            with self.database.transaction() as session:
                hearing.keep_event(session, told, gateway=self.gateway.name, now=self.clock.now())
            hearing.act_on_event(
                self.database,
                self.gateway,
                self.clock,
                stripe_subjects.subject_of,
                event_id=event["id"],
            )

    def is_clean(self) -> bool:
        """Tell whether the ledger verifies and no pot is below zero."""
        with self.database.reading() as session:
            pot = ledger.balance(session, "budget:match:available")
            return audit.verify(session).is_clean and pot >= Money(0)
