"""Applications, reviews and decisions, and the calls that they belong to."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from grantengine.db import Base
from grantengine.money import Money
from grantengine.programme.lifecycle import OrganisationKind
from grantengine.programme.models import Goal, Municipality, Person, Region
from grantengine.reviews.aftermath_models import AwardCondition
from grantengine.reviews.attached_models import Attachment
from grantengine.reviews.call_models import Call
from grantengine.reviews.lifecycle import (
    ApplicationStatus,
    DecisionOutcome,
    DecisionStatus,
    ReviewStatus,
)
from grantengine.reviews.question_models import QuestionSet
from grantengine.reviews.questions.asking import Question
from grantengine.reviews.questions.usual import usual_questions

__all__ = ["Application", "Call", "Decision", "Review", "ReviewScore", "application_goals"]

_Id = sa.String(40)


class Application(Base):
    """An application: a draft as it was typed, and from its submission on, as it was read."""

    __tablename__ = "applications"
    __table_args__ = (
        sa.UniqueConstraint("call_id", "source_key", name="uq_applications_source"),
        sa.CheckConstraint(
            "status IN ('draft', 'withdrawn') OR case_number IS NOT NULL",
            name="submitted_has_case_number",
        ),
        sa.CheckConstraint("applied_cents IS NULL OR applied_cents > 0", name="applied_positive"),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    call_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("calls.id"), index=True)
    applicant_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("persons.id"), index=True)
    # The version of the questions that it answers; a draft's is the one that was saved with.
    question_set_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("question_sets.id"))
    status: Mapped[ApplicationStatus] = mapped_column(sa.String(16), index=True)
    language: Mapped[str] = mapped_column(sa.CHAR(2))
    # Grows with every save, so that a second tab cannot overwrite the first unseen.
    version: Mapped[int]
    # The version that was last sent; what is newer counts for nothing until it is sent again.
    sent_version: Mapped[int | None]
    # Every field exactly as it was typed, right or wrong: {name: [values]}.
    answers: Mapped[dict[str, Any]]
    case_number: Mapped[str | None] = mapped_column(sa.String(24), unique=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    # Everything below is empty until the application has been submitted.
    summary: Mapped[str] = mapped_column(sa.Text)
    problem: Mapped[str] = mapped_column(sa.Text)
    solution: Mapped[str] = mapped_column(sa.Text)
    testing: Mapped[str] = mapped_column(sa.Text)
    learning_aim: Mapped[str] = mapped_column(sa.Text)
    team: Mapped[str] = mapped_column(sa.Text)
    resources: Mapped[str] = mapped_column(sa.Text)
    # Its rows: cost class, amount in cents, note.
    budget: Mapped[dict[str, Any]]
    # The questions answered with yes, and a note on them.
    ethics: Mapped[dict[str, Any]]
    # Answers to the questions of this call alone, by key.
    more: Mapped[dict[str, Any]]
    applied_cents: Mapped[int | None]
    self_financing_cents: Mapped[int | None]
    currency: Mapped[str] = mapped_column(sa.CHAR(3))
    organisation_name: Mapped[str] = mapped_column(sa.String(200))
    organisation_kind: Mapped[OrganisationKind | None] = mapped_column(sa.String(24))
    business_id: Mapped[str | None] = mapped_column(sa.String(9))
    iban: Mapped[str | None] = mapped_column(sa.String(34))
    region_code: Mapped[str | None] = mapped_column(sa.CHAR(2), sa.ForeignKey("regions.code"))
    municipality_code: Mapped[str | None] = mapped_column(
        sa.CHAR(3), sa.ForeignKey("municipalities.code")
    )
    screening_note: Mapped[str] = mapped_column(sa.Text)
    reviews_extra: Mapped[int] = mapped_column(sa.SmallInteger, default=0, server_default="0")
    # Id in the file that it was imported from.
    source_key: Mapped[str | None] = mapped_column(sa.String(120))
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]

    call: Mapped[Call] = relationship()
    question_set: Mapped[QuestionSet | None] = relationship()
    applicant: Mapped[Person] = relationship()
    region: Mapped[Region | None] = relationship()
    municipality: Mapped[Municipality | None] = relationship()
    goals: Mapped[list[Goal]] = relationship(
        secondary="application_goals", order_by="Goal.position"
    )
    attachments: Mapped[list[Attachment]] = relationship(order_by="Attachment.id")
    reviews: Mapped[list["Review"]] = relationship(
        back_populates="application", order_by="Review.id"
    )
    decisions: Mapped[list["Decision"]] = relationship(
        back_populates="application", order_by="(Decision.version, Decision.id)"
    )

    @property
    def has_unsent_changes(self) -> bool:
        """Whether something was typed after it was sent."""
        return self.sent_version is not None and self.sent_version != self.version

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions that it answers."""
        return usual_questions() if self.question_set is None else self.question_set.questions

    @property
    def applied(self) -> Money | None:
        """The grant applied for."""
        return None if self.applied_cents is None else Money(self.applied_cents, self.currency)

    @property
    def self_financing(self) -> Money:
        """The applicant's own and other money."""
        return Money(self.self_financing_cents or 0, self.currency)

    @property
    def reviews_wanted(self) -> int:
        """How many reviews it needs in all."""
        return self.call.reviews_per_application + self.reviews_extra

    @property
    def costs(self) -> Money:
        """What the whole experiment costs."""
        rows = self.budget.get("rows", ())
        return Money(sum(row["amount_cents"] for row in rows), self.currency)


