"""Campaigns, pledges and charges."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grantengine.campaigns.content_models import Reward
from grantengine.campaigns.lifecycle import (
    COUNTED,
    ENDED,
    CampaignKind,
    CampaignStatus,
    ChargeStatus,
    LegalKind,
    Outcome,
    PledgeStatus,
)
from grantengine.campaigns.match_models import PledgeMatch
from grantengine.campaigns.texts import Translated
from grantengine.db import Base
from grantengine.money import Money, total
from grantengine.programme.models import Experiment

_Id = sa.String(40)
_Currency = sa.CHAR(3)


class Campaign(Translated, Base):
    """What an experiment asks of the crowd; its totals are in the ledger."""

    __tablename__ = "campaigns"
    __table_args__ = (
        sa.CheckConstraint("goal_cents > 0", name="goal_positive"),
        sa.CheckConstraint("deadline_at > opens_at", name="deadline_after_opening"),
        sa.CheckConstraint(
            "optimum_cents IS NULL OR optimum_cents >= goal_cents", name="optimum_not_below_goal"
        ),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    experiment_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("experiments.id"), index=True)
    kind: Mapped[CampaignKind] = mapped_column(sa.String(16))
    status: Mapped[CampaignStatus] = mapped_column(sa.String(16), index=True)
    # Decided at the deadline, before the first card is charged; failed also when none could be.
    outcome: Mapped[Outcome | None] = mapped_column(sa.String(16))
    legal_kind: Mapped[LegalKind] = mapped_column(sa.String(24))
    legal_number: Mapped[str | None] = mapped_column(sa.String(40))
    # Of a small-scale collection: when the police were told of it.
    legal_notified_on: Mapped[date | None] = mapped_column(sa.Date)
    # Of a permit: its first and last day, and where it holds.
    legal_starts_on: Mapped[date | None] = mapped_column(sa.Date)
    legal_ends_on: Mapped[date | None] = mapped_column(sa.Date)
    legal_area: Mapped[str | None] = mapped_column(sa.String(200))
    # Of both: what the money is for, and what for if that cannot be done or is done.
    purpose: Mapped[str | None] = mapped_column(sa.String(300))
    secondary_purpose: Mapped[str | None] = mapped_column(sa.String(300))
    ceiling_cents: Mapped[int | None]
    # The least that the experiment can begin with, and what it would do best with.
    goal_cents: Mapped[int]
    optimum_cents: Mapped[int | None]
    currency: Mapped[str] = mapped_column(_Currency, default="EUR")
    opens_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    title: Mapped[str] = mapped_column(sa.String(120))
    summary: Mapped[str] = mapped_column(sa.String(300))
    story: Mapped[str] = mapped_column(sa.Text)
    payee_name: Mapped[str] = mapped_column(sa.String(140))
    payee_iban: Mapped[str] = mapped_column(sa.String(34))
    created_at: Mapped[datetime]
    # The makers have asked a steward to check it; the steward's words when it was not right.
    check_asked_at: Mapped[datetime | None]
    check_note: Mapped[str | None] = mapped_column(sa.String(500))
    # It reached its ceiling before its last day, and ended there.
    stopped_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]

    experiment: Mapped[Experiment] = relationship()

    @property
    def goal(self) -> Money:
        """What it asks for: the least it needs."""
        return Money(self.goal_cents, self.currency)

    @property
    def optimum(self) -> Money | None:
        """What it would do best with, None when the goal says it all."""
        return None if self.optimum_cents is None else Money(self.optimum_cents, self.currency)

    @property
    def shown_status(self) -> str:
        """How it is spoken of: an ended one by its result, whatever was done about it since."""
        if self.status in ENDED:
            return "settling"
        return str(self.outcome or self.status)

    @property
    def ceiling(self) -> Money | None:
        """What it may collect at most, None for no limit."""
        return None if self.ceiling_cents is None else Money(self.ceiling_cents, self.currency)


class Pledge(Base):
    """What a backer promised; the only place where the backer's address is kept."""

    __tablename__ = "pledges"
    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "key"),
        sa.CheckConstraint("amount_cents > 0", name="amount_positive"),
        sa.Index("ix_pledges_backer", "backer"),
        sa.Index("ix_pledges_campaign_backer", "campaign_id", "backer"),
        sa.Index("ix_pledges_campaign_status", "campaign_id", "status", "id"),
        sa.Index("ix_pledges_transfer_reference", "transfer_reference", unique=True),
        sa.Index("ix_pledges_reward", "reward_id"),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("campaigns.id"))
    # Made by the browser or the client: the same key is the same pledge.
    key: Mapped[str] = mapped_column(sa.String(80))
    request_hash: Mapped[str] = mapped_column(sa.CHAR(64))
    # The secret in the link that manages the pledge.
    token: Mapped[str] = mapped_column(sa.String(64), unique=True)
    status: Mapped[PledgeStatus] = mapped_column(sa.String(16))
    amount_cents: Mapped[int]
    currency: Mapped[str] = mapped_column(_Currency, default="EUR")
    backer: Mapped[str] = mapped_column(sa.String(254))
    email: Mapped[str] = mapped_column(sa.String(254))
    name: Mapped[str | None] = mapped_column(sa.String(80))
    is_name_shown: Mapped[bool]
    message: Mapped[str | None] = mapped_column(sa.String(500))
    language: Mapped[str] = mapped_column(sa.CHAR(2))
    gateway: Mapped[str] = mapped_column(sa.String(16))
    card_token: Mapped[str | None] = mapped_column(sa.String(120))
    authentication_reference: Mapped[str | None] = mapped_column(sa.String(120))
    # The ledger's entry of pledge and match, which taking back reverses.
    entry_id: Mapped[str | None] = mapped_column(sa.String(40))
    made_at: Mapped[datetime]
    # Of a collected pledge: refunded so far, what a dispute took back included.
    returned_cents: Mapped[int] = mapped_column(default=0, server_default="0")
    # Of a pledge by bank transfer: the viitenumero that it is known by.
    transfer_reference: Mapped[str | None] = mapped_column(sa.String(20))

    # What the backer gets for it; in stock again when the pledge no longer counts.
    reward_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("campaign_rewards.id"))

    campaign: Mapped[Campaign] = relationship()
    reward: Mapped[Reward | None] = relationship()
    matches: Mapped[list[PledgeMatch]] = relationship(
        back_populates="pledge", order_by=PledgeMatch.rule_id
    )

    @property
    def amount(self) -> Money:
        """What was promised."""
        return Money(self.amount_cents, self.currency)

    @property
    def matched(self) -> Money:
        """What the pots have added to it, under whatever rules."""
        return total(match.amount for match in self.matches)

    @property
    def counted_match(self) -> Money:
        """What of that stands: nothing, once the pledge no longer counts."""
        return self.matched if self.status in COUNTED else Money(0, self.currency)

    @property
    def returned(self) -> Money:
        """What of it has gone back to the backer after it was charged."""
        return Money(self.returned_cents, self.currency)


class Charge(Base):
    """One try to charge a card; its id is the key that the provider charges once."""

    __tablename__ = "charges"
    __table_args__ = (
        sa.UniqueConstraint("pledge_id", "attempt"),
        sa.Index("ix_charges_campaign_status", "campaign_id", "status", "id"),
        sa.Index("ix_charges_reference", "reference"),
        sa.Index("ix_charges_status_due", "status", "due_at"),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("campaigns.id"))
    pledge_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("pledges.id"))
    attempt: Mapped[int] = mapped_column(sa.SmallInteger)
    status: Mapped[ChargeStatus] = mapped_column(sa.String(16))
    amount_cents: Mapped[int]
    fee_cents: Mapped[int | None]
    reference: Mapped[str | None] = mapped_column(sa.String(120))
    reason: Mapped[str | None] = mapped_column(sa.String(60))
    prepared_at: Mapped[datetime]
    # When a prepared one is asked for at the earliest (None: at once), and when one that waits
    # for its backer is given up.
    due_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    pledge: Mapped[Pledge] = relationship()

    @property
    def amount(self) -> Money:
        """What is taken."""
        return Money(self.amount_cents)
