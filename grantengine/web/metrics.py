"""Numbers for Prometheus: how many requests, how long they took, how they ended."""

import time

from flask import Flask, Response, g, request
from prometheus_client import REGISTRY, Counter, Histogram, generate_latest

REQUESTS = Counter(
    "grantengine_requests_total", "Requests answered", ["method", "endpoint", "status"]
)
DURATION = Histogram(
    "grantengine_request_duration_seconds", "Time to answer a request", ["endpoint"]
)
REPEATS = Counter(
    "grantengine_transaction_repeats_total",
    "Transactions begun again because another's was in the way",
    ["reason"],
)


def init_app(app: Flask) -> None:
    """Count every request and serve the counts at /metrics."""
    app.after_request(_count)
    app.add_url_rule("/metrics", "metrics", exposition)


def exposition() -> Response:
    """Answer every metric in Prometheus's text format."""
    return Response(generate_latest(REGISTRY), mimetype="text/plain; version=0.0.4")


def count_repeat(reason: str) -> None:
    """Count a transaction that is begun again: after a deadlock or a serialization failure."""
    REPEATS.labels(reason).inc()


def _count(response: Response) -> Response:
    # The endpoint, not the path: addresses without end must not become metrics without end.
    endpoint = request.endpoint or "none"
    REQUESTS.labels(request.method, endpoint, response.status_code).inc()
    DURATION.labels(endpoint).observe(time.perf_counter() - g.began)
    return response
