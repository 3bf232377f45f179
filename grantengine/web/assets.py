"""The site's own files: one stylesheet out of many, and addresses that caches may keep."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import NotFound

from grantengine.web import knots
from grantengine.web.languages import site_root

STATIC: Final = Path(__file__).parent / "static"
STYLESHEET: Final = "site.css"
FOREVER: Final = "public, max-age=31536000, immutable"

# Layers make the order of the rules; this only has to name the layers first.
FIRST_SHEET: Final = "css/layers.css"


def static_url(name: str) -> str:
    """Give the address of a file of `static/`, with its content hash, without a language.

    Args:
        name: path below `static/`; `site.css` is all sheets of `static/css` in one.

    Raises:
        werkzeug.exceptions.NotFound: there is no such file.
    """
    if name.startswith("fonts/"):
        # The sheet names fonts by their plain address, and a preload must match it.
        return f"{site_root()}/static/{name}"
    return f"{site_root()}/static/{name}?v={_fingerprint(name)}"


def stylesheet() -> Response:
    """Serve every sheet of `static/css` as one."""
    return Response(_sheets(), mimetype="text/css")


def init_app(app: Flask) -> None:
    """Serve the stylesheet and let browsers keep what has a hash or never changes."""
    app.add_url_rule(f"/static/{STYLESHEET}", "stylesheet", stylesheet)
    app.jinja_env.globals["static_url"] = static_url
    app.jinja_env.globals["knot"] = knots.knot
    app.after_request(_cache_assets)


def _cache_assets(response: Response) -> Response:
    if request.endpoint not in ("static", "stylesheet"):
        return response
    if response.status_code not in (200, 304):
        return response
    name = (request.view_args or {}).get("filename", STYLESHEET)
    # What is asked for by an old or invented hash must not be kept as if it had that hash.
    if name.startswith("fonts/") or request.args.get("v") == _fingerprint(name):
        response.headers["Cache-Control"] = FOREVER
    return response


def _fingerprint(name: str) -> str:
    if current_app.debug:
        return _hash_of(name)
    return _kept_hash_of(name)


@cache
def _kept_hash_of(name: str) -> str:
    return _hash_of(name)


def _hash_of(name: str) -> str:
    path = STATIC / name
    if name == STYLESHEET:
        content = _sheets().encode()
    elif path.is_file():
        content = path.read_bytes()
    else:
        raise NotFound(f"no static file {name}")
    return sha256(content).hexdigest()[:12]


def _sheets() -> str:
    return _read_sheets() if current_app.debug else _kept_sheets()


@cache
def _kept_sheets() -> str:
    return _read_sheets()


def _read_sheets() -> str:
    first = STATIC / FIRST_SHEET
    others = sorted(path for path in (STATIC / "css").rglob("*.css") if path != first)
    return "\n".join(path.read_text(encoding="utf-8") for path in [first, *others])
