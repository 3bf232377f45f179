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


def init_app(app: Flask) -> None:
    """Count every request and serve the counts at /metrics."""
    app.after_request(_count)
    app.add_url_rule("/metrics", "metrics", exposition)


def exposition() -> Response:
    """Answer every metric in Prometheus's text format."""
    return Response(generate_latest(REGISTRY), mimetype="text/plain; version=0.0.4")


def _count(response: Response) -> Response:
    # The endpoint, not the path: addresses without end must not become metrics without end.
    endpoint = request.endpoint or "none"
    REQUESTS.labels(request.method, endpoint, response.status_code).inc()
    DURATION.labels(endpoint).observe(time.perf_counter() - g.began)
    return response
