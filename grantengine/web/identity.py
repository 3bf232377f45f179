"""Who is signed in, and what the page may ask of them."""

import re
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask import Flask, abort, g, has_request_context, redirect, request, session
from werkzeug.wrappers import Response

from grantengine.programme.lifecycle import Role
from grantengine.programme.models import Person
from grantengine.web.database import reader
from grantengine.web.i18n import lazy, page_url

View = TypeVar("View", bound=Callable[..., Any])

_PERSON = "person"
_VERSION = "version"
# Browsers take a backslash for a slash and skip control characters, so neither is in a path.
_OUR_PATH = re.compile(r"/(?!/)[^\\\x00-\x1f\x7f]*")
_hasher = PasswordHasher()

# Which places a role opens, in the order of the menu: role, name, path.
DESKS = (
    (Role.EXPERIMENTER, lazy("My desk"), "/desk"),
    (Role.REVIEWER, lazy("Reviews"), "/reviews"),
    (Role.PRESENTER, lazy("Decisions"), "/decisions"),
    (Role.DECISION_MAKER, lazy("Decisions"), "/decisions"),
    (Role.FINANCE_OFFICER, lazy("Finance"), "/finance"),
    (Role.PRESENTER, lazy("Manage calls"), "/manage/calls"),
    (Role.STEWARD, lazy("Manage calls"), "/manage/calls"),
    (Role.PRESENTER, lazy("Reviewers"), "/manage/reviewers"),
    (Role.STEWARD, lazy("Reviewers"), "/manage/reviewers"),
    (Role.STEWARD, lazy("Other funders"), "/manage/envelopes"),
    (Role.STEWARD, lazy("Campaigns to check"), "/campaigns/checks"),
    (Role.STEWARD, lazy("Backers’ money"), "/finance/backers"),
)


def init_app(app: Flask) -> None:
    """Make the signed-in person known to every template."""
    app.context_processor(_context)


def current_person() -> Person | None:
    """Find who is signed in, None for a visitor."""
    if "person" not in g:
        g.person = _load()
    person: Person | None = g.person
    return person


def signed_in() -> Person:
    """Give the signed-in person of a page that `require_role` or `require_person` guards."""
    person = current_person()
    assert person is not None
    return person


def sign_in(person: Person) -> None:
    """Begin a session of its own for this person."""
    session.clear()
    session.update(cookie_of(person))
    g.person = person


def cookie_of(person: Person) -> dict[str, str | int]:
    """Give what the cookie of a person's session holds."""
    return {_PERSON: person.id, _VERSION: person.session_version}


def destination(person: Person) -> str:
    """Tell where somebody goes who has just come in: where they wanted to, else their desk."""
    # Only a path of our own: never an address that the link's maker chose.
    wanted = request.args.get("next", "")
    if _OUR_PATH.fullmatch(wanted):
        return page_url(wanted)
    places = [path for role, _name, path in DESKS if role in person.roles]
    return page_url(places[0] if places else "/")


def sign_out() -> None:
    """Forget who is signed in here; the service ends what copies of the cookie there are."""
    session.clear()
    g.person = None


def hash_password(password: str) -> str:
    """Hash a password with argon2id."""
    return _hasher.hash(password)


def password_is_right(person: Person | None, password: str) -> bool:
    """Check a password in the same time whether or not the person exists."""
    stored = person.password_hash if person is not None else None
    try:
        _hasher.verify(stored or _hash_of_nobody(), password)
    except (VerifyMismatchError, InvalidHashError):
        return False
    return stored is not None


@cache
def _hash_of_nobody() -> str:
    """Give what is checked when nobody has the address, so that both answers take as long."""
    return _hasher.hash("nobody")


def require_person(view: View) -> View:
    """Let only signed-in people see a page; others sign in first and come back."""
    return require_role()(view)


def require_role(*roles: Role) -> Callable[[View], View]:
    """Let only people with one of the roles see a page; no role means anybody signed in."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            person = current_person()
            if person is None:
                return _to_sign_in()
            if roles and person.roles.isdisjoint(roles):
                abort(403)
            return view(*args, **kwargs)

        return guarded  # type: ignore[return-value]  # wraps keeps the signature

    return guard


def _load() -> Person | None:
    if not has_request_context():
        return None  # A letter is written by a task: nobody is signed in there.
    person_id = session.get(_PERSON)
    if person_id is None:
        return None
    person = reader().get(Person, person_id)
    if person is None or person.session_version != session.get(_VERSION):
        return None
    return person


def _to_sign_in() -> Response:
    if request.method not in ("GET", "HEAD"):
        abort(401)
    wanted = request.path + (f"?{request.query_string.decode()}" if request.query_string else "")
    return redirect(page_url("/sign-in") + "?" + urlencode({"next": wanted}))


def _context() -> dict[str, Any]:
    person = current_person()
    links = []
    if person is not None:
        wanted = ((name, path) for role, name, path in DESKS if role in person.roles)
        links = [(str(name), page_url(path)) for name, path in dict.fromkeys(wanted)]
    return {"current_person": person, "desk_links": links}
