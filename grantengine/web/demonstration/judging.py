"""Applications judged: screened, reviewed by two, proposed by one person, signed by another."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import sqlalchemy as sa
from sqlalchemy.orm import Session

from grantengine.money import Money
from grantengine.programme.models import Person
from grantengine.reviews import assigning, deciding, pooling, reviewing, screening
from grantengine.reviews.checklist import Finding, TurnedAwayFor, everything_holds
from grantengine.reviews.lifecycle import ApplicationStatus, DecisionOutcome, ReviewStatus
from grantengine.reviews.models import Application, Decision, Review
from grantengine.reviews.pooling import Knowledge
from grantengine.reviews.proposals import Proposal
from grantengine.reviews.rubric import REASONED_SCORES, Score, read_rubric
from grantengine.web.demonstration.acts import Act
from grantengine.web.demonstration.sources import Facts, read
from grantengine.web.demonstration.stage import Stage

_PRESENTER, _DECISION_MAKER = "hanna", "antti"
# Proposed, and left for whoever tries the demonstration to sign.
_UNSIGNED = "proposed"


def acts(stage: Stage) -> Iterator[Act]:
    """Tell how far each closed call has been judged."""
    for call, facts in read("calls")["calls"].items():
        if "screened" not in facts:
            continue
        applications = read(f"applications_{call}")
        screened_at = stage.office_moment(facts["screened"], 11)
        yield Act(screened_at, partial(_screen, call, applications))
        yield from _review_acts(stage, facts, applications)
        for name, application in applications.items():
            yield from _decision_acts(stage, facts, name, application)
    # After all that was assigned: who reviews what in the story does not rest on it.
    yield Act(stage.moment(-1, 12), _know_reviewers)


def _review_acts(stage: Stage, call: Facts, applications: Facts) -> Iterator[Act]:
    first_at, last_at = (stage.moment(days, 18) for days in call["reviewed"])
    asked = [
        (name, facts, position)
        for name, facts in applications.items()
        for position in range(facts.get("reviewed_by", len(facts.get("points", ()))))
    ]
    for name, facts in applications.items():
        if "recused" in facts:
            at = first_at - timedelta(hours=1)
            yield Act(at, partial(_recuse, name, facts["recused"]))
    for index, (name, facts, position) in enumerate(asked):
        at = first_at + (last_at - first_at) * index / len(asked)
        yield Act(at, partial(_review, name, facts, position))


def _decision_acts(stage: Stage, call: Facts, name: str, facts: Facts) -> Iterator[Act]:
    decision = facts.get("decision")
    if decision is None:
        return
    days = call["left_unsigned"] if decision == _UNSIGNED else call["proposed"]
    yield Act(stage.office_moment(days, 10), partial(_propose, name, facts))
    if decision != _UNSIGNED:
        yield Act(stage.office_moment(call["signed"], 14), partial(_sign, name))


def _screen(call: str, applications: Facts, stage: Stage) -> None:
    """Let in what may be reviewed, turn away what may not, and give reviewers their work."""
    actor_id = stage.people[_PRESENTER]
    with stage.transaction() as session:
        for name, facts in applications.items():
            finding = everything_holds(screening.checklist_of(session, stage.calls[call]))
            if note := facts.get("screening"):
                reason = TurnedAwayFor.NO_EXPERIMENT
                finding = Finding(ApplicationStatus.INADMISSIBLE, reason=reason, note=note)
            screening.screen_application(
                session, stage.applications[name], finding, now=stage.now(), actor_id=actor_id
            )
        session.flush()  # Reviewers are assigned to what a query finds eligible.
        assigning.assign_reviewers(session, stage.calls[call], now=stage.now(), actor_id=actor_id)


def _know_reviewers(stage: Stage) -> None:
    """Let each reviewer say what they are at home in, for the calls to come."""
    with stage.transaction() as session:
        for name, human in read("people")["people"].items():
            if "expertise" in human:
                knowledge = Knowledge(
                    expertise=human["expertise"],
                    goal_ids=[],
                    languages=human["languages"],
                    regions=human["regions"],
                    capacity=human["capacity"],
                )
                pooling.keep_profile(session, stage.person(session, name), knowledge)


def _recuse(name: str, note: str, stage: Stage) -> None:
    """Let the first reviewer of an application say that it is not theirs to judge."""
    with stage.transaction() as session:
        review, reviewer = _next_review(session, stage, name)
        reviewing.declare_conflict(session, review.id, reviewer, note=note, now=stage.now())


def _review(name: str, facts: Facts, position: int, stage: Stage) -> None:
    points, comment = facts["points"][position], facts["comments"][position]
    with stage.transaction() as session:
        review, reviewer = _next_review(session, stage, name)
        rubric = read_rubric(review.application.call.rubric)
        scores = [
            Score(code, given, comment if given in REASONED_SCORES else "")
            for code, given in zip(rubric.codes, points, strict=True)
        ]
        reviewing.declare_no_conflict(session, review.id, reviewer, now=stage.now())
        reviewing.submit_review(
            session, review.id, reviewer, scores, comment=comment, now=stage.now()
        )


def _next_review(session: Session, stage: Stage, name: str) -> tuple[Review, Person]:
    query = sa.select(Review).where(
        Review.application_id == stage.applications[name],
        Review.status == ReviewStatus.ASSIGNED,
    )
    # By address, not by an id that chance has a part in: the story is the same every time.
    review = session.scalars(query.join(Review.reviewer).order_by(Person.email)).first()
    assert review is not None
    return review, review.reviewer


def _propose(name: str, facts: Facts, stage: Stage) -> None:
    decision = facts["decision"]
    outcome = DecisionOutcome("awarded" if decision == _UNSIGNED else decision)
    is_award = outcome is DecisionOutcome.AWARDED
    proposal = Proposal(
        outcome=outcome,
        summary=facts["grounds"],
        criteria=facts.get("reasons", {}),
        amount=Money(facts["applied"] * 100) if is_award else None,
    )
    with stage.transaction() as session:
        presenter = stage.person(session, _PRESENTER)
        deciding.propose_decision(
            session, stage.applications[name], proposal, presenter=presenter, now=stage.now()
        )


def _sign(name: str, stage: Stage) -> None:
    with stage.transaction() as session:
        application = session.get_one(Application, stage.applications[name])
        query = sa.select(Decision).where(Decision.application_id == application.id)
        proposed = session.scalars(query).one()
        decision_maker = stage.person(session, _DECISION_MAKER)
        decision = deciding.sign_decision(
            session, proposed.id, decision_maker=decision_maker, now=stage.now()
        )
        if decision.experiment_id is not None:
            stage.experiments[name] = decision.experiment_id
