"""Reviewers at work: assigned, asked about conflicts, scoring: half of the service."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from grantengine import history, outbox
from grantengine.errors import NotFoundError
from grantengine.ids import new_id
from grantengine.programme import queries as programme
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Person
from grantengine.reviews import queries
from grantengine.reviews.applying import locked_application
from grantengine.reviews.assignment import Need, assign
from grantengine.reviews.attached_models import Conflict
from grantengine.reviews.conflicts import Party, found_conflict
from grantengine.reviews.errors import ConflictOfInterestError, ConflictUndeclaredError
from grantengine.reviews.experiment_card import clean_text
from grantengine.reviews.lifecycle import (
    APPLICATION_MOVES,
    CALL_MOVES,
    REVIEW_MOVES,
    ApplicationStatus,
    CallStatus,
    ConflictSource,
    ReviewStatus,
)
from grantengine.reviews.models import Application, Review, ReviewScore
from grantengine.reviews.rubric import Score, check_complete, check_draft, read_rubric
from grantengine.reviews.service import finish_call, locked_call
from grantengine.transitions import ensure_move

# A review that still counts towards what an application needs.
_STANDING = {ReviewStatus.ASSIGNED, ReviewStatus.DECLARED, ReviewStatus.SUBMITTED}


def assign_reviewers(
    session: Session, call_id: str, *, now: datetime, actor_id: str | None
) -> Mapping[str, int]:
    """Give every eligible application of a closed call the reviewers that it lacks.

    Found conflicts are written down with their source and never crossed. May be called again
    when reviewers have joined.

    Returns:
        By application id, how many reviewers could not be found.

    Raises:
        IllegalMoveError: the call is still open, or decided.
    """
    call = locked_call(session, call_id)
    if call.status != CallStatus.IN_REVIEW:
        history.move(session, call, CALL_MOVES, CallStatus.IN_REVIEW, now=now, actor_id=actor_id)
    applications = queries.applications_to_review(session, call_id)
    shortages = _assign(session, applications, call.reviews_per_application, now=now)
    for application in applications:
        if application.status == ApplicationStatus.ELIGIBLE:
            target = ApplicationStatus.IN_REVIEW
            history.move(session, application, APPLICATION_MOVES, target, now=now)
    session.flush()  # Whether anything is left to decide is asked of the database.
    finish_call(session, call, now=now)
    return shortages


def declare_no_conflict(
    session: Session, review_id: str, reviewer: Person, *, now: datetime
) -> Review:
    """Let a reviewer read after having said that nothing stands against it.

    Raises:
        NotFoundError: the review is somebody else's.
        ConflictOfInterestError: something found stands against it all the same.
    """
    review = own_review(session, review_id, reviewer)
    _refuse_found(review, reviewer)
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
    _write_conflict(
        session, review.application_id, reviewer, ConflictSource.DECLARED, note=note, now=now
    )
    session.flush()  # The assignment below reads the conflict.
    application = review.application
    _assign(session, [application], application.call.reviews_per_application, now=now)


def save_review(
    session: Session,
    review_id: str,
    reviewer: Person,
    scores: Sequence[Score],
    *,
    comment: str,
    now: datetime,
) -> Review:
    """Keep unfinished scores.

    Raises:
        NotFoundError: the review is somebody else's.
        ConflictUndeclaredError: the reviewer has not yet said whether there is a conflict.
        ConflictOfInterestError: a conflict stands against it.
        ScoreError: a score cannot be kept.
        IllegalMoveError: the review is finished.
    """
    review = own_review(session, review_id, reviewer)
    _ensure_may_score(review, reviewer)
    check_draft(read_rubric(review.application.call.rubric), scores)
    _keep_scores(review, scores)
    review.comment = clean_text(comment)
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
) -> Review:
    """Finish a review; from then on it is not changed.

    Raises:
        ScoreError: a criterion is left out, or an end of the scale has no reason.
        NotFoundError, ConflictUndeclaredError, ConflictOfInterestError, IllegalMoveError: as
            for `save_review`.
    """
    review = save_review(session, review_id, reviewer, scores, comment=comment, now=now)
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


def party_of_applicant(application: Application) -> Party:
    """Tell who stands behind an application, as the search for conflicts wants it."""
    return Party(
        person_id=application.applicant_id,
        email=application.applicant.email,
        organisation_name=application.organisation_name,
        business_id=application.business_id,
    )


def party_of_reviewer(reviewer: Person) -> Party:
    """Tell who a reviewer is, as the search for conflicts wants it."""
    organisation = reviewer.organisation
    return Party(
        person_id=reviewer.id,
        email=reviewer.email,
        organisation_name=organisation.name if organisation else None,
        business_id=organisation.business_id if organisation else None,
    )


def _assign(
    session: Session, applications: Sequence[Application], wanted: int, *, now: datetime
) -> Mapping[str, int]:
    reviewers = {person.id: person for person in programme.persons_with(session, Role.REVIEWER)}
    needs: list[Need] = []
    blocked: set[tuple[str, str]] = set()
    for application in applications:
        standing = [each for each in application.reviews if each.status in _STANDING]
        if len(standing) < wanted:
            needs.append(Need(application.id, wanted - len(standing)))
        blocked |= {(application.id, each.reviewer_id) for each in application.reviews}
        blocked |= _blocked_by_conflict(session, application, reviewers.values(), now=now)
    loads = queries.loads_of(session, list(reviewers))
    plan = assign(needs, loads, blocked)
    for application_id, reviewer_id in plan.pairs:
        _add_review(session, application_id, reviewers[reviewer_id], now=now)
    session.flush()  # The caller looks at the reviews.
    return plan.shortages


def _blocked_by_conflict(
    session: Session, application: Application, reviewers: Iterable[Person], *, now: datetime
) -> set[tuple[str, str]]:
    known = queries.conflicted_reviewers(session, application.id)
    for reviewer in reviewers:
        source = found_conflict(
            reviewer=party_of_reviewer(reviewer), applicant=party_of_applicant(application)
        )
        if source is not None and reviewer.id not in known:
            _write_conflict(session, application.id, reviewer, source, note="", now=now)
            known.add(reviewer.id)
    return {(application.id, reviewer_id) for reviewer_id in known}


def _write_conflict(
    session: Session,
    application_id: str,
    reviewer: Person,
    source: ConflictSource,
    *,
    note: str,
    now: datetime,
) -> None:
    conflict = Conflict(
        id=new_id("coi", now),
        application_id=application_id,
        reviewer_id=reviewer.id,
        source=source,
        note=clean_text(note),
        found_at=now,
    )
    session.add(conflict)


def _add_review(session: Session, application_id: str, reviewer: Person, *, now: datetime) -> None:
    review = Review(
        id=new_id("rev", now),
        application_id=application_id,
        reviewer_id=reviewer.id,
        status=ReviewStatus.ASSIGNED,
        comment="",
        assigned_at=now,
    )
    session.add(review)
    session.flush()  # Its history points at it.
    history.start(session, review, now=now)
    outbox.enqueue(
        session,
        "review_assigned",
        recipient=reviewer.email,
        language=reviewer.language,
        facts={"review_id": review.id, "name": reviewer.name},
        now=now,
    )


def _refuse_found(review: Review, reviewer: Person) -> None:
    source = found_conflict(
        reviewer=party_of_reviewer(reviewer), applicant=party_of_applicant(review.application)
    )
    if source is not None or review.status == ReviewStatus.CONFLICTED:
        raise ConflictOfInterestError(
            application=review.application_id, source=source or ConflictSource.DECLARED
        )


def _ensure_may_score(review: Review, reviewer: Person) -> None:
    _refuse_found(review, reviewer)
    if review.status == ReviewStatus.ASSIGNED:
        raise ConflictUndeclaredError(review=review.id)
    ensure_move(REVIEW_MOVES, current=review.status, target=ReviewStatus.SUBMITTED)


def may_read(review: Review) -> bool:
    """Tell whether a reviewer may read the text: after declaring, and without a conflict."""
    return review.status in (ReviewStatus.DECLARED, ReviewStatus.SUBMITTED)


def _keep_scores(review: Review, scores: Sequence[Score]) -> None:
    kept = {row.criterion: row for row in review.scores}
    for score in scores:
        row = kept.get(score.criterion)
        if row is None:
            row = ReviewScore(criterion=score.criterion, points=None, comment="")
            review.scores.append(row)
        row.points = score.points
        row.comment = clean_text(score.comment)
