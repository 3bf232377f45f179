"""Is the process alive, and can it serve?"""

from http import HTTPStatus

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from grantengine import migrate
from grantengine.errors import GrantEngineError
from grantengine.web.runtime import runtime

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def live() -> Response:
    """Answer that the process lives; looks at nothing else."""
    return _answer(HTTPStatus.OK, "ok")


@bp.get("/readyz")
def ready() -> Response:
    """Answer whether the database can be reached and has the shape that this code expects."""
    try:
        migrate.check(runtime().database)
    except GrantEngineError as refusal:
        return _answer(HTTPStatus.SERVICE_UNAVAILABLE, refusal.code)
    except SQLAlchemyError:
        return _answer(HTTPStatus.SERVICE_UNAVAILABLE, "database_unreachable")
    return _answer(HTTPStatus.OK, "ok")


def _answer(status: HTTPStatus, word: str) -> Response:
    response = jsonify(status=word)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response
