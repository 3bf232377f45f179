"""Structured logs: one JSON line for each request, all of it under one request id."""

import logging
import sys
import time
from typing import Any

import structlog
from flask import Flask, Response, g, request

from grantengine.ids import new_secret

log = structlog.get_logger("grantengine.web")


def configure(level: str) -> None:
    """Write JSON lines to standard error from this level up."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def init_app(app: Flask) -> None:
    """Give each request an id, answer it back, and log how the request went."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.request_id = request.headers.get("X-Request-Id", "")[:64] or new_secret()
    g.began = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    facts: dict[str, Any] = {
        "method": request.method,
        # The address without its query: what people search for is theirs.
        "path": request.path,
        "status": response.status_code,
        "duration_ms": round((time.perf_counter() - g.began) * 1000, 1),
    }
    log.info("request", **facts)
    return response
