"""Learnings: the public list with its search, one story, and the card that its owner fills in."""

from flask import Blueprint, abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from grantengine.learnings import queries, service
from grantengine.learnings.errors import LearningStaleError
from grantengine.learnings.lifecycle import STORY, LearningStatus, Result
from grantengine.programme import queries as programme
from grantengine.programme.lifecycle import ExperimentStatus
from grantengine.programme.models import Experiment
from grantengine.web.database import reader
from grantengine.web.forms.applications import version_sent
from grantengine.web.forms.learnings import LearningForm, LearningSearchForm
from grantengine.web.i18n import _, current_language, page_url
from grantengine.web.identity import require_person, signed_in
from grantengine.web.kept_pages import kept
from grantengine.web.labels.learnings import QUESTIONS, RESULT_MEANINGS, RESULTS
from grantengine.web.paging import cursor, page_of
from grantengine.web.places import place_of, region_choices
from grantengine.web.problems import status_of
from grantengine.web.runtime import now, transaction

bp = Blueprint("learnings", __name__)

_PAGE_SIZE = 24


@bp.get("/learnings")
@kept
def index() -> str:
    """List what has been learned, searched by words, result and region."""
    form = LearningSearchForm(request.args)
    form.region.choices = region_choices(reader())
    failures_first = form.chosen("order") == "failures"
    find = queries.learnings_failures_first if failures_first else queries.learnings
    result = form.chosen("result")
    found = find(
        reader(),
        words=form.q.data,
        result=Result(result) if result else None,
        region_code=form.chosen("region"),
        after=cursor(),
        limit=_PAGE_SIZE + 1,
    )
    page, next_url = page_of(found, _PAGE_SIZE)
    return render_template(
        "learnings/index.html",
        form=form,
        learnings=page,
        next_url=next_url,
        counts=queries.counts_by_result(reader()),
        place_of=place_of,
        results=RESULTS,
    )


@bp.get("/learnings/<slug>")
@kept
def show(slug: str) -> str:
    """Tell one story."""
    learning = queries.published_learning(reader(), slug)
    return render_template(
        "learnings/show.html",
        learning=learning,
        experiment=learning.experiment,
        place=place_of(learning.experiment),
        story=[(QUESTIONS[name], getattr(learning, name)) for name in STORY],
        result=RESULTS[Result(learning.result or Result.UNCLEAR)],
        meaning=RESULT_MEANINGS[Result(learning.result or Result.UNCLEAR)],
    )


@bp.get("/experiments/<slug>/learning/edit")
@require_person
def edit(slug: str) -> str | Response:
    """Show the card as it is written so far."""
    experiment = _writable(slug)
    learning = queries.learning_of(reader(), experiment.id)
    if learning is not None and learning.status == LearningStatus.PUBLISHED:
        return redirect(page_url(f"/learnings/{slug}"))
    form = LearningForm(obj=learning)
    if learning is None:
        form.language.data = current_language()
    return _form_page(experiment, form)


@bp.post("/experiments/<slug>/learning/edit")
@require_person
def update(slug: str) -> tuple[str, int] | Response:
    """Keep the draft, or publish it: the button that was pressed says which."""
    experiment = _writable(slug)
    form = LearningForm()
    publishing = request.form.get("act") == "publish"
    is_valid = form.validate() if publishing else form.validate_as_draft()
    if not is_valid:
        return _form_page(experiment, form), 422
    at, person = now(), signed_in()
    try:
        with transaction() as session:
            service.write_learning(
                session,
                experiment.id,
                form.card(),
                person=person,
                now=at,
                known_version=version_sent(),
            )
            if publishing:
                service.publish_learning(session, experiment.id, person=person, now=at)
    except LearningStaleError as error:
        return _stale_page(experiment, form), status_of(error)
    if publishing:
        flash(_("The learning is public. Thank you for telling it."), "success")
        return redirect(page_url(f"/learnings/{slug}"))
    flash(_("The draft is kept. Nobody else sees it yet."), "success")
    return redirect(page_url(f"/experiments/{slug}/learning/edit"))


def _writable(slug: str) -> Experiment:
    experiment = programme.experiment_by_slug(reader(), slug)
    if not service.may_write(experiment, signed_in()):
        abort(403)
    return experiment


def _stale_page(experiment: Experiment, form: LearningForm) -> str:
    # The other tab's text is what is saved; this tab's text is shown beside it, to be copied.
    learning = queries.learning_of(reader(), experiment.id)
    return render_template(
        "stale.html",
        address=page_url(f"/experiments/{experiment.slug}/learning/edit"),
        rows=[
            (form[name].label.text, form[name].data or "", getattr(learning, name, ""))
            for name in ("narrator", *STORY)
        ],
        noindex=True,
    )


def _form_page(experiment: Experiment, form: LearningForm) -> str:
    is_open = experiment.status == ExperimentStatus.RUNNING
    learning = queries.learning_of(reader(), experiment.id)
    return render_template(
        "learnings/edit.html",
        experiment=experiment,
        form=form,
        # What this page began from: what was sent, else what is saved.
        version=request.form.get("version") or (learning.version if learning else 0),
        is_open=is_open,
        noindex=True,
    )
