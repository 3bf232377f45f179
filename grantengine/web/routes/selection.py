"""How a call chooses: written by those who make it, read by everybody."""

from flask import Blueprint, flash, redirect, render_template
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from grantengine.programme import queries as programme
from grantengine.programme.lifecycle import Role
from grantengine.reviews import managing, queries, selecting
from grantengine.reviews.call_models import Call
from grantengine.reviews.errors import SelectionRulesError
from grantengine.reviews.expertise import Expertise
from grantengine.web.database import reader
from grantengine.web.forms.selection import rules_typed, selection_form
from grantengine.web.i18n import _, page_url
from grantengine.web.identity import require_role
from grantengine.web.labels import panel as labels
from grantengine.web.problems import status_of
from grantengine.web.runtime import transaction

bp = Blueprint("selection", __name__)

makers_only = require_role(Role.PRESENTER, Role.STEWARD)


@bp.get("/calls/<slug>/selection")
def show(slug: str) -> str:
    """Say by which rules a call chooses."""
    call = queries.call_by_slug(reader(), slug)
    rules = selecting.rules_of(reader(), call.id)
    return render_template(
        "calls/selection.html",
        call=call,
        rules=rules,
        fields=[str(labels.EXPERTISE[Expertise(each)]) for each in rules.fields],
        regions={each.code: each for each in programme.regions(reader())},
        labels=labels,
    )


@bp.get("/manage/calls/<slug>/selection")
@makers_only
def edit(slug: str) -> str:
    """Show the form of the rules of a draft."""
    call = _draft(slug)
    rules = selecting.rules_of(reader(), call.id)
    return _form_page(call, selection_form(programme.regions(reader()), rules))


@bp.post("/manage/calls/<slug>/selection")
@makers_only
def update(slug: str) -> tuple[str, int] | Response:
    """Keep the rules of a draft."""
    call = _draft(slug)
    regions = programme.regions(reader())
    form = selection_form(regions)
    if not form.validate():
        return _form_page(call, form), 422
    try:
        with transaction() as session:
            selecting.keep_rules(session, call.id, rules_typed(form, regions))
    except SelectionRulesError as error:
        form.form_errors.append(str(labels.SELECTION_PROBLEMS[error.details["field"]]))
        return _form_page(call, form), status_of(error)
    flash(
        _("The rules are kept. They are public with the call and then stay as they are."), "success"
    )
    return redirect(page_url(f"/manage/calls/{slug}"), 303)


def _draft(slug: str) -> Call:
    call = managing.managed_call(reader(), slug)
    selecting.ensure_draft(call)
    return call


def _form_page(call: Call, form: FlaskForm) -> str:
    return render_template(
        "managed_calls/selection.html",
        call=call,
        form=form,
        fits=labels.FITS,
        regions=programme.regions(reader()),
        noindex=True,
    )
