"""What passes between a team and its crowd: updates, questions, needs and offers of help."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grantengine.campaigns.crowd_lifecycle import HelpKind, OfferStatus, QuestionStatus
from grantengine.campaigns.models import Campaign
from grantengine.db import Base

_Id = sa.String(40)
_Language = sa.CHAR(2)


class CampaignUpdate(Base):
    """What the team tells while the campaign runs and after; sent to backers, never changed."""

    __tablename__ = "campaign_updates"
    __table_args__ = (sa.Index("ix_campaign_updates_campaign", "campaign_id", "id"),)

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("campaigns.id"))
    language: Mapped[str] = mapped_column(_Language)
    title: Mapped[str] = mapped_column(sa.String(120))
    text: Mapped[str] = mapped_column(sa.Text)
    author_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    published_at: Mapped[datetime]
    # Backers are written to in their order; this is the last one who has a letter.
    told_through: Mapped[str] = mapped_column(sa.String(254), default="")
    told_at: Mapped[datetime | None]

    campaign: Mapped[Campaign] = relationship()


class UpdateOptOut(Base):
    """A backer who wants no more updates of a campaign."""

    __tablename__ = "update_opt_outs"

    campaign_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("campaigns.id"), primary_key=True)
    backer: Mapped[str] = mapped_column(sa.String(254), primary_key=True)
    opted_out_at: Mapped[datetime]


class Question(Base):
    """What somebody asked the team, and what the team answered."""

    __tablename__ = "campaign_questions"
    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "key"),
        sa.Index("ix_campaign_questions_status", "campaign_id", "status", "id"),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("campaigns.id"))
    # Made with the form: sent twice, asked once.
    key: Mapped[str] = mapped_column(sa.String(80))
    # The secret in the letter that confirms the address.
    token: Mapped[str] = mapped_column(sa.String(64), unique=True)
    status: Mapped[QuestionStatus] = mapped_column(sa.String(16))
    name: Mapped[str] = mapped_column(sa.String(80))
    email: Mapped[str] = mapped_column(sa.String(254))
    language: Mapped[str] = mapped_column(_Language)
    text: Mapped[str] = mapped_column(sa.Text)
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(sa.Text)
    answered_by_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    answered_at: Mapped[datetime | None]

    campaign: Mapped[Campaign] = relationship()


class Need(Base):
    """What the team asks for besides money."""

    __tablename__ = "campaign_needs"
    __table_args__ = (sa.Index("ix_campaign_needs_campaign", "campaign_id", "id"),)

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("campaigns.id"))
    kind: Mapped[HelpKind] = mapped_column(sa.String(16))
    language: Mapped[str] = mapped_column(_Language)
    text: Mapped[str] = mapped_column(sa.String(300))
    added_at: Mapped[datetime]
    filled_at: Mapped[datetime | None]

    campaign: Mapped[Campaign] = relationship()


class Offer(Base):
    """What somebody offers besides money: hours, premises or a skill."""

    __tablename__ = "campaign_offers"
    __table_args__ = (
        sa.UniqueConstraint("campaign_id", "key"),
        sa.CheckConstraint("hours IS NULL OR hours > 0", name="hours_positive"),
        sa.Index("ix_campaign_offers_status", "campaign_id", "status", "id"),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    campaign_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("campaigns.id"))
    key: Mapped[str] = mapped_column(sa.String(80))
    token: Mapped[str] = mapped_column(sa.String(64), unique=True)
    status: Mapped[OfferStatus] = mapped_column(sa.String(16))
    kind: Mapped[HelpKind] = mapped_column(sa.String(16))
    hours: Mapped[int | None]
    text: Mapped[str] = mapped_column(sa.String(500))
    name: Mapped[str] = mapped_column(sa.String(80))
    is_name_shown: Mapped[bool]
    email: Mapped[str] = mapped_column(sa.String(254))
    language: Mapped[str] = mapped_column(_Language)
    offered_at: Mapped[datetime]
    thanks: Mapped[str | None] = mapped_column(sa.Text)
    answered_by_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    answered_at: Mapped[datetime | None]

    campaign: Mapped[Campaign] = relationship()
