"""What the pages of decisions show: the ranking beside the money, and grounds to begin with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from grantengine.errors import GrantEngineError
from grantengine.ledger import queries as ledger
from grantengine.money import Money, total
from grantengine.programme.chart import Stage, envelope_code
from grantengine.reviews import queries, standings
from grantengine.reviews.errors import EnvelopeShortError
from grantengine.reviews.lifecycle import (
    ApplicationStatus,
    DecisionStatus,
    ReviewStatus,
)
from grantengine.reviews.models import Application, Call, Decision
from grantengine.reviews.ranking.groups import Group
from grantengine.reviews.ranking.means import tenths
from grantengine.reviews.ranking.order import Ranked
from grantengine.web.documents import wording
from grantengine.web.formatting import money
from grantengine.web.grounds import grounds_in_words
from grantengine.web.i18n import _
from grantengine.web.problems import sentence_of


@dataclass(frozen=True, slots=True)
class Row:
    """An application in the ranking of its call.

    Attributes:
        ranked: its place; None if it is not reviewed.
        done: how many reviews are finished.
        decision: the proposal or decision that stands.
        ticket: what it drew at the funding line, if lots were drawn.
    """

    application: Application
    ranked: Ranked | None
    done: int
    decision: Decision | None
    ticket: str | None

    @property
    def group(self) -> Group | None:
        """Tell where it stands to the funding line; None if it is not ranked."""
        return self.ranked.group if self.ranked else None

    @property
    def waits_for_draw(self) -> bool:
        """Tell whether the reviews leave it at the line and no lot has fallen yet."""
        return self.group is Group.DRAW and self.ticket is None


@dataclass(frozen=True, slots=True)
class CallMoney:
    """The money of a call: left in its envelope, proposed in it, and what then remains."""

    available: Money
    proposed: Money

    @property
    def left(self) -> Money:
        """What would be left if every proposal were signed; may be negative."""
        return self.available - self.proposed


def rows_of(session: Session, call: Call) -> list[Row]:
    """List the applications of a call, best first, then those that are not ranked.

    Once lots are drawn, those at the line stand in the order in which the lots fell.
    """
    applications = {each.id: each for each in queries.applications_of_call(session, call.id)}
    in_ranking = (ApplicationStatus.IN_REVIEW, ApplicationStatus.DECIDED)
    ranked = standings.rank_applications(
        call, [each for each in applications.values() if each.status in in_ranking]
    )
    draw = standings.draw_of(session, call.id)
    tickets = dict(draw.order) if draw else {}
    first = [
        _row(applications.pop(each.application_id), each, tickets.get(each.case_number))
        for each in standings.in_decision_order(ranked, draw)
    ]
    return [*first, *(_row(each, None, None) for each in applications.values())]


def funding_line(rows: Sequence[Row], places: int) -> float | None:
    """Give the expected rank of the last application that can be funded; None if all can."""
    ranks = [
        row.ranked.estimate.expected_rank for row in rows if row.ranked and row.ranked.estimate
    ]
    return sorted(ranks)[places - 1] if 0 < places < len(ranks) else None


def money_of(session: Session, call: Call, rows: Sequence[Row]) -> CallMoney:
    """Read the envelope's free money from the ledger, and add up what is proposed."""
    account = envelope_code(call.envelope, Stage.AVAILABLE)
    waiting = (
        row.decision.amount
        for row in rows
        if row.decision is not None and row.decision.status == DecisionStatus.PROPOSED
    )
    proposed = total(amount for amount in waiting if amount is not None)
    return CallMoney(available=ledger.balance(session, account), proposed=proposed)


def first_proposal(row: Row) -> dict[str, Any]:
    """Give what a proposal's form begins with: what stands, else words from the scores."""
    application, decision = row.application, row.decision
    if decision is not None:
        grounds = decision.grounds
        data = {"summary": grounds["summary"], "outcome": decision.outcome}
        data["amount"] = decision.amount or application.applied
        if decision.condition is not None:
            data["crowd_goal"] = decision.condition.goal
            data["crowd_goal_until"] = decision.condition.until_on
        return data | {f"grounds_{code}": text for code, text in grounds["criteria"].items()}
    words = grounds_in_words(application, row.ranked)
    return {"amount": application.applied} | {
        f"grounds_{code}": each for code, each in words.items()
    }


def can_be_proposed(row: Row) -> bool:
    """Tell whether an application has all its reviews, a place, and no proposal yet."""
    is_open = row.application.status == ApplicationStatus.IN_REVIEW and row.decision is None
    is_ranked = row.ranked is not None and row.ranked.rank is not None
    return is_open and is_ranked and row.done >= row.application.reviews_wanted


def points_in_words(units: int) -> str:
    """Write a mean of the ranking with one decimal."""
    return wording.tenths(tenths(units))


def said(error: GrantEngineError) -> str:
    """Say a refusal; that of a short envelope with its sums."""
    if isinstance(error, EnvelopeShortError):
        return _(
            "The envelope has %(available)s left, the award would take %(wanted)s. Nothing was"
            " decided.",
            available=money(error.details["available"]),
            wanted=money(error.details["wanted"]),
        )
    return sentence_of(error)


def refusal_in_words(refusal: Mapping[str, Any]) -> str:
    """Say a refusal that was kept: its code and facts, sums among them as cents."""
    facts = {
        name.removesuffix("_cents"): Money(value) if name.endswith("_cents") else value
        for name, value in refusal.items()
        if name != "code"
    }
    if refusal["code"] == EnvelopeShortError.code:
        return said(EnvelopeShortError(**facts))
    error = GrantEngineError(**facts)
    error.code = refusal["code"]
    return sentence_of(error)


def _row(application: Application, ranked: Ranked | None, ticket: str | None) -> Row:
    standing = [each for each in application.decisions if each.status != DecisionStatus.DROPPED]
    done = sum(1 for each in application.reviews if each.status == ReviewStatus.SUBMITTED)
    return Row(application, ranked, done, standing[-1] if standing else None, ticket)
