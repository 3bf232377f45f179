"""The pool of reviewers: kept by those who make calls, each profile also by its reviewer."""

from flask import Blueprint, flash, redirect, render_template
from werkzeug.wrappers import Response

from grantengine.programme import queries as programme
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Person
from grantengine.reviews import pooling, queries
from grantengine.reviews.lifecycle import TieKind
from grantengine.web.database import reader
from grantengine.web.forms.reviewers import ProfileForm, TieForm, profile_form
from grantengine.web.i18n import LANGUAGES, _, ngettext, page_url
from grantengine.web.identity import require_role, signed_in
from grantengine.web.labels import panel as labels
from grantengine.web.runtime import now, transaction

bp = Blueprint("reviewers", __name__)

keepers_only = require_role(Role.PRESENTER, Role.STEWARD)
reviewers_only = require_role(Role.REVIEWER)


@bp.get("/manage/reviewers")
@keepers_only
def index() -> str:
    """List the pool: what each is at home in, and how much lies on their desk."""
    people = pooling.reviewers(reader())
    ids = [each.id for each in people]
    return render_template(
        "reviewers/index.html",
        people=people,
        profiles=pooling.profiles_of(reader(), ids),
        loads=queries.loads_of(reader(), ids),
        expertise={each.value: label for each, label in labels.EXPERTISE.items()},
        regions={each.code: each.names for each in programme.regions(reader())},
        languages=LANGUAGES,
        noindex=True,
    )


@bp.get("/manage/reviewers/<person_id>")
@keepers_only
def show(person_id: str) -> str:
    """Show a reviewer's profile and ties to change."""
    return _page(pooling.reviewer(reader(), person_id))


@bp.get("/reviews/profile")
@reviewers_only
def own() -> str:
    """Show the reviewer's own profile and ties to change."""
    return _page(signed_in())


@bp.post("/manage/reviewers/<person_id>")
@keepers_only
def update(person_id: str) -> tuple[str, int] | Response:
    """Keep a reviewer's profile."""
    return _keep(person_id)


@bp.post("/reviews/profile")
@reviewers_only
def update_own() -> tuple[str, int] | Response:
    """Keep one's own profile."""
    return _keep(signed_in().id)


@bp.post("/manage/reviewers/<person_id>/ties")
@keepers_only
def tie(person_id: str) -> tuple[str, int] | Response:
    """Keep what binds a reviewer to a body."""
    return _tie(person_id)


@bp.post("/reviews/profile/ties")
@reviewers_only
def tie_own() -> tuple[str, int] | Response:
    """Keep what binds oneself to a body."""
    return _tie(signed_in().id)


@bp.post("/manage/reviewers/<person_id>/ties/<tie_id>/end")
@keepers_only
def end_tie(person_id: str, tie_id: str) -> Response:
    """Say that something no longer binds a reviewer."""
    return _end_tie(person_id, tie_id)


@bp.post("/reviews/profile/ties/<tie_id>/end")
@reviewers_only
def end_own_tie(tie_id: str) -> Response:
    """Say that something no longer binds oneself."""
    return _end_tie(signed_in().id, tie_id)


@bp.post("/manage/reviewers/<person_id>/leave")
@keepers_only
def take_out(person_id: str) -> Response:
    """Take a reviewer out of the pool and give what they have not finished to others."""
    with transaction() as session:
        person = pooling.reviewer(session, person_id)
        missing = pooling.take_out(session, person, now=now(), actor_id=signed_in().id)
    flash(_("Nothing new is given to them. What they wrote is kept."), "success")
    if missing:
        sentence = ngettext(
            "One review found nobody else. It is shared out when a reviewer joins.",
            "%(num)s reviews found nobody else. They are shared out when reviewers join.",
            missing,
        )
        flash(sentence, "warning")
    return redirect(page_url(f"/manage/reviewers/{person_id}"), 303)


@bp.post("/manage/reviewers/<person_id>/return")
@keepers_only
def take_back(person_id: str) -> Response:
    """Let a reviewer be given reviews again."""
    with transaction() as session:
        pooling.take_back(session, pooling.reviewer(session, person_id))
    flash(_("They can be given reviews again."), "success")
    return redirect(page_url(f"/manage/reviewers/{person_id}"), 303)


def _keep(person_id: str) -> tuple[str, int] | Response:
    person = pooling.reviewer(reader(), person_id)
    form = profile_form(programme.goals(reader()), programme.regions(reader()))
    if not form.validate():
        return _page(person, profile=form), 422
    with transaction() as session:
        kept = pooling.reviewer(session, person_id)
        pooling.keep_profile(session, kept, form.knowledge())
    flash(_("The profile is kept."), "success")
    return redirect(_address(person), 303)


def _tie(person_id: str) -> tuple[str, int] | Response:
    person = pooling.reviewer(reader(), person_id)
    form = TieForm()
    if not form.validate():
        return _page(person, tie=form), 422
    with transaction() as session:
        pooling.declare_tie(
            session,
            pooling.reviewer(session, person_id),
            TieKind(form.kind.data),
            organisation_name=form.organisation_name.data,
            business_id=form.business_id_typed,
            declared_by=signed_in(),
            now=now(),
        )
    flash(_("The tie is kept: no application of that organisation is given."), "success")
    return redirect(_address(person), 303)


def _end_tie(person_id: str, tie_id: str) -> Response:
    with transaction() as session:
        person = pooling.reviewer(session, person_id)
        pooling.end_tie(session, tie_id, person, now=now())
    flash(_("The tie has ended. What was decided under it stays as it is."), "success")
    return redirect(_address(person), 303)


def _address(person: Person) -> str:
    is_own = person.id == signed_in().id and not _keeps_the_pool()
    return page_url("/reviews/profile" if is_own else f"/manage/reviewers/{person.id}")


def _keeps_the_pool() -> bool:
    return not signed_in().roles.isdisjoint({Role.PRESENTER, Role.STEWARD})


def _page(person: Person, *, profile: ProfileForm | None = None, tie: TieForm | None = None) -> str:
    kept = pooling.profiles_of(reader(), [person.id]).get(person.id)
    goals, regions = programme.goals(reader()), programme.regions(reader())
    return render_template(
        "reviewers/show.html",
        reviewer=person,
        kept=kept,
        ties=pooling.ties_of(reader(), person.id),
        tie_kinds=labels.TIE_KINDS,
        profile=profile or profile_form(goals, regions, person=person, kept=kept),
        tie=tie or TieForm(formdata=None),
        address=_address(person),
        keeps_the_pool=_keeps_the_pool(),
        noindex=True,
    )