application_goals = sa.Table(
    "application_goals",
    Base.metadata,
    sa.Column("application_id", _Id, sa.ForeignKey("applications.id"), primary_key=True),
    sa.Column("goal_id", _Id, sa.ForeignKey("goals.id"), primary_key=True),
)


class Review(Base):
    """One reviewer's work on one application."""

    __tablename__ = "reviews"
    __table_args__ = (
        sa.UniqueConstraint("application_id", "reviewer_id"),
        sa.CheckConstraint(
            "status <> 'submitted' OR submitted_at IS NOT NULL", name="submitted_has_time"
        ),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    application_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("applications.id"))
    reviewer_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("persons.id"), index=True)
    status: Mapped[ReviewStatus] = mapped_column(sa.String(16), index=True)
    comment: Mapped[str] = mapped_column(sa.Text)
    # Grows with every saving, so that no tab overwrites another unseen.
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    assigned_at: Mapped[datetime]
    declared_at: Mapped[datetime | None]
    saved_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]

    application: Mapped[Application] = relationship(back_populates="reviews")
    reviewer: Mapped[Person] = relationship()
    scores: Mapped[list["ReviewScore"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan"
    )


class ReviewScore(Base):
    """What a reviewer says of one criterion; no points is "not applicable"."""

    __tablename__ = "review_scores"
    __table_args__ = (
        sa.CheckConstraint("points IS NULL OR points BETWEEN 1 AND 6", name="on_the_scale"),
    )

    review_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("reviews.id"), primary_key=True)
    criterion: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    points: Mapped[int | None] = mapped_column(sa.SmallInteger)
    comment: Mapped[str] = mapped_column(sa.Text)


class Decision(Base):
    """A proposal, and once signed, the decision; a signed one is never changed."""

    __tablename__ = "decisions"
    __table_args__ = (
        # The rule of four eyes, once more where no code can forget it.
        sa.CheckConstraint("decision_maker_id <> presenter_id", name="four_eyes"),
        sa.CheckConstraint("(outcome = 'awarded') = (amount_cents IS NOT NULL)", name="award"),
        sa.CheckConstraint("amount_cents IS NULL OR amount_cents > 0", name="amount_positive"),
        sa.CheckConstraint(
            "(status = 'signed') = (signed_at IS NOT NULL)"
            " AND (status = 'signed') = (decision_maker_id IS NOT NULL)"
            " AND (status = 'signed') = (verification_code IS NOT NULL)",
            name="signed_is_whole",
        ),
        # Of one application at most one proposal stands, and each version is signed once.
        sa.Index(
            "ix_decisions_standing",
            "application_id",
            "version",
            unique=True,
            sqlite_where=sa.text("status <> 'dropped'"),
            postgresql_where=sa.text("status <> 'dropped'"),
        ),
    )

    id: Mapped[str] = mapped_column(_Id, primary_key=True)
    application_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("applications.id"))
    # 1, or more for a correction of an earlier decision.
    version: Mapped[int]
    status: Mapped[DecisionStatus] = mapped_column(sa.String(16), index=True)
    outcome: Mapped[DecisionOutcome] = mapped_column(sa.String(16))
    amount_cents: Mapped[int | None]
    currency: Mapped[str] = mapped_column(sa.CHAR(3))
    # A summary, and words on each criterion by its code.
    grounds: Mapped[dict[str, Any]]
    presenter_id: Mapped[str] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    proposed_at: Mapped[datetime]
    decision_maker_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("persons.id"))
    signed_at: Mapped[datetime | None]
    # All that the document says, as it stood when it was signed.
    content: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    verification_code: Mapped[str | None] = mapped_column(sa.String(32), unique=True)
    pdf_sha256: Mapped[str | None] = mapped_column(sa.CHAR(64))
    experiment_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("experiments.id"))
    grant_id: Mapped[str | None] = mapped_column(_Id, sa.ForeignKey("grants.id"))

    application: Mapped[Application] = relationship(back_populates="decisions")
    presenter: Mapped[Person] = relationship(foreign_keys=[presenter_id])
    decision_maker: Mapped[Person | None] = relationship(foreign_keys=[decision_maker_id])
    condition: Mapped[AwardCondition | None] = relationship(lazy="joined")

    @property
    def amount(self) -> Money | None:
        """What is awarded; None if nothing is."""
        return None if self.amount_cents is None else Money(self.amount_cents, self.currency)
