"""Experiments: the list, and the one page of each."""

from flask import Blueprint, render_template, request

from grantengine.learnings.service import may_write
from grantengine.programme import queries
from grantengine.programme.lifecycle import ExperimentStatus, Tier
from grantengine.programme.searching import cleaned
from grantengine.web.database import reader
from grantengine.web.experiment_page import experiment_page
from grantengine.web.forms.learnings import ExperimentSearchForm
from grantengine.web.identity import current_person
from grantengine.web.labels.experiments import GOAL_LEVELS, STATUSES, TIERS, TIERS_MANY
from grantengine.web.labels.history import CAMPAIGN_STATUSES, INSTALMENT_STATUSES
from grantengine.web.labels.learnings import RESULTS
from grantengine.web.names import name_in_language
from grantengine.web.paging import cursor, page_of
from grantengine.web.places import place_of, region_choices

bp = Blueprint("experiments", __name__)

_PAGE_SIZE = 24


@bp.get("/experiments")
def index() -> str:
    """List the experiments, searched by words, size and region."""
    form = ExperimentSearchForm(request.args)
    form.region.choices = region_choices(reader())
    tier = form.chosen("tier")
    found = queries.experiments(
        reader(),
        tier=Tier(tier) if tier else None,
        region_code=form.chosen("region"),
        words=cleaned(form.q.data),
        after=cursor(),
        limit=_PAGE_SIZE + 1,
    )
    page, next_url = page_of(found, _PAGE_SIZE)
    return render_template(
        "experiments/index.html",
        form=form,
        experiments=page,
        next_url=next_url,
        counts=queries.experiment_counts(reader()),
        place_of=place_of,
        statuses=STATUSES,
        tiers=TIERS,
        tiers_many=TIERS_MANY,
    )


@bp.get("/experiments/<slug>")
def show(slug: str) -> str:
    """Show all there is to know about one experiment."""
    experiment = queries.experiment_by_slug(reader(), slug)
    person = current_person()
    writable = person is not None and may_write(experiment, person)
    return render_template(
        "experiments/show.html",
        page=experiment_page(reader(), experiment),
        experiment=experiment,
        place=place_of(experiment),
        named=name_in_language,
        is_writer=writable and experiment.status == ExperimentStatus.RUNNING,
        statuses=STATUSES,
        tiers=TIERS,
        goal_levels=GOAL_LEVELS,
        results=RESULTS,
        instalment_statuses=INSTALMENT_STATUSES,
        campaign_statuses=CAMPAIGN_STATUSES,
    )
