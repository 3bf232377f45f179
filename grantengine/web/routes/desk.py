"""My desk: what is under way, what is waited for, from whom, until when."""

from flask import Blueprint, render_template

from grantengine.campaigns import queries as campaigns
from grantengine.disbursements import queries as disbursements
from grantengine.programme import queries as programme
from grantengine.reviews import queries, together
from grantengine.web.database import reader
from grantengine.web.identity import require_person, signed_in
from grantengine.web.labels.disbursements import INSTALMENT_STATUSES
from grantengine.web.labels.reviews import APPLICATION_STATUSES, OUTCOMES
from grantengine.web.runtime import now

bp = Blueprint("desk", __name__)


@bp.get("/desk")
@require_person
def show() -> str:
    """Show a person's own applications, experiments and campaigns."""
    person = signed_in()
    experiments = programme.experiments_of(reader(), person.id)
    return render_template(
        "desk/show.html",
        applications=together.applications_of(reader(), person.id),
        experiments=[
            {
                "experiment": each,
                "instalments": disbursements.instalments_of_experiment(reader(), each.id),
                "campaigns": campaigns.campaigns_of_experiment(reader(), each.id),
            }
            for each in experiments
        ],
        calls=queries.open_calls(reader(), now=now()),
        statuses=APPLICATION_STATUSES,
        outcomes=OUTCOMES,
        instalment_statuses=INSTALMENT_STATUSES,
        now=now(),
        noindex=True,
    )
