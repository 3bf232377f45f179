"""Which language the reader gets, and the address of a page in each language."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlencode

from flask import has_request_context, request
from werkzeug.wrappers import Response

from grantengine.web.runtime import runtime

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LANGUAGES: Final = {"fi": "Suomi", "sv": "Svenska", "en": "English"}
DEFAULT_LANGUAGE: Final = "fi"
COOKIE: Final = "language"
COOKIE_MAX_AGE_S: Final = 365 * 24 * 3600

_PREFIX: Final = "grantengine.language_prefix"
_ROOT: Final = "grantengine.root"
_forced: ContextVar[str | None] = ContextVar("forced_language", default=None)
_of_request: ContextVar[str | None] = ContextVar("language_of_request", default=None)


class LanguagePrefix:
    """WSGI middleware: a leading /fi, /sv or /en belongs to the address, not to the route.

    The prefix moves from PATH_INFO to SCRIPT_NAME, so `url_for` keeps it and every route
    answers with and without it.
    """

    def __init__(self, application: "WSGIApplication") -> None:
        """Wrap the application that stays unaware of the prefix."""
        self._application = application

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Move the prefix aside and pass the request on."""
        root = environ.get("SCRIPT_NAME", "")
        first, _slash, rest = environ.get("PATH_INFO", "").lstrip("/").partition("/")
        environ[_ROOT] = root
        if first in LANGUAGES:
            environ[_PREFIX] = first
            environ["SCRIPT_NAME"] = f"{root}/{first}"
            environ["PATH_INFO"] = f"/{rest}"
        return self._application(environ, start_response)


@dataclass(frozen=True, slots=True)
class Alternate:
    """The address of the present page in one language."""

    code: str
    name: str
    url: str
    is_current: bool


def current_language() -> str:
    """Give the code of the language to speak now: fi, sv or en.

    A forced language comes first; then, in a request, the prefix of the address, `?lang=`,
    the remembered choice, what the browser asks for; else Finnish.
    """
    spoken = _forced.get() or _of_request.get()
    if spoken is not None:
        return spoken
    return _choose() if has_request_context() else DEFAULT_LANGUAGE


def begin_request() -> None:
    """Choose the language of a request once, since a page asks for it a hundred times."""
    _of_request.set(_choose())


def end_request(_error: BaseException | None = None) -> None:
    """Leave the thread without a language for what it does next."""
    _of_request.set(None)


@contextmanager
def force_language(code: str) -> Iterator[None]:
    """Speak one language for a while, in a request or outside of one: e-mails and PDFs.

    Args:
        code: fi, sv or en; anything else means Finnish.
    """
    token = _forced.set(known(code) or DEFAULT_LANGUAGE)
    try:
        yield
    finally:
        _forced.reset(token)


def known(code: str | None) -> str | None:
    """Give the code back in lower case if we speak that language, else None."""
    lowered = (code or "").lower()
    return lowered if lowered in LANGUAGES else None


def alternate_urls() -> list[Alternate]:
    """List the present page in every language, in the order they are shown."""
    current = current_language()
    return [
        Alternate(code, name, url_in(code), code == current) for code, name in LANGUAGES.items()
    ]


def canonical_url() -> str:
    """Give the one address that this page has in the present language, with the host."""
    return public_url_in(current_language())


def public_url_in(code: str) -> str:
    """Give the address of the present page in a language, with the host that the settings name.

    Never that of the request, since a search engine would believe whoever sent it.
    """
    return runtime().settings.public_url.rstrip("/") + _path_in(code)


def url_in(code: str) -> str:
    """Give the address of the present page in a language, without the host."""
    return site_root() + _path_in(code)


def _path_in(code: str) -> str:
    query = urlencode([pair for pair in request.args.items(multi=True) if pair[0] != "lang"])
    path = quote(request.path, safe="/:@!$&'()*+,;=~-._")
    return f"/{code}{path}" + (f"?{query}" if query else "")


def page_url(path: str) -> str:
    """Give the address of a page of ours, in the language of the present address.

    Args:
        path: path from the root of the site: `/campaigns`.
    """
    return request.script_root.rstrip("/") + path


def site_root() -> str:
    """Give the path that the whole site is mounted at, without a language; empty for none."""
    root: str = request.environ.get(_ROOT, request.script_root)
    return root.rstrip("/")


def remember_choice(response: Response) -> Response:
    """Keep an asked-for `?lang=` in a cookie and tell caches what the page depends on."""
    if response.mimetype != "text/html":
        return response
    response.headers["Content-Language"] = current_language()
    asked = known(request.args.get("lang"))
    if asked:
        response.set_cookie(
            COOKIE,
            asked,
            max_age=COOKIE_MAX_AGE_S,
            path=f"{site_root()}/",
            httponly=True,
            secure=request.is_secure,
            samesite="Lax",
        )
    if _PREFIX not in request.environ:
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def _choose() -> str:
    return (
        request.environ.get(_PREFIX)
        or known(request.args.get("lang"))
        or known(request.cookies.get(COOKIE))
        or _wanted_by_browser()
        or DEFAULT_LANGUAGE
    )


def _wanted_by_browser() -> str | None:
    # Werkzeug's best match would pass over en-GB for a later, exact fi.
    wanted = (known(tag.split("-")[0]) for tag, quality in request.accept_languages if quality > 0)
    return next((code for code in wanted if code), None)
