"""A large call, from 126 applications to 21 grants: screened, reviewed, drawn, signed in a batch."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from random import Random
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from grantengine.programme import service as programme
from grantengine.programme.lifecycle import Role
from grantengine.reviews import (
    applying,
    assigning,
    batching,
    deciding,
    drawing,
    queries,
    reviewing,
    screening,
)
from grantengine.reviews.checklist import Finding, TurnedAwayFor, everything_holds
from grantengine.reviews.drawing import Announcement
from grantengine.reviews.experiment_card import ExperimentCard
from grantengine.reviews.lifecycle import ApplicationStatus, ReviewStatus
from grantengine.reviews.models import Call, Review
from grantengine.reviews.rubric import REASONED_SCORES, Score, read_rubric
from grantengine.web import decision_page, proposing
from grantengine.web.demonstration.acts import Act
from grantengine.web.demonstration.generating import SEED, Idea, ideas, points
from grantengine.web.demonstration.sources import Facts, read
from grantengine.web.demonstration.stage import Stage

CALL: Final = "circular"
APPLICATIONS: Final = 126
_TURNED_AWAY_EVERY: Final = 25
_GOALS: Final = ["validated", "together"]
# How much comes on which part of the open time; two fifths on the last day.
_ARRIVALS: Final = ((0.1, 12), (0.3, 20), (0.5, 16), (0.8, 28), (0.97, 50))
_REVIEW_STEPS: Final = 8
_HIGH, _LOW = 4.3, 3.0
# A weekend between them must not bring the draw before its randomness.
_DRAW_AFTER_DAYS: Final = 6
_SOURCE: Final = "Veikkaus, Vikinglotto: päävoittonumerot nousevassa järjestyksessä, välilyönnein"


def acts(stage: Stage) -> Iterator[Act]:
    """Tell the whole way of the call; all of it lies in the past."""
    facts, call = read(CALL), read("calls")["calls"][CALL]
    made = ideas(facts, APPLICATIONS)
    opens_at, closes_at = stage.moment(call["opens"], 9), stage.moment(call["closes"], 16)
    yield Act(opens_at + timedelta(minutes=1), partial(_register, made))
    waiting = iter(made)
    for share, count in _ARRIVALS:
        arrived = [next(waiting) for _ in range(count)]
        yield Act(opens_at + (closes_at - opens_at) * share, partial(_apply, arrived))
    yield Act(stage.office_moment(call["screened_all"], 11), partial(_screen, facts, made))
    first_at, last_at = (stage.moment(days, 18) for days in call["reviewed_all"])
    for step in range(_REVIEW_STEPS):
        at = first_at + (last_at - first_at) * step / _REVIEW_STEPS
        yield Act(at, partial(_review, facts, made, step))
    yield Act(stage.office_moment(call["drawn"], 10), _announce)
    yield Act(stage.office_moment(call["drawn"] + _DRAW_AFTER_DAYS, 12), _draw)
    yield Act(stage.office_moment(call["proposed_all"], 10), _propose)
    yield Act(stage.office_moment(call["signed_all"], 14), _sign)


def _register(made: Sequence[Idea], stage: Stage) -> None:
    with stage.transaction() as session:
        for idea in made:
            person = programme.register_person(
                session,
                name=idea.person,
                email=idea.email,
                language=idea.language,
                roles=[Role.EXPERIMENTER],
                now=stage.now(),
            )
            stage.people[_key(idea)] = person.id


def _apply(arrived: Sequence[Idea], stage: Stage) -> None:
    with stage.transaction() as session:
        call = session.get_one(Call, stage.calls[CALL])
        goal_ids = stage.goal_ids(session, _GOALS)
        for idea in arrived:
            person = stage.person(session, _key(idea))
            application = applying.start_application(
                session, call, person, language=idea.language, now=stage.now()
            )
            card = _card(idea, goal_ids)
            applying.submit_application(session, application.id, card, now=stage.now())
            stage.applications[_key(idea)] = application.id


def _card(idea: Idea, goal_ids: Sequence[str]) -> ExperimentCard:
    return ExperimentCard(
        title=idea.title,
        organisation_name=idea.organisation,
        organisation_kind=idea.kind,
        business_id=idea.business_id,
        budget=idea.budget,
        applied=idea.applied,
        self_financing=idea.costs - idea.applied,
        goal_ids=list(goal_ids),
        language=idea.language,
        iban=idea.iban,
        **idea.texts,
    )


def _screen(facts: Facts, made: Sequence[Idea], stage: Stage) -> None:
    """Turn away every twenty-fifth, and share the others among the reviewers."""
    actor_id = stage.people["hanna"]
    turned_away = facts["inadmissible"]
    with stage.transaction() as session:
        holds = everything_holds(screening.checklist_of(session, stage.calls[CALL]))
        for idea in made:
            finding = holds
            if idea.number % _TURNED_AWAY_EVERY == _TURNED_AWAY_EVERY - 1:
                finding = Finding(
                    ApplicationStatus.INADMISSIBLE,
                    reason=TurnedAwayFor(turned_away["reason"]),
                    note=turned_away["notes"][idea.language],
                )
            screening.screen_application(
                session,
                stage.applications[_key(idea)],
                finding,
                now=stage.now(),
                actor_id=actor_id,
            )
        session.flush()  # Reviewers are assigned to what a query finds eligible.
        assigning.assign_reviewers(session, stage.calls[CALL], now=stage.now(), actor_id=actor_id)


def _review(facts: Facts, made: Sequence[Idea], step: int, stage: Stage) -> None:
    """Let every reviewer score an eighth of what was given to them."""
    by_application = {stage.applications[_key(idea)]: idea for idea in made}
    with stage.transaction() as session:
        rubric = read_rubric(session.get_one(Call, stage.calls[CALL]).rubric)
        for review in _assigned(session, stage, made, step):
            idea = by_application[review.application_id]
            # By what does not change from time to time, unlike the ids.
            chance = Random(f"{SEED}/{idea.number}/{review.reviewer.email}")  # noqa: S311
            given = points(idea, len(rubric.codes), chance, severity=_severity(review))
            comment = _comment(facts, given, chance)
            scores = [
                Score(code, each, comment if each in REASONED_SCORES else "")
                for code, each in zip(rubric.codes, given, strict=True)
            ]
            reviewing.declare_no_conflict(session, review.id, review.reviewer, now=stage.now())
            reviewing.submit_review(
                session, review.id, review.reviewer, scores, comment=comment, now=stage.now()
            )


def _assigned(session: Session, stage: Stage, made: Sequence[Idea], step: int) -> Sequence[Review]:
    now_due = [stage.applications[_key(idea)] for idea in made[step::_REVIEW_STEPS]]
    query = sa.select(Review).where(
        Review.application_id.in_(now_due), Review.status == ReviewStatus.ASSIGNED
    )
    return session.scalars(query.options(joinedload(Review.reviewer)).order_by(Review.id)).all()


def _severity(review: Review) -> float:
    """Let reviewers differ, as they do: from half a point kinder to half a point harder."""
    return Random(review.reviewer.email).uniform(-0.5, 0.5)  # noqa: S311


def _comment(facts: Facts, given: Sequence[int], chance: Random) -> str:
    mean = sum(given) / len(given)
    kind = "high" if mean > _HIGH else "low" if mean < _LOW else "middle"
    comment: str = chance.choice(facts["comments"][kind])
    return comment


def _announce(stage: Stage) -> None:
    announcement = Announcement(_SOURCE, stage.now() + timedelta(days=2))
    with stage.transaction() as session:
        drawing.announce_draw(
            session,
            stage.calls[CALL],
            announcement,
            now=stage.now(),
            actor_id=stage.people["hanna"],
        )


def _draw(stage: Stage) -> None:
    numbers = sorted(Random(SEED).sample(range(1, 49), 6))  # noqa: S311
    with stage.transaction() as session:
        drawing.hold_draw(
            session,
            stage.calls[CALL],
            " ".join(str(each) for each in numbers),
            now=stage.now(),
            actor_id=stage.people["hanna"],
        )


def _propose(stage: Stage) -> None:
    with stage.transaction() as session:
        call = session.get_one(Call, stage.calls[CALL])
        rows = decision_page.rows_of(session, call)
        presenter = stage.person(session, "hanna")
        proposals = proposing.proposals_of(session, call, rows, presenter=presenter)
        for application_id, proposal in proposals.items():
            deciding.propose_decision(
                session, application_id, proposal, presenter=presenter, now=stage.now()
            )


def _sign(stage: Stage) -> None:
    with stage.transaction() as session:
        waiting = queries.decisions_to_sign(session, stage.calls[CALL])
        batch = batching.start_batch(
            session,
            stage.calls[CALL],
            [each.id for each in waiting],
            decision_maker=stage.person(session, "antti"),
            now=stage.now(),
        )
    batching.sign_batch(stage.database, stage.clock, batch_id=batch.id)


def _key(idea: Idea) -> str:
    return f"{CALL}-{idea.number}"
