"""Where applications stand in their call: the ranking read from the database, and the draw."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer

from grantengine.reviews import queries
from grantengine.reviews.assignment_models import AssignmentRun
from grantengine.reviews.draw_models import Draw
from grantengine.reviews.lifecycle import ApplicationStatus, CallStatus, ReviewStatus
from grantengine.reviews.models import Application, Call
from grantengine.reviews.ranking.groups import Group
from grantengine.reviews.ranking.means import tenths
from grantengine.reviews.ranking.order import Candidate, Ranked, published_scores, rank
from grantengine.reviews.rubric import read_rubric


def draw_of(session: Session, call_id: str) -> Draw | None:
    """Find the draw of a call, None if none was announced."""
    return session.scalars(sa.select(Draw).where(Draw.call_id == call_id)).first()


def assignments_of(session: Session, call_id: str) -> Sequence[AssignmentRun]:
    """List the assignments of reviewers of a call as they were worked out, in their order."""
    query = sa.select(AssignmentRun).where(AssignmentRun.call_id == call_id)
    # A list of them does not need what each was worked out from, which may be megabytes.
    query = query.options(defer(AssignmentRun.problem))
    return session.scalars(query.order_by(AssignmentRun.made_at, AssignmentRun.id)).all()


def are_files_public(session: Session, call: Call) -> bool:
    """Tell whether everybody may read what ranking and assignment are recomputed from.

    That is so from the announcement of a draw or the last decision on; before it, decisions are
    being prepared.
    """
    return call.status == CallStatus.DECIDED or draw_of(session, call.id) is not None


def ranking_of(session: Session, call: Call) -> list[Ranked]:
    """Rank the applications of a call by their finished reviews."""
    return rank_applications(call, _compared(session, call))


def rank_applications(
    call: Call, applications: Sequence[Application], *, places: int | None = None
) -> list[Ranked]:
    """Rank applications that are loaded with their reviews.

    Args:
        call: whose weights count.
        applications: to compare.
        places: how many can be funded; as many as the call aims at when None.
    """
    limit = call.grants_target if places is None else places
    return rank(_candidates(applications), _weights(call), limit)


def published_scores_of(session: Session, call: Call) -> list[tuple[str, str, float]]:
    """List what the ranking of a call is recomputed from: case number, reviewer's number, mean."""
    return published_scores(_candidates(_compared(session, call)), _weights(call))


def in_decision_order(ranked: Sequence[Ranked], draw: Draw | None) -> list[Ranked]:
    """Put the ranking in the order in which grants go: those at the line as their lots fell.

    Without a draw, or before it, the order is that of the ranking.
    """
    if draw is None or not draw.order:
        return list(ranked)
    places = {label: place for place, (label, _ticket) in enumerate(draw.order)}
    above = [each for each in ranked if each.group is Group.FUND]
    drawn = [each for each in ranked if each.case_number in places]
    below = [each for each in ranked if each not in above and each not in drawn]
    return [*above, *sorted(drawn, key=lambda each: places[each.case_number]), *below]


def standing_of(session: Session, application: Application) -> dict[str, Any] | None:
    """Tell where an application came among its call's, in plain values; None if not ranked."""
    return standings_of(session, application.call).get(application.id)


def standings_of(session: Session, call: Call) -> dict[str, dict[str, Any]]:
    """Tell where each ranked application of a call came, in plain values, by its id."""
    ranked = ranking_of(session, call)
    draw = draw_of(session, call.id)
    tickets = dict(draw.order) if draw else {}
    return {
        each.application_id: {
            "rank": each.rank,
            "applications": len(ranked),
            "group": each.group,
            "interval": list(each.estimate.interval),
            "ticket": tickets.get(each.case_number),
            "mean_tenths": tenths(each.mean or 0),
            "criteria_tenths": {
                code: None if summary.mean is None else tenths(summary.mean)
                for code, summary in each.criteria.items()
            },
        }
        for each in ranked
        if each.estimate is not None
    }


def at_the_line(ranked: Sequence[Ranked]) -> list[Ranked]:
    """List those whom the reviews cannot tell apart at the funding line."""
    return [each for each in ranked if each.group is Group.DRAW]


def _compared(session: Session, call: Call) -> list[Application]:
    return [each for each in queries.applications_of_call(session, call.id) if _is_ranked(each)]


def _is_ranked(application: Application) -> bool:
    if application.status == ApplicationStatus.DECIDED:
        # Whoever was turned away at the door was never in the comparison.
        return bool(application.reviews)
    return application.status == ApplicationStatus.IN_REVIEW


def _candidates(applications: Sequence[Application]) -> list[Candidate]:
    return [
        Candidate(
            application_id=each.id,
            case_number=each.case_number or "",
            reviews={
                review.reviewer_id: {score.criterion: score.points for score in review.scores}
                for review in each.reviews
                if review.status == ReviewStatus.SUBMITTED
            },
        )
        for each in applications
    ]


def _weights(call: Call) -> Mapping[str, int]:
    return {criterion.code: criterion.weight for criterion in read_rubric(call.rubric).criteria}
