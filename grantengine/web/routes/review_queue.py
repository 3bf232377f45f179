"""A reviewer's queue, and one review: declare first, then read and score."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from grantengine.errors import NotFoundError
from grantengine.programme.lifecycle import Role
from grantengine.reviews import queries, reviewing
from grantengine.reviews.errors import ScoreError
from grantengine.reviews.lifecycle import ReviewStatus
from grantengine.reviews.models import Review
from grantengine.reviews.rubric import Rubric, read_rubric
from grantengine.web.application_page import budget_rows, card_texts, ethics_answers, facts_of
from grantengine.web.database import reader
from grantengine.web.forms.reviews import comments_sent, scores_sent
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_role, signed_in
from grantengine.web.labels.reviews import REVIEW_STATUSES, score_sentence
from grantengine.web.runtime import now, transaction

bp = Blueprint("review_queue", __name__, url_prefix="/reviews")


@bp.get("")
@require_role(Role.REVIEWER)
def index() -> str:
    """Show what waits, and what is done."""
    return render_template(
        "reviews/index.html",
        reviews=queries.queue_of(reader(), signed_in().id),
        statuses=REVIEW_STATUSES,
        noindex=True,
    )


@bp.get("/<review_id>")
@require_role(Role.REVIEWER)
def show(review_id: str) -> str:
    """Show the question of conflict, or the application beside the rubric."""
    return _page(_own(review_id))


@bp.post("/<review_id>/declaration")
@require_role(Role.REVIEWER)
def declare(review_id: str) -> Response:
    """Say whether there is a conflict of interest."""
    person = signed_in()
    with transaction() as session:
        if request.form.get("conflict") == "yes":
            note = request.form.get("note", "")
            reviewing.declare_conflict(session, review_id, person, note=note, now=now())
            target, text = "/reviews", _("Thank you. Somebody else reviews this application.")
        else:
            reviewing.declare_no_conflict(session, review_id, person, now=now())
            target, text = f"/reviews/{review_id}", _("Thank you. You can read and score now.")
    flash(text, "success")
    return redirect(page_url(target), 303)


@bp.post("/<review_id>")
@require_role(Role.REVIEWER)
def update(review_id: str) -> tuple[str, int] | Response:
    """Save the scores, or finish the review."""
    review = _own(review_id)
    rubric = read_rubric(review.application.call.rubric)
    is_finishing = request.form.get("act") == "submit"
    keep = reviewing.submit_review if is_finishing else reviewing.save_review
    try:
        with transaction() as session:
            keep(
                session,
                review_id,
                signed_in(),
                scores_sent(rubric),
                comment=request.form.get("comment", ""),
                now=now(),
            )
    except ScoreError as error:
        return _page(review, _sent(rubric), _score_errors(error, rubric)), 422
    if not is_finishing:
        flash(_("The review is saved."), "success")
        return redirect(page_url(f"/reviews/{review_id}"), 303)
    flash(_("The review is finished. Thank you."), "success")
    return redirect(page_url("/reviews"), 303)


def _own(review_id: str) -> Review:
    for review in queries.queue_of(reader(), signed_in().id):
        if review.id == review_id:
            return review
    raise NotFoundError(kind="review", id=review_id)


def _sent(rubric: Rubric) -> dict[str, tuple[str, str]]:
    comments = comments_sent(rubric)
    return {code: (request.form.get(f"points-{code}", ""), comments[code]) for code in rubric.codes}


def _kept(review: Review) -> dict[str, tuple[str, str]]:
    return {
        row.criterion: ("na" if row.points is None else str(row.points), row.comment)
        for row in review.scores
    }


def _score_errors(error: ScoreError, rubric: Rubric) -> list[tuple[str, str]]:
    criterion = error.details["criterion"]
    return [(f"#points-{criterion}", score_sentence(error, rubric))]


def _page(
    review: Review,
    given: dict[str, tuple[str, str]] | None = None,
    errors: list[tuple[str, str]] | None = None,
) -> str:
    application = queries.application(reader(), review.application_id)
    is_done = review.status == ReviewStatus.SUBMITTED
    others = [
        each
        for each in application.reviews
        if each.id != review.id and each.status == ReviewStatus.SUBMITTED
    ]
    return render_template(
        "reviews/show.html",
        review=review,
        application=application,
        may_read=reviewing.may_read(review),
        is_done=is_done,
        # Others' scores stay hidden until one's own are in.
        others=others if is_done else [],
        rubric=read_rubric(application.call.rubric),
        given=given or _kept(review),
        comment=request.form.get("comment", review.comment),
        errors=errors or [],
        facts=facts_of(application),
        texts=card_texts(application),
        costs=budget_rows(application),
        ethics=ethics_answers(application),
        noindex=True,
    )
