"""Programmes, envelopes, goals, places, bodies, people and experiments."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grantengine.db import Base
from grantengine.programme.lifecycle import (
    EventKind,
    ExperimentStatus,
    GoalLevel,
    OrganisationKind,
    Role,
    Tier,
)

_Id = sa.String(40)


class Programme(Base):
    """A public body's programme; its money is in the ledger, its shape is here."""

    __tablename__ = "programmes"

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    names: Mapped[dict[str, str]]
    authority: Mapped[dict[str, str]]
    budget_account: Mapped[str] = mapped_column(sa.String(40))
    starts_on: Mapped[date] = mapped_column(sa.Date)
    ends_on: Mapped[date] = mapped_column(sa.Date)
    # How the authority is reached and paid from: contact, IBAN, legal provisions, culture values.
    profile: Mapped[dict[str, Any]]

    envelopes: Mapped[list["Envelope"]] = relationship(order_by="Envelope.position")


class Envelope(Base):
    """Money with a purpose: a part of the appropriation, or what another body pays into it.

    Of the appropriation: small, strong, support, match. An envelope with a funder pays for the
    calls of that body; its money is in accounts of its own. Whose it is never changes, held so
    by a trigger.
    """

    __tablename__ = "envelopes"

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    programme_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("programmes.id"))
    # Part of the ledger's account codes, so unique over all programmes.
    code: Mapped[str] = mapped_column(sa.String(24), unique=True)
    position: Mapped[int] = mapped_column(sa.SmallInteger)
    names: Mapped[dict[str, str]]
    grants_target: Mapped[int | None]
    # None for a part of the programme's own appropriation.
    funder_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("organisations.id"))

    funder: Mapped["Organisation | None"] = relationship()


class Goal(Base):
    """A wider goal that an experiment serves."""

    __tablename__ = "goals"

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(40), unique=True)
    level: Mapped[GoalLevel] = mapped_column(sa.String(16))
    position: Mapped[int] = mapped_column(sa.SmallInteger)
    names: Mapped[dict[str, str]]


class Region(Base):
    """One of the 19 regions, under Statistics Finland's code."""

    __tablename__ = "regions"

    code: Mapped[str] = mapped_column(sa.CHAR(2), primary_key=True)
    names: Mapped[dict[str, str]]


class Municipality(Base):
    """One of the 308 municipalities of 2026, under Statistics Finland's code."""

    __tablename__ = "municipalities"

    code: Mapped[str] = mapped_column(sa.CHAR(3), primary_key=True)
    region_code: Mapped[str] = mapped_column(sa.CHAR(2), sa.ForeignKey("regions.code"))
    # Statistics Finland's language relation: 0 Finnish, 2 Swedish; both, with a majority that
    # speaks Finnish in 1 and Swedish in 3.
    language_relation: Mapped[int] = mapped_column(sa.SmallInteger)
    names: Mapped[dict[str, str]]


class Organisation(Base):
    """A body that applies, runs an experiment, or funds one."""

    __tablename__ = "organisations"

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[OrganisationKind] = mapped_column(sa.String(24))
    business_id: Mapped[str | None] = mapped_column(sa.String(9), index=True)
    municipality_code: Mapped[str | None] = mapped_column(
        sa.CHAR(3), sa.ForeignKey("municipalities.code")
    )
    registered_at: Mapped[datetime]


class Person(Base):
    """Somebody who signs in."""

    __tablename__ = "persons"

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    language: Mapped[str] = mapped_column(sa.CHAR(2))
    organisation_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("organisations.id"))
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    # Changing it ends every session of the person.
    session_version: Mapped[int] = mapped_column(default=1)
    joined_at: Mapped[datetime]

    organisation: Mapped[Organisation | None] = relationship()
    role_rows: Mapped[list["PersonRole"]] = relationship(lazy="selectin")

    @property
    def roles(self) -> frozenset[Role]:
        """Every role the person holds."""
        return frozenset(Role(row.role) for row in self.role_rows)


class PersonRole(Base):
    """A role of a person."""

    __tablename__ = "person_roles"

    person_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("persons.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(sa.String(24), primary_key=True)


class Experiment(Base):
    """The one thing that runs through everything, and what the public page shows."""

    __tablename__ = "experiments"

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(120), unique=True)
    programme_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("programmes.id"))
    organisation_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("organisations.id"))
    owner_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    # The experiment that this one grew out of: small to strong, strategic to small.
    parent_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("experiments.id"))
    tier: Mapped[Tier] = mapped_column(sa.String(16), index=True)
    status: Mapped[ExperimentStatus] = mapped_column(sa.String(16), index=True)
    language: Mapped[str] = mapped_column(sa.CHAR(2))
    title: Mapped[str] = mapped_column(sa.String(200))
    summary: Mapped[str] = mapped_column(sa.Text)
    hypothesis: Mapped[str | None] = mapped_column(sa.Text)
    region_code: Mapped[str | None] = mapped_column(sa.CHAR(2), sa.ForeignKey("regions.code"))
    municipality_code: Mapped[str | None] = mapped_column(
        sa.CHAR(3), sa.ForeignKey("municipalities.code")
    )
    starts_on: Mapped[date | None] = mapped_column(sa.Date)
    ends_on: Mapped[date | None] = mapped_column(sa.Date)
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()
    owner: Mapped[Person | None] = relationship()
    region: Mapped[Region | None] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
    parent: Mapped["Experiment | None"] = relationship(remote_side="Experiment.id")
    goals: Mapped[list[Goal]] = relationship(secondary="experiment_goals", order_by="Goal.position")


experiment_goals = sa.Table(
    "experiment_goals",
    Base.metadata,
    sa.Column("experiment_id", _Id, sa.ForeignKey("experiments.id"), primary_key=True),
    sa.Column("goal_id", _Id, sa.ForeignKey("goals.id"), primary_key=True),
)


class ProgrammeEvent(Base):
    """A dated event: the experiment week, the failure day."""

    __tablename__ = "programme_events"

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    programme_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("programmes.id"))
    kind: Mapped[EventKind] = mapped_column(sa.String(16))
    names: Mapped[dict[str, str]]
    hashtag: Mapped[str | None] = mapped_column(sa.String(40))
    starts_on: Mapped[date] = mapped_column(sa.Date)
    ends_on: Mapped[date] = mapped_column(sa.Date)
