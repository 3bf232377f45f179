"""A reviewer's queue: declare, read, score."""

from flask import Blueprint, after_this_request, flash, redirect, render_template, request
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from grantengine.errors import GrantEngineError, NotFoundError
from grantengine.programme.lifecycle import Role
from grantengine.reviews import queries, reviewing, selecting
from grantengine.reviews.errors import ConflictOfInterestError, ScoreError, StaleDraftError
from grantengine.reviews.lifecycle import ReviewStatus
from grantengine.reviews.models import Review
from grantengine.reviews.rubric import read_rubric
from grantengine.transitions import IllegalMoveError
from grantengine.web import application_page, review_page, security
from grantengine.web.database import reader
from grantengine.web.forms.applications import version_sent
from grantengine.web.forms.reviews import (
    DeclarationForm,
    reasons_alone,
    rubric_form,
    scores_of,
    show_reasons_alone,
    show_score_error,
)
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_role, signed_in
from grantengine.web.labels.reviews import REVIEW_STATUSES
from grantengine.web.problems import sentence_of, status_of
from grantengine.web.runtime import now, runtime, transaction

bp = Blueprint("review_queue", __name__)

reviewers_only = require_role(Role.REVIEWER)
# What was typed then comes back to whoever typed it.
_NOT_KEPT = (StaleDraftError, IllegalMoveError, ConflictOfInterestError)


@bp.get("/reviews")
@reviewers_only
def index() -> str:
    """List the reviewer's applications, unfinished ones first."""
    found = queries.queue_of(reader(), signed_in().id)
    unfinished = [each for each in found if _is_unfinished(each)]
    return render_template(
        "reviews/index.html",
        reviews=found,
        unfinished=unfinished,
        hiding={
            call_id
            for call_id in {each.application.call_id for each in found}
            if selecting.rules_of(reader(), call_id).hides_names
        },
        statuses=REVIEW_STATUSES,
        noindex=True,
    )


@bp.get("/reviews/<review_id>")
@reviewers_only
def show(review_id: str) -> str:
    """Show what the reviewer may see of an application: before the declaration, its title."""
    review = _own(reader(), review_id)
    if not reviewing.may_read(reader(), review, signed_in()):
        return _declaration_page(review, DeclarationForm())
    rubric = read_rubric(review.application.call.rubric)
    form = rubric_form(rubric, review, is_sent=False)
    return _scoring_page(review, form, review.version)


@bp.post("/reviews/<review_id>/declaration")
@reviewers_only
def declare(review_id: str) -> tuple[str, int] | Response:
    """Take the reviewer's word on conflicts of interest."""
    review = _own(reader(), review_id)
    form = DeclarationForm()
    if not form.validate():
        return _declaration_page(review, form), 422
    try:
        with transaction() as session:
            if form.conflict.data == "no":
                reviewing.declare_no_conflict(session, review_id, signed_in(), now=now())
            else:
                reviewing.declare_conflict(
                    session, review_id, signed_in(), note=form.note.data or "", now=now()
                )
    except ConflictOfInterestError as error:
        # What the engine found since the assignment frees the place for somebody else.
        with transaction() as session:
            source = error.details["source"]
            reviewing.step_aside(session, review_id, signed_in(), source, now=now())
        raise
    if form.conflict.data == "no":
        return redirect(page_url(f"/reviews/{review_id}"))
    flash(_("Thank you. You take no part in this application."), "success")
    return redirect(page_url("/reviews"))


@bp.post("/reviews/<review_id>/autosave")
@reviewers_only
def autosave(review_id: str) -> tuple[dict[str, object], int]:
    """Keep the scores as they are typed; the page's script asks for it."""
    review = _own(reader(), review_id)
    rubric = read_rubric(review.application.call.rubric)
    form = rubric_form(rubric, review, is_sent=True)
    try:
        version = _save(review, form)
    except GrantEngineError as error:
        return {"code": error.code, "detail": sentence_of(error)}, status_of(error)
    return {"version": version, "is_whole": not reasons_alone(form, rubric)}, 200


@bp.post("/reviews/<review_id>")
@reviewers_only
def update(review_id: str) -> tuple[str, int] | Response:
    """Keep the scores, and finish the review if that was asked."""
    review = _own(reader(), review_id)
    rubric = read_rubric(review.application.call.rubric)
    form = rubric_form(rubric, review, is_sent=True)
    version = version_sent()
    if not form.validate():
        return _refused(review, form, version)
    try:
        version = _save(review, form)
        act = request.form.get("act")
        if act != "submit":
            if reasons_alone(form, rubric):
                show_reasons_alone(form, rubric)
                return _refused(review, form, version)
            flash(_("Saved. You can go on later."), "success")
            following = _place_of(review).following if act == "next" else None
            return redirect(page_url(f"/reviews/{following or review_id}"))
        with transaction() as session:
            reviewing.submit_review(
                session,
                review_id,
                signed_in(),
                scores_of(form, rubric),
                comment=form.comment.data or "",
                now=now(),
                known_version=version,
            )
    except ScoreError as error:
        show_score_error(form, error)
        return _refused(review, form, version)
    except _NOT_KEPT as error:
        return _not_kept_page(review, form, error)
    flash(_("The review is finished."), "success")
    return redirect(_next_place(review_id))


