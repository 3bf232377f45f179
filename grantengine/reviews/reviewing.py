"""Reviewers at work: asked about conflicts, scoring: part of the service."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from grantengine import history
from grantengine.errors import NotFoundError
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Person
from grantengine.reviews import queries
from grantengine.reviews.applying import locked_application
from grantengine.reviews.assigning import give_reviewers, write_conflict
from grantengine.reviews.errors import (
    ConflictOfInterestError,
    ConflictUndeclaredError,
    StaleDraftError,
)
from grantengine.reviews.experiment_card import clean_text
from grantengine.reviews.judges import conflict_between
from grantengine.reviews.lifecycle import (
    REVIEW_MOVES,
    ConflictSource,
    ReviewStatus,
)
from grantengine.reviews.models import Application, Review, ReviewScore
from grantengine.reviews.rubric import Score, check_complete, check_draft, read_rubric
from grantengine.transitions import ensure_move


def declare_no_conflict(
    session: Session, review_id: str, reviewer: Person, *, now: datetime
) -> Review:
    """Let a reviewer read after having said that nothing stands against it.

    Raises:
        NotFoundError: the review is somebody else's.
        ConflictOfInterestError: something found stands against it all the same.
    """
    review = own_review(session, review_id, reviewer)
    refuse_found(session, review, reviewer)
    if review.status == ReviewStatus.ASSIGNED:
        review.declared_at = now
        target = ReviewStatus.DECLARED
        history.move(session, review, REVIEW_MOVES, target, now=now, actor_id=reviewer.id)
    return review


def declare_conflict(
    session: Session, review_id: str, reviewer: Person, *, note: str, now: datetime
) -> None:
    """Take a reviewer off an application for good, and give it another one if there is one.

    Raises:
        NotFoundError: the review is somebody else's.
        IllegalMoveError: it has been submitted.
    """
    # The application first, so that two who stand aside at once do not get one successor.
    if (known := session.get(Review, review_id)) is not None:
        locked_application(session, known.application_id)
    review = own_review(session, review_id, reviewer)
    target = ReviewStatus.CONFLICTED
    history.move(session, review, REVIEW_MOVES, target, now=now, actor_id=reviewer.id)
    review.declared_at = now
    write_conflict(
        session, review.application_id, reviewer, ConflictSource.DECLARED, note=note, now=now
    )
    session.flush()  # The assignment below reads the conflict.
    application = review.application
    give_reviewers(session, [application], now=now)


def save_review(
    session: Session,
    review_id: str,
    reviewer: Person,
    scores: Sequence[Score],
    *,
    comment: str,
    now: datetime,
    known_version: int | None = None,
) -> Review:
    """Keep unfinished scores.

    Args:
        session: the transaction.
        review_id: one of the reviewer's own.
        reviewer: who scores.
        scores: of the criteria that something was said of.
        comment: on the whole.
        now: the present instant.
        known_version: the version that the typist started from; None where nobody typed.

    Raises:
        StaleDraftError: it was saved elsewhere since then; nothing is overwritten.
        NotFoundError: the review is somebody else's.
        ConflictUndeclaredError: the reviewer has not yet said whether there is a conflict.
        ConflictOfInterestError: a conflict stands against it.
        ScoreError: a score cannot be kept.
        IllegalMoveError: the review is finished.
    """
    review = own_review(session, review_id, reviewer)
    _ensure_may_score(session, review, reviewer)
    if known_version not in (None, review.version):
        raise StaleDraftError(
            review=review_id, saved_version=review.version, known_version=known_version
        )
    check_draft(read_rubric(review.application.call.rubric), scores)
    _keep_scores(review, scores)
    review.comment = clean_text(comment)
    review.version += 1
    review.saved_at = now
    return review


def submit_review(
    session: Session,
    review_id: str,
    reviewer: Person,
    scores: Sequence[Score],
    *,
    comment: str,
    now: datetime,
    known_version: int | None = None,
) -> Review:
    """Finish a review; from then on it is not changed.

    Raises:
        ScoreError: a criterion is left out, or an end of the scale has no reason.
        NotFoundError, ConflictUndeclaredError, ConflictOfInterestError, IllegalMoveError,
            StaleDraftError: as for `save_review`.
    """
    review = save_review(
        session,
        review_id,
        reviewer,
        scores,
        comment=comment,
        now=now,
        known_version=known_version,
    )
    check_complete(read_rubric(review.application.call.rubric), scores)
    review.submitted_at = now
    target = ReviewStatus.SUBMITTED
    history.move(session, review, REVIEW_MOVES, target, now=now, actor_id=reviewer.id)
    return review


def own_review(session: Session, review_id: str, reviewer: Person) -> Review:
    """Load a reviewer's own review and hold its row.

    Raises:
        NotFoundError: there is none, or it is somebody else's; both answers are the same.
    """
    review = session.get(Review, review_id, with_for_update={"of": Review}, populate_existing=True)
    if review is None or review.reviewer_id != reviewer.id:
        raise NotFoundError(kind="review", id=review_id)
    return review


def refuse_found(session: Session, review: Review, reviewer: Person) -> None:
    """Let a reviewer pass who may have to do with an application, as far as anybody knows.

    Raises:
        ConflictOfInterestError: it was declared, or is found now, be it since the assignment.
    """
    source = conflict_between(session, review.application, reviewer)
    if source is not None or review.status == ReviewStatus.CONFLICTED:
        raise ConflictOfInterestError(
            application=review.application_id, source=source or ConflictSource.DECLARED
        )


def _ensure_may_score(session: Session, review: Review, reviewer: Person) -> None:
    refuse_found(session, review, reviewer)
    if review.status == ReviewStatus.ASSIGNED:
        raise ConflictUndeclaredError(review=review.id)
    ensure_move(REVIEW_MOVES, current=review.status, target=ReviewStatus.SUBMITTED)


def may_read(session: Session, review: Review, reviewer: Person) -> bool:
    """Tell whether a reviewer may read the text: after declaring, and without a conflict."""
    if review.status not in (ReviewStatus.DECLARED, ReviewStatus.SUBMITTED):
        return False
    return conflict_between(session, review.application, reviewer) is None


def stands_aside(session: Session, application: Application, person: Person) -> bool:
    """Tell whether a conflict keeps somebody who also reviews away from an application."""
    if Role.REVIEWER not in person.roles:
        return False
    if person.id in queries.conflicted_reviewers(session, application.id):
        return True
    return conflict_between(session, application, person) is not None


def step_aside(
    session: Session, review_id: str, reviewer: Person, source: ConflictSource, *, now: datetime
) -> None:
    """Take a reviewer off an application for a conflict that was found after the assignment.

    Nothing happens to a review that is finished or has been freed.
    """
    if (known := session.get(Review, review_id)) is not None:
        locked_application(session, known.application_id)
    review = own_review(session, review_id, reviewer)
    if review.status not in (ReviewStatus.ASSIGNED, ReviewStatus.DECLARED):
        return
    history.move(session, review, REVIEW_MOVES, ReviewStatus.CONFLICTED, now=now)
    if reviewer.id not in queries.conflicted_reviewers(session, review.application_id):
        write_conflict(session, review.application_id, reviewer, source, note="", now=now)
    session.flush()  # The assignment below reads the conflict.
    give_reviewers(session, [review.application], now=now)


def _keep_scores(review: Review, scores: Sequence[Score]) -> None:
    kept = {row.criterion: row for row in review.scores}
    for score in scores:
        row = kept.get(score.criterion)
        if row is None:
            row = ReviewScore(criterion=score.criterion, points=None, comment="")
            review.scores.append(row)
        row.points = score.points
        row.comment = clean_text(score.comment)
