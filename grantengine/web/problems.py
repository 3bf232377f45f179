"""From an error of the domain to a status and one sentence in the reader's language."""

from http import HTTPStatus
from typing import Any

from flask import Flask, Response, abort, current_app, g, jsonify, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from grantengine.errors import GrantEngineError
from grantengine.web.formatting import number
from grantengine.web.i18n import LazyText, _, lazy, page_url
from grantengine.web.large_requests import FormRequest
from grantengine.web.sentences import (
    campaigns,
    disbursements,
    kernel,
    learnings,
    ledger,
    programme,
    reviews,
)

Sentences = dict[str, tuple[int, LazyText]]

# Each package says its own refusals; a test keeps the table complete.
SENTENCES: Sentences = {
    **kernel.SENTENCES,
    **ledger.SENTENCES,
    **programme.SENTENCES,
    **campaigns.SENTENCES,
    **disbursements.SENTENCES,
    **reviews.SENTENCES,
    **learnings.SENTENCES,
}

_HTTP = {
    400: lazy("The request could not be read."),
    401: lazy("Sign in first."),
    403: lazy("You may not do this with the roles you have."),
    404: lazy("There is no such page."),
    405: lazy("This address does not take that kind of request."),
    413: lazy("A text or a file in it is too large."),
    422: lazy("Something in the request does not fit; nothing was changed."),
    429: lazy("Too many tries from your address in a short time. Wait a few minutes."),
}
_TOO_LARGE = lazy(
    "What was sent is larger than %(megabytes)s MB together. Nothing of it was kept, but all that was saved before is: go back, and send fewer or smaller files."
)
_UNEXPECTED = lazy("Something went wrong here. Nothing was half-done; try again.")


# What an answer must keep of the refusal it stands for: RFC 9110 asks for them.
_HEADERS_KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


def init_app(app: Flask) -> None:
    """Answer every refusal as a page, or as problem details under /api."""
    app.before_request(_refuse_nul)
    app.register_error_handler(GrantEngineError, _domain)
    app.register_error_handler(HTTPException, _http)


def sentence_of(error: GrantEngineError) -> str:
    """Say a refusal of the domain in the present language."""
    _status, sentence = SENTENCES.get(error.code, (500, _UNEXPECTED))
    return str(sentence) % _Facts(error.details)


def status_of(error: GrantEngineError) -> int:
    """Tell the HTTP status of a refusal of the domain."""
    return SENTENCES.get(error.code, (500, _UNEXPECTED))[0]


class _Facts(dict[str, Any]):
    """The facts of an error; a fact that a sentence names but the error lacks stays blank."""

    def __missing__(self, key: str) -> str:
        return ""


def _refuse_nul() -> None:
    # No text holds a NUL: PostgreSQL keeps none, and no person types one.
    if "\x00" in request.path or _holds_nul(request.args):
        abort(404)
    # Read at the door, so that no form has to think of it.
    if _holds_nul(request.form) or any("\x00" in (name or "") for name in _file_names()):
        abort(422)


def _holds_nul(fields: MultiDict[str, str]) -> bool:
    return any("\x00" in name + value for name, value in fields.items(multi=True))


def _file_names() -> list[str | None]:
    return [file.filename for _name, file in request.files.items(multi=True)]


def _domain(error: GrantEngineError) -> tuple[Response | str, int]:
    status = status_of(error)
    return _answer(status, code=error.code, detail=sentence_of(error))


def _http(error: HTTPException) -> Any:
    if error.response is not None or (error.code or 500) < 400:
        return error
    status = error.code or 500
    detail = _too_large() if status == 413 else str(_HTTP.get(status, _UNEXPECTED))
    headers = [pair for pair in error.get_headers() if pair[0] in _HEADERS_KEPT]
    # What webargs found wrong, by the place it came in and the name of the field.
    wrong = getattr(error, "data", {}).get("messages")
    code = HTTPStatus(status).name.lower()
    return *_answer(status, code=code, detail=detail, errors=wrong), headers


def _too_large() -> str:
    assert isinstance(request, FormRequest)
    request.drain()
    if not request.is_too_large:
        return str(_HTTP[413])
    return str(_TOO_LARGE) % {"megabytes": number(request.size_max // 1_000_000)}


def _answer(
    status: int, *, code: str, detail: str, errors: Any = None
) -> tuple[Response | str, int]:
    if request.path.startswith("/api/"):
        return _problem(status, code=code, detail=detail, errors=errors), status
    template = f"errors/{status}.html" if status in (403, 404, 500) else "errors/problem.html"
    title = _("This did not work")
    page = render_template(
        template,
        title=title,
        detail=detail,
        status=status,
        noindex=True,
        **(_way_back() if status == 413 else {}),
    )
    return page, status


def _way_back() -> dict[str, str]:
    """Lead to the page that the form stands on, where its address can be read too."""
    addresses = current_app.create_url_adapter(request)
    if addresses is None or not addresses.test(request.path, "GET"):
        return {}
    return {"href": page_url(request.path), "label": _("Back to the page")}


def _problem(status: int, *, code: str, detail: str, errors: Any) -> Response:
    # RFC 9457: Problem Details for HTTP APIs.
    problem = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": g.get("request_id"),
    }
    response = jsonify(problem | ({"errors": errors} if errors else {}))
    response.content_type = "application/problem+json"
    return response
