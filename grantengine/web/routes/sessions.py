"""Signing in and out."""

from collections.abc import Sequence

from flask import Blueprint, abort, redirect, render_template
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from grantengine.programme import queries, service
from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Person
from grantengine.web import identity
from grantengine.web.database import reader
from grantengine.web.i18n import LazyText, _, lazy, page_url
from grantengine.web.labels.experiments import ROLE_MEANINGS, ROLES
from grantengine.web.runtime import runtime, transaction

bp = Blueprint("sessions", __name__)


class SignInForm(FlaskForm):  # type: ignore[misc]  # flask_wtf ships no types
    """E-mail address and password."""

    email = StringField(lazy("E-mail"), [InputRequired(lazy("Give your e-mail address."))])
    password = PasswordField(lazy("Password"), [InputRequired(lazy("Give your password."))])


@bp.get("/sign-in")
def show() -> str:
    """Show the form, and in the demonstration the people to be."""
    return _page(SignInForm())


@bp.post("/sign-in")
def create() -> tuple[str, int] | Response:
    """Begin a session."""
    form = SignInForm()
    if not form.validate():
        return _page(form), 422
    person = queries.person_by_email(reader(), form.email.data)
    if person is None or not identity.password_is_right(person, form.password.data):
        form.password.errors = [_("The e-mail address or the password is wrong.")]
        return _page(form), 422
    identity.sign_in(person)
    return redirect(identity.destination(person))


@bp.post("/sign-in/demo/<person_id>")
def create_demo(person_id: str) -> Response:
    """Begin a session as one of the demonstration's people, with one click."""
    if not runtime().settings.demo_sign_in:
        abort(404)
    person = reader().get(Person, person_id)
    if person is None or not _is_invented(person):
        abort(404)
    identity.sign_in(person)
    return redirect(identity.destination(person))


@bp.post("/sign-out")
def delete() -> Response:
    """End every session of the person, so that no copy of the cookie lives on."""
    person = identity.current_person()
    if person is not None:
        with transaction() as session:
            service.end_sessions(session, person.id)
    identity.sign_out()
    return redirect(page_url("/"))


def _page(form: SignInForm) -> str:
    groups = _demo_people() if runtime().settings.demo_sign_in else []
    return render_template("sessions/new.html", form=form, groups=groups, noindex=True)


def _demo_people() -> list[tuple[LazyText, LazyText, Sequence[Person]]]:
    """List the demonstration's people by role, the first of each, with what the role can do."""
    groups = [
        (
            role,
            [each for each in queries.first_with(reader(), role, limit=12) if _is_invented(each)],
        )
        for role in Role
    ]
    return [(ROLES[role], ROLE_MEANINGS[role], people) for role, people in groups if people]


def _is_invented(person: Person) -> bool:
    # Who registered has a password, and nobody else is let in as them.
    return person.password_hash is None
