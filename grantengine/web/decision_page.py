"""What the pages of decisions show: the ranking beside the money, and grounds to begin with."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from grantengine.errors import GrantEngineError
from grantengine.ledger import queries as ledger
from grantengine.money import Money, total
from grantengine.programme.chart import Stage, envelope_code
from grantengine.reviews import queries, standings
from grantengine.reviews.deciding import Proposal
from grantengine.reviews.errors import EnvelopeShortError
from grantengine.reviews.lifecycle import (
    ApplicationStatus,
    DecisionOutcome,
    DecisionStatus,
    ReviewStatus,
)
from grantengine.reviews.models import Application, Call, Decision
from grantengine.reviews.ranking.groups import Group
from grantengine.reviews.ranking.means import tenths
from grantengine.reviews.ranking.order import Ranked
from grantengine.reviews.rubric import SCORE_MAX, SCORE_MIN, read_rubric
from grantengine.web.documents import wording
from grantengine.web.formatting import money
from grantengine.web.i18n import _, force_language
from grantengine.web.labels.reviews import SCORE_WORDS
from grantengine.web.names import name_in_language
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
    def waits_for_draw(self) -> bool:
        """Tell whether the reviews leave it at the line and no lot has fallen yet."""
        is_at_line = self.ranked is not None and self.ranked.group is Group.DRAW
        return is_at_line and self.ticket is None


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


def regions_of(rows: Sequence[Row]) -> list[tuple[str, int, int]]:
    """Count by region: applications, and those that get or would get a grant."""
    applied: Counter[str] = Counter()
    awarded: Counter[str] = Counter()
    for row in rows:
        region = row.application.region
        name = name_in_language(region.names) if region else _("The whole country")
        applied[name] += 1
        if row.decision is not None and row.decision.amount is not None:
            awarded[name] += 1
    return [(name, count, awarded[name]) for name, count in sorted(applied.items())]


def first_proposal(row: Row) -> dict[str, Any]:
    """Give what a proposal's form begins with: what stands, else words from the scores."""
    application, decision = row.application, row.decision
    if decision is not None:
        grounds = decision.grounds
        data = {"summary": grounds["summary"], "outcome": decision.outcome}
        data["amount"] = decision.amount or application.applied
        return data | {f"grounds_{code}": text for code, text in grounds["criteria"].items()}
    words = grounds_in_words(application, row.ranked)
    return {"amount": application.applied} | {
        f"grounds_{code}": each for code, each in words.items()
    }


def grounds_in_words(application: Application, ranked: Ranked | None) -> dict[str, str]:
    """Say what the reviews' means were, by criterion, in the language of the application."""
    if ranked is None:
        return {}
    rubric = read_rubric(application.call.rubric)
    with force_language(application.language):
        return {
            code: _mean_in_words(summary.mean)
            for code, summary in ranked.criteria.items()
            if summary.mean is not None and code in rubric.codes
        }


def proposal_by_rank(row: Row, *, place: int, of: int, amount: Money | None) -> Proposal:
    """Propose what follows from the ranking: a grant, or none because the money ran out.

    Args:
        row: an application with its place.
        place: its rank.
        of: how many were compared.
        amount: the grant; None for a rejection.
    """
    with force_language(row.application.language):
        values = {"place": place, "of": of}
        if amount is not None:
            summary = _(
                "The application came in place %(place)s of %(of)s in the comparison, and the"
                " money of the call suffices for it.",
                **values,
            )
        else:
            summary = _(
                "The application came in place %(place)s of %(of)s in the comparison. The money"
                " of the call went to those placed before it.",
                **values,
            )
        if row.ticket is not None:
            summary += " " + _("The reviews left it at the funding line, where lots were drawn.")
    return Proposal(
        outcome=DecisionOutcome.AWARDED if amount is not None else DecisionOutcome.REJECTED,
        summary=summary,
        criteria=grounds_in_words(row.application, row.ranked),
        amount=amount,
    )


def proposals_by_rank(rows: Sequence[Row], available: Money, places: int) -> Mapping[str, Proposal]:
    """Propose for every fully reviewed application that has no proposal, by application id.

    Grants go in order to as many as the call aims at, while the envelope's money lasts. Those
    for whom lots are still to be drawn are left for later.

    Args:
        rows: of one call, in the order in which grants go.
        available: free money of the envelope, less what is proposed already.
        places: how many grants the call aims at.
    """
    compared = sum(1 for row in rows if row.ranked is not None)
    free = places - sum(1 for row in rows if row.decision is not None and row.decision.amount)
    is_drawing = any(row.waits_for_draw for row in rows)
    proposals: dict[str, Proposal] = {}
    left = available
    for row in rows:
        application, ranked = row.application, row.ranked
        if not _can_be_proposed(row) or ranked is None or ranked.rank is None:
            continue
        if row.waits_for_draw:
            continue
        wanted = application.applied
        # What lies below the line gets nothing while lots are still to be drawn above it.
        is_passed_over = is_drawing and ranked.group is Group.REJECT
        fits = wanted is not None and free > 0 and wanted <= left and not is_passed_over
        amount = wanted if fits else None
        if amount is not None:
            left, free = left - amount, free - 1
        proposals[application.id] = proposal_by_rank(
            row, place=ranked.rank, of=compared, amount=amount
        )
    return proposals


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


def _can_be_proposed(row: Row) -> bool:
    is_open = row.application.status == ApplicationStatus.IN_REVIEW and row.decision is None
    return is_open and row.done >= row.application.reviews_wanted


def _row(application: Application, ranked: Ranked | None, ticket: str | None) -> Row:
    standing = [each for each in application.decisions if each.status != DecisionStatus.DROPPED]
    done = sum(1 for each in application.reviews if each.status == ReviewStatus.SUBMITTED)
    return Row(application, ranked, done, standing[-1] if standing else None, ticket)


def _mean_in_words(units: int) -> str:
    points = tenths(units)
    nearest = min(max((points + 5) // 10, SCORE_MIN), SCORE_MAX)
    word = str(SCORE_WORDS[nearest])
    return _(
        "The reviewers found this %(word)s (mean %(mean)s of %(most)s).",
        word=word,
        mean=wording.tenths(points),
        most=SCORE_MAX,
    )
