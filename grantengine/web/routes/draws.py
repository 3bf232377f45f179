"""The funding line in public: the draw of a call, and the files that everything is recomputed from."""

import csv
import io

from flask import Blueprint, Response, flash, redirect, render_template
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as Redirect

from grantengine.errors import GrantEngineError, NotFoundError
from grantengine.programme.lifecycle import Role
from grantengine.reviews import drawing, queries, selecting, standings
from grantengine.reviews.draw_models import Draw
from grantengine.reviews.lifecycle import DrawStatus
from grantengine.reviews.models import Call
from grantengine.web.database import reader
from grantengine.web.decision_page import said
from grantengine.web.forms.draws import AnnouncementForm, RandomnessForm
from grantengine.web.i18n import _, ngettext, page_url
from grantengine.web.identity import current_person, require_role, signed_in
from grantengine.web.problems import status_of
from grantengine.web.runtime import now, transaction

bp = Blueprint("draws", __name__)

presenters_only = require_role(Role.PRESENTER)
_OFFICIALS = {Role.PRESENTER, Role.DECISION_MAKER}


@bp.get("/calls/<slug>/draw")
def show(slug: str) -> str:
    """Show what was announced, what was drawn, and how to draw it again."""
    call = queries.call_by_slug(reader(), slug)
    return _page(call, AnnouncementForm(formdata=None), RandomnessForm(formdata=None))


@bp.get("/calls/<slug>/draw.json")
def published(slug: str) -> dict[str, object]:
    """Give the file from which `grantengine recompute draw` draws again."""
    draw = _draw(reader(), queries.call_by_slug(reader(), slug))
    if draw.status != DrawStatus.DRAWN:
        raise NotFoundError(kind="draw", slug=slug)
    return {
        "labels": draw.labels,
        "one_time_code": draw.one_time_code,
        "public_randomness": draw.public_randomness,
        "winners": draw.winners,
    }


@bp.get("/calls/<slug>/scores.csv")
def scores(slug: str) -> Response:
    """Give the file from which `grantengine recompute ranking` ranks again.

    It is public from the announcement of a draw or the last decision on; before that it is the
    officials' alone, since decisions are being prepared.
    """
    call = queries.call_by_slug(reader(), slug)
    if not _may_see_files(call):
        raise NotFoundError(kind="scores", slug=slug)
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    rows.writerow(["application", "reviewer", "score"])
    for case_number, reviewer, mean in standings.published_scores_of(reader(), call):
        rows.writerow([case_number, reviewer, f"{mean:.4f}"])
    name = f"scores-{call.slug}.csv"
    return Response(
        file.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@bp.get("/calls/<slug>/assignments/<int:number>.json")
def assignment(slug: str, number: int) -> dict[str, object]:
    """Give the file from which `grantengine recompute assignment` assigns again; as public."""
    call = queries.call_by_slug(reader(), slug)
    runs = standings.assignments_of(reader(), call.id)
    if not _may_see_files(call) or not 1 <= number <= len(runs):
        raise NotFoundError(kind="assignment", slug=slug)
    return runs[number - 1].problem


@bp.post("/calls/<slug>/draw")
@presenters_only
def announce(slug: str) -> tuple[str, int] | Redirect:
    """Publish who takes part, a commitment, and the randomness to come."""
    call = queries.call_by_slug(reader(), slug)
    form = AnnouncementForm()
    if not form.validate():
        return _page(call, form, RandomnessForm(formdata=None)), 422
    try:
        with transaction() as session:
            drawing.announce_draw(
                session, call.id, form.announcement(), now=now(), actor_id=signed_in().id
            )
    except GrantEngineError as error:
        form.form_errors.append(said(error))
        return _page(call, form, RandomnessForm(formdata=None)), status_of(error)
    flash(_("The draw is announced; this page is public."), "success")
    return redirect(page_url(f"/calls/{call.slug}/draw"))


@bp.post("/calls/<slug>/draw/order")
@presenters_only
def draw_lots(slug: str) -> tuple[str, int] | Redirect:
    """Take the randomness and draw."""
    call = queries.call_by_slug(reader(), slug)
    form = RandomnessForm()
    if not form.validate():
        return _page(call, AnnouncementForm(formdata=None), form), 422
    try:
        with transaction() as session:
            drawing.hold_draw(
                session, call.id, form.randomness.data or "", now=now(), actor_id=signed_in().id
            )
    except GrantEngineError as error:
        form.form_errors.append(said(error))
        return _page(call, AnnouncementForm(formdata=None), form), status_of(error)
    flash(_("Lots are drawn, and the code is public."), "success")
    return redirect(page_url(f"/calls/{call.slug}/draw"))


@bp.post("/decisions/calls/<slug>/more-reviews")
@presenters_only
def ask_for_more_reviews(slug: str) -> Redirect:
    """Ask two more reviews of each application at the funding line."""
    call = queries.call_by_slug(reader(), slug)
    with transaction() as session:
        count, missing = drawing.ask_for_more_reviews(session, call.id, now=now())
    flash(
        ngettext(
            "Two more reviews were asked for one application.",
            "Two more reviews were asked for each of %(num)s applications.",
            count,
        ),
        "success",
    )
    if missing:
        sentence = ngettext(
            "One application lacks a reviewer without a conflict.",
            "%(num)s applications lack reviewers without a conflict.",
            len(missing),
        )
        flash(sentence, "warning")
    return redirect(page_url(f"/decisions/calls/{call.slug}"))


def _draw(session: Session, call: Call) -> Draw:
    draw = standings.draw_of(session, call.id)
    if draw is None:
        raise NotFoundError(kind="draw", slug=call.slug)
    return draw


def _page(call: Call, announcing: AnnouncementForm, randomness: RandomnessForm) -> str:
    draw = standings.draw_of(reader(), call.id)
    person = current_person()
    is_presenter = person is not None and Role.PRESENTER in person.roles
    if draw is None and not is_presenter:
        raise NotFoundError(kind="draw", slug=call.slug)
    return render_template(
        "draws/show.html",
        call=call,
        draw=draw,
        floors=selecting.rules_of(reader(), call.id).floors,
        is_presenter=is_presenter,
        announcing=announcing,
        randomness=randomness,
        now=now(),
    )


def _may_see_files(call: Call) -> bool:
    """Tell whether what decided is public, or asked for by those who prepare decisions."""
    person = current_person()
    is_official = person is not None and bool(person.roles & _OFFICIALS)
    return is_official or standings.are_files_public(reader(), call)
