"""Writing down what an experiment found out, and making it public."""

from datetime import datetime

from sqlalchemy.orm import Session

from grantengine import history
from grantengine.disbursements import service as disbursements
from grantengine.errors import InvalidInputError, NotAllowedError
from grantengine.ids import new_id
from grantengine.learnings import letters, queries
from grantengine.learnings.cards import Card
from grantengine.learnings.errors import (
    LearningIncompleteError,
    LearningLockedError,
    LearningPublishedError,
    LearningStaleError,
)
from grantengine.learnings.lifecycle import (
    ANSWER_LENGTH_MAX,
    LEARNING_MOVES,
    NARRATOR_LENGTH_MAX,
    STORY,
    LearningStatus,
)
from grantengine.learnings.models import Learning
from grantengine.programme import service as programme
from grantengine.programme.lifecycle import ExperimentStatus, Role
from grantengine.programme.models import Experiment, Person
from grantengine.programme.searching import folded


def may_write(experiment: Experiment, person: Person) -> bool:
    """Tell whether somebody may write the learning: the experiment's owner, or a steward."""
    owns = experiment.owner_id == person.id and Role.EXPERIMENTER in person.roles
    return owns or Role.STEWARD in person.roles


def write_learning(
    session: Session,
    experiment_id: str,
    card: Card,
    *,
    person: Person,
    now: datetime,
    known_version: int | None = None,
) -> Learning:
    """Keep the draft of an experiment's learning; the first time makes it.

    Args:
        session: the transaction.
        experiment_id: what was learned from.
        card: the draft.
        person: who writes.
        now: the present instant.
        known_version: the version that the writer started from, 0 before there was any; None
            where nobody else can be writing.

    Raises:
        LearningStaleError: it was saved elsewhere since then; nothing is overwritten.
        NotAllowedError: the person neither owns the experiment nor is a steward.
        LearningLockedError: the experiment is not running.
        LearningPublishedError: the learning is public already.
        InvalidInputError: a text is too long.
    """
    experiment = _locked(session, experiment_id)
    _refuse_stranger(experiment, person)
    _refuse_too_long(card)
    learning = queries.learning_of(session, experiment_id)
    if learning is not None and learning.status == LearningStatus.PUBLISHED:
        raise LearningPublishedError(experiment=experiment_id)
    if experiment.status != ExperimentStatus.RUNNING:
        raise LearningLockedError(status=str(experiment.status))
    _refuse_stale(learning, known_version)
    if learning is not None:
        _fill(learning, experiment, card, now=now)
        learning.version += 1
        return learning
    learning = Learning(
        id=new_id("lrn", now),
        experiment_id=experiment.id,
        author_id=person.id,
        status=LearningStatus.DRAFT,
        version=1,
    )
    _fill(learning, experiment, card, now=now)
    session.add(learning)
    session.flush()  # Publishing looks for it in the database.
    history.start(session, learning, now=now, actor_id=person.id)
    return learning


def publish_learning(
    session: Session, experiment_id: str, *, person: Person, now: datetime
) -> Learning:
    """Make a learning public: the experiment has learned, what waited is opened, backers hear.

    The instalments open whatever the result: a failure costs nothing.

    Raises:
        NotAllowedError: the person neither owns the experiment nor is a steward.
        LearningIncompleteError: no draft, or something in it is missing.
        LearningPublishedError: it is public already.
        IllegalMoveError: the experiment is not running.
    """
    experiment = _locked(session, experiment_id)
    _refuse_stranger(experiment, person)
    learning = queries.learning_of(session, experiment_id)
    if learning is None:
        raise LearningIncompleteError(missing=list(STORY))
    if learning.status == LearningStatus.PUBLISHED:
        raise LearningPublishedError(experiment=experiment_id)
    _refuse_incomplete(learning)
    learning.published_at = now
    history.move(
        session, learning, LEARNING_MOVES, LearningStatus.PUBLISHED, now=now, actor_id=person.id
    )
    programme.move_experiment(
        session, experiment, ExperimentStatus.LEARNED, now=now, actor_id=person.id
    )
    disbursements.open_learning_instalments(session, experiment_id, now=now)
    letters.enqueue_to_backers(session, learning, now=now)
    return learning


def _locked(session: Session, experiment_id: str) -> Experiment:
    # One row held, so that two tabs cannot both make the card or publish it.
    return session.get_one(Experiment, experiment_id, with_for_update={"of": Experiment})


def _refuse_stranger(experiment: Experiment, person: Person) -> None:
    if not may_write(experiment, person):
        raise NotAllowedError(action="write_learning")


def _refuse_stale(learning: Learning | None, known_version: int | None) -> None:
    saved_version = learning.version if learning is not None else 0
    if known_version not in (None, saved_version):
        raise LearningStaleError(saved_version=saved_version, known_version=known_version)


def _refuse_too_long(card: Card) -> None:
    limits = {"narrator": NARRATOR_LENGTH_MAX} | dict.fromkeys(STORY, ANSWER_LENGTH_MAX)
    for name, limit in limits.items():
        if len(getattr(card, name)) > limit:
            raise InvalidInputError(field=name, reason="too_long", limit=limit)


def _refuse_incomplete(learning: Learning) -> None:
    missing = [name for name in (*STORY, "narrator") if not getattr(learning, name).strip()]
    if learning.result is None:
        missing.append("result")
    if missing:
        raise LearningIncompleteError(missing=missing)


def _fill(learning: Learning, experiment: Experiment, card: Card, *, now: datetime) -> None:
    for name in ("language", "result", "narrator", *STORY):
        setattr(learning, name, getattr(card, name))
    learning.written_at = now
    places = (experiment.region, experiment.municipality)
    place_names = [name for place in places if place for name in place.names.values()]
    story = [getattr(card, name) for name in STORY]
    texts = [experiment.title, experiment.summary, experiment.organisation.name, card.narrator]
    learning.search_text = folded([*texts, *story, *place_names])
