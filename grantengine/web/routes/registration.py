"""Registering as an experimenter."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from grantengine.campaigns.backers import checked_email
from grantengine.errors import GrantEngineError, InvalidInputError
from grantengine.programme import service
from grantengine.programme.errors import DuplicatePersonError
from grantengine.programme.lifecycle import Role
from grantengine.web import identity
from grantengine.web.forms.registration import RegistrationForm
from grantengine.web.i18n import _, current_language
from grantengine.web.runtime import now, transaction

bp = Blueprint("registration", __name__)


@bp.get("/register")
def new() -> str:
    """Show the form."""
    form = RegistrationForm()
    form.language.data = current_language()
    return _page(form)


@bp.post("/register")
def create() -> tuple[str, int] | Response:
    """Make the account, sign in, and go on to where the way in began."""
    form = RegistrationForm()
    if not form.validate():
        return _page(form), 422
    try:
        email = checked_email(form.email.data)
        with transaction() as session:
            person = service.register_person(
                session,
                name=form.name.data.strip(),
                email=email,
                language=form.language.data,
                roles=[Role.EXPERIMENTER],
                password_hash=identity.hash_password(form.password.data),
                now=now(),
            )
    except (InvalidInputError, DuplicatePersonError) as error:
        form.email.errors = [_sentence(error)]
        return _page(form), 422
    identity.sign_in(person)
    return redirect(identity.destination(person), 303)


def _page(form: RegistrationForm) -> str:
    return render_template("registration/new.html", form=form, noindex=True)


def _sentence(error: GrantEngineError) -> str:
    if isinstance(error, DuplicatePersonError):
        return _("This address cannot be registered. If it is yours, sign in.")
    return _("This is not an e-mail address.")