@bp.post("/reviews/<review_id>/choice")
@reviewers_only
def choose(review_id: str) -> tuple[str, int] | Response:
    """Keep of two reviews the one that was chosen, field by field."""
    review = _own(reader(), review_id)
    rubric = read_rubric(review.application.call.rubric)
    picked = review_page.chosen(rubric_form(rubric, review, is_sent=False))
    form = rubric_form(rubric, review, is_sent=False, typed=picked)
    try:
        _save(review, form)
    except _NOT_KEPT as error:
        return _not_kept_page(review, form, error)
    except ScoreError as error:
        show_score_error(form, error)
        return _refused(review, form, version_sent())
    flash(_("Saved. You can go on later."), "success")
    return redirect(page_url(f"/reviews/{review_id}"), 303)


def _save(review: Review, form: FlaskForm) -> int:
    """Keep what the form says, unless another tab has saved since; give the new version."""
    with transaction() as session:
        saved = reviewing.save_review(
            session,
            review.id,
            signed_in(),
            scores_of(form, read_rubric(review.application.call.rubric)),
            comment=form.comment.data or "",
            now=now(),
            known_version=version_sent(),
        )
        return saved.version


def _not_kept_page(review: Review, form: FlaskForm, error: GrantEngineError) -> tuple[str, int]:
    # As somebody saved, finished or took it meanwhile, which the session that read it first
    # does not know.
    reader().refresh(review)
    show = _stale_page if isinstance(error, StaleDraftError) else _over_page
    return show(review, form, error), status_of(error)


def _stale_page(review: Review, form: FlaskForm, error: GrantEngineError) -> str:
    rubric = read_rubric(review.application.call.rubric)
    return render_template(
        "applications/stale.html",
        address=page_url(f"/reviews/{review.id}"),
        going_on=page_url(f"/reviews/{review.id}"),
        version=error.details["saved_version"],
        rows=review_page.both_texts(form, rubric_form(rubric, review, is_sent=False)),
        noindex=True,
    )


def _over_page(review: Review, form: FlaskForm, error: GrantEngineError) -> str:
    return render_template(
        "reviews/over.html",
        review=review,
        sentence=review_page.why_over(review, error),
        rows=review_page.typed_texts(form),
        noindex=True,
    )


def _own(session: Session, review_id: str) -> Review:
    review = session.get(Review, review_id)
    if review is None or review.reviewer_id != signed_in().id:
        raise NotFoundError(kind="review", id=review_id)
    return review


def _refused(review: Review, form: FlaskForm, version: int) -> tuple[str, int]:
    if not reviewing.may_read(reader(), review, signed_in()):
        # Whoever may not read is not shown the text for having sent something.
        return _declaration_page(review, DeclarationForm(formdata=None)), 403
    return _scoring_page(review, form, version), 422


def _declaration_page(review: Review, form: DeclarationForm) -> str:
    return render_template(
        "reviews/declare.html",
        review=review,
        form=form,
        statuses=REVIEW_STATUSES,
        place=_place_of(review),
        noindex=True,
    )


def _scoring_page(review: Review, form: FlaskForm, version: int) -> str:
    if _is_unfinished(review):
        after_this_request(security.running_own_script)
    application = review.application
    hides_names = selecting.rules_of(reader(), application.call_id).hides_names
    return render_template(
        "reviews/show.html",
        review=review,
        application=application,
        form=form,
        version=version,
        rubric=read_rubric(application.call.rubric),
        card=(
            application_page.unnamed_answers_shown(application)
            if hides_names
            else application_page.answers_shown(application)
        ),
        facts=(
            application_page.unnamed_facts_of(application)
            if hides_names
            else application_page.facts_of(application)
        ),
        place=_place_of(review),
        others=_others(review),
        hides_names=hides_names,
        noindex=True,
    )


def _others(review: Review) -> list[Review]:
    """List the finished reviews of others, but only once one's own is in."""
    if review.status != ReviewStatus.SUBMITTED:
        return []
    return [
        each
        for each in review.application.reviews
        if each.id != review.id and each.status == ReviewStatus.SUBMITTED
    ]


def _next_place(review_id: str) -> str:
    # A session of its own: the reader of this request has seen the queue before the change.
    with runtime().database.reading() as session:
        waiting = [
            each.id
            for each in queries.queue_of(session, signed_in().id)
            if _is_unfinished(each) and each.id != review_id
        ]
    return page_url(f"/reviews/{waiting[0]}" if waiting else "/reviews")


def _place_of(review: Review) -> review_page.Place:
    return review_page.place_of(review, queries.queue_of(reader(), signed_in().id))


def _is_unfinished(review: Review) -> bool:
    return review.status in (ReviewStatus.ASSIGNED, ReviewStatus.DECLARED)
