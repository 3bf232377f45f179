"""The view of a panel on a call: the ranking beside its money, its spread, and where the line could lie."""

from collections.abc import Mapping, Sequence

from flask import Blueprint, render_template

from grantengine.money import Money
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Person
from grantengine.reviews import batching, loads, noting, queries, selecting, standings
from grantengine.reviews.call_models import Call
from grantengine.reviews.lifecycle import ApplicationStatus, CallStatus, DecisionStatus
from grantengine.reviews.rubric import read_rubric
from grantengine.web import decision_page, what_if
from grantengine.web.database import reader
from grantengine.web.forms.panel import NoteForm, WhatIfForm, what_if_form
from grantengine.web.identity import require_role
from grantengine.web.labels import reviews as labels

bp = Blueprint("panel", __name__)

officials_only = require_role(Role.PRESENTER, Role.DECISION_MAKER)


@bp.get("/decisions/calls/<slug>")
@officials_only
def show_call(slug: str) -> str:
    """Show the ranking of a call beside its money and its regions."""
    return show_page(queries.call_by_slug(reader(), slug), NoteForm(formdata=None))


def show_page(call: Call, note: NoteForm, short: Mapping[str, int] | None = None) -> str:
    """Write the view of a panel on a call.

    Args:
        call: the call.
        note: one that is still to be kept.
        short: by person how many applications a reviewer lacks in an assignment that was refused.
    """
    rows = decision_page.rows_of(reader(), call)
    budget = decision_page.money_of(reader(), call, rows)
    asked = what_if_form()
    granted = what_if.granted(rows)
    return render_template(
        "decisions/call.html",
        call=call,
        rows=rows,
        budget=budget,
        regions=what_if.spread(rows, granted, what_if.region_of),
        actors=what_if.spread(rows, granted, what_if.actor_of),
        what_if_form=asked,
        what_if=_asked(call, rows, budget.available, asked),
        notes=noting.notes_of(reader(), call.id),
        note=note,
        batches=batching.batches_of(reader(), call.id),
        rubric=read_rubric(call.rubric),
        counts=_counts(rows),
        line=decision_page.funding_line(rows, call.grants_target),
        draw=standings.draw_of(reader(), call.id),
        assignments=standings.assignments_of(reader(), call.id),
        short=[
            (reader().get_one(Person, each).name, count) for each, count in (short or {}).items()
        ],
        light=_light_loads(call),
        labels=labels,
        units=decision_page.points_in_words,
        noindex=True,
    )


def _light_loads(call: Call) -> Sequence[loads.LightLoad]:
    if call.status != CallStatus.IN_REVIEW:
        return []
    rules = selecting.rules_of(reader(), call.id)
    return loads.light_loads(reader(), call.id, rules.load_min)


def _asked(
    call: Call, rows: Sequence[decision_page.Row], available: Money, asked: WhatIfForm
) -> what_if.WhatIf | None:
    if not asked.is_asked or not asked.validate():
        return None
    places, envelope = asked.places.data, asked.envelope.data
    return what_if.what_if(
        reader(),
        call,
        rows,
        places=call.grants_target if places is None else places,
        envelope=what_if.all_money(available, rows) if envelope is None else envelope,
    )


def _counts(rows: Sequence[decision_page.Row]) -> dict[str, int]:
    statuses = [row.application.status for row in rows]
    waiting = [
        row for row in rows if row.decision and row.decision.status == DecisionStatus.PROPOSED
    ]
    return {
        "submitted": statuses.count(ApplicationStatus.SUBMITTED),
        "eligible": statuses.count(ApplicationStatus.ELIGIBLE),
        "in_review": statuses.count(ApplicationStatus.IN_REVIEW),
        "decided": statuses.count(ApplicationStatus.DECIDED),
        "proposed": len(waiting),
        "ranked": sum(row.ranked is not None and row.ranked.rank is not None for row in rows),
        "at_line": sum(row.waits_for_draw for row in rows),
        "reviews_missing": sum(
            max(0, row.application.reviews_wanted - row.done)
            for row in rows
            if row.application.status == ApplicationStatus.IN_REVIEW
        ),
    }
