"""All proposals of a call signed in one go: begun, watched, and what was refused named."""

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from grantengine.programme.lifecycle import Role
from grantengine.reviews import batching, queries
from grantengine.reviews.lifecycle import DecisionStatus
from grantengine.web import decision_page
from grantengine.web.database import reader
from grantengine.web.i18n import page_url
from grantengine.web.identity import require_role, signed_in
from grantengine.web.labels import reviews as labels
from grantengine.web.runtime import now, transaction

bp = Blueprint("signing_batches", __name__)

_RENEWED_AFTER_S = 3

officials_only = require_role(Role.PRESENTER, Role.DECISION_MAKER)
decision_makers_only = require_role(Role.DECISION_MAKER)


@bp.post("/decisions/calls/<slug>/signatures")
@decision_makers_only
def start(slug: str) -> Response:
    """Take the word on everything that is proposed in a call, best first; a task signs it."""
    call = queries.call_by_slug(reader(), slug)
    with transaction() as session:
        proposed = [
            row.decision.id
            for row in decision_page.rows_of(session, call)
            if row.decision is not None and row.decision.status == DecisionStatus.PROPOSED
        ]
        batch = batching.start_batch(
            session, call.id, proposed, decision_maker=signed_in(), now=now()
        )
    return redirect(page_url(f"/decisions/batches/{batch.id}?watch=1"), 303)


@bp.get("/decisions/batches/<batch_id>")
@officials_only
def show(batch_id: str) -> Response:
    """Show how far a batch is, and what became of each decision; renewed while it is watched."""
    batch = batching.batch_of(reader(), batch_id)
    watched = "watch" in request.args and batch.waiting > 0
    page = render_template(
        "decisions/batch.html",
        batch=batch,
        watched=watched,
        labels=labels,
        refusal_in_words=decision_page.refusal_in_words,
        noindex=True,
    )
    response = make_response(page)
    if watched:
        response.headers["Refresh"] = str(_RENEWED_AFTER_S)
    return response
