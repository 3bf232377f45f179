"""What the panel of a call sees: the ranking, the money left, the regions, what is proposed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from grantengine.money import Money
from grantengine.programme import queries as programme
from grantengine.programme.chart import Stage
from grantengine.reviews import queries
from grantengine.reviews.lifecycle import ApplicationStatus, DecisionStatus, ReviewStatus
from grantengine.reviews.models import Application, Call, Decision
from grantengine.reviews.ranking import Ranked, tenths
from grantengine.reviews.rubric import read_rubric
from grantengine.web.i18n import _
from grantengine.web.names import name_in_language


@dataclass(frozen=True, slots=True)
class Line:
    """An application in the ranking.

    Attributes:
        decision: the proposal or signed decision that stands, if any.
        within: whether the money left reaches down to here, grant by grant.
        done, wanted: finished reviews and reviews there should be.
    """

    application: Application
    ranked: Ranked | None
    decision: Decision | None
    within: bool
    done: int
    wanted: int

    @property
    def mean(self) -> str:
        """The mean in points with one decimal, or a dash."""
        if self.ranked is None or self.ranked.mean is None:
            return "–"
        return points(tenths(self.ranked.mean))


@dataclass(frozen=True, slots=True)
class Panel:
    """A call as its panel sees it."""

    lines: list[Line]
    screening: list[Application]
    available: Money
    regions: list[tuple[str, int]]
    proposals: int


def panel_of(session: Session, call: Call) -> Panel:
    """Gather what the panel of a call sees."""
    applications = queries.applications_of_call(session, call.id)
    ranked = {
        each.application_id: each
        for each in queries.rank_applications(
            call, [each for each in applications if each.status in _RANKED]
        )
    }
    available = _available(session, call)
    in_order = sorted(applications, key=lambda each: _place(ranked.get(each.id)))
    lines = _lines(call, in_order, ranked, available)
    return Panel(
        lines=lines,
        screening=[each for each in applications if each.status == ApplicationStatus.SUBMITTED],
        available=available,
        regions=_regions(applications),
        proposals=sum(
            1 for line in lines if line.decision and line.decision.status == DecisionStatus.PROPOSED
        ),
    )


def suggested_grounds(application: Application) -> dict[str, str]:
    """Gather what reviewers wrote on each criterion, for the presenter to begin with."""
    rubric = read_rubric(application.call.rubric)
    finished = [each for each in application.reviews if each.status == ReviewStatus.SUBMITTED]
    return {
        code: "\n\n".join(
            score.comment
            for review in finished
            for score in review.scores
            if score.criterion == code and score.comment
        )
        for code in rubric.codes
    }


def points(tenths_of_points: int) -> str:
    """Write tenths of points as `4,5` does in these languages."""
    return f"{tenths_of_points // 10},{tenths_of_points % 10}"


_RANKED = (ApplicationStatus.IN_REVIEW, ApplicationStatus.DECIDED)


def _available(session: Session, call: Call) -> Money:
    for each in programme.budget(session).envelopes:
        if each.envelope.code == call.envelope:
            return each.stages[Stage.AVAILABLE]
    return Money(0)


def _place(ranked: Ranked | None) -> int:
    return ranked.rank if ranked is not None and ranked.rank is not None else 1_000_000


def _lines(
    call: Call, applications: Sequence[Application], ranked: dict[str, Ranked], available: Money
) -> list[Line]:
    lines = []
    left = available
    for application in applications:
        decision = _standing(application)
        is_signed = decision is not None and decision.status == DecisionStatus.SIGNED
        wanted_grant = application.applied or Money(0)
        within = not is_signed and application.id in ranked and wanted_grant <= left
        if within:
            left -= wanted_grant
        lines.append(
            Line(
                application=application,
                ranked=ranked.get(application.id),
                decision=decision,
                within=within,
                done=sum(
                    1 for each in application.reviews if each.status == ReviewStatus.SUBMITTED
                ),
                wanted=call.reviews_per_application,
            )
        )
    return lines


def _standing(application: Application) -> Decision | None:
    standing = [each for each in application.decisions if each.status != DecisionStatus.DROPPED]
    return standing[-1] if standing else None


def _regions(applications: Sequence[Application]) -> list[tuple[str, int]]:
    names = Counter(
        name_in_language(each.region.names) if each.region else _("All of Finland")
        for each in applications
    )
    return sorted(names.items(), key=lambda each: (-each[1], each[0]))
