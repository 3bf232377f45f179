"""Headers that keep a page to itself: nothing from elsewhere, no framing, no script unless asked."""

from flask import Flask, Response

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# For the one page that is made to stand in others' pages, and for the page that shows it.
_FRAMED = _POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
_SCRIPTED = f"{_POLICY}; script-src 'self'; connect-src 'self'"
_FRAMING = f"{_POLICY}; frame-src 'self'"


def init_app(app: Flask) -> None:
    """Send the headers with every answer."""
    app.after_request(_add_headers)


def framed_by_anybody(response: Response) -> Response:
    """Let other sites show this page in a frame; it holds no form and asks no cookie."""
    response.headers["Content-Security-Policy"] = _FRAMED
    return response


def framing_own_pages(response: Response) -> Response:
    """Let this page show pages of ours in frames."""
    response.headers["Content-Security-Policy"] = _FRAMING
    return response


def running_own_script(response: Response) -> Response:
    """Let this page run a script of ours, which speaks to nobody but us."""
    response.headers["Content-Security-Policy"] = _SCRIPTED
    return response


def _add_headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _POLICY)
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "same-origin")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    return response
