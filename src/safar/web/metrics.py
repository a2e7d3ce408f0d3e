"""Numbers about the server, for Prometheus: requests by page and status, and how long they took. Nothing personal."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from safar.usecases.running import read_running
from safar.usecases.workspace import Workspace

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_REQUESTS = Counter("safar_requests", "Requests answered.", ["page", "status"])
_SECONDS = Histogram(
    "safar_request_seconds",
    "Time to answer.",
    ["page"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.0, 5.0, 10.0),
)


class MetricsMiddleware:
    """Counts what is answered. The page is the name of its address, so that no identifier becomes a label."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer."""
        began = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        page = (match.url_name if match else None) or "none"
        _REQUESTS.labels(page, str(response.status_code)).inc()
        _SECONDS.labels(page).observe(time.perf_counter() - began)
        return response


def metrics_text(workspace: Workspace) -> bytes:
    """All of them, in Prometheus' text format."""
    running = read_running(workspace)
    now = CollectorRegistry()
    jobs = Gauge("safar_jobs", "Jobs by state.", ["state"], registry=now)
    for state, number in running.jobs.items():
        jobs.labels(state).set(number)
    Gauge("safar_log_version", "Newest version of the experience log.", registry=now).set(running.log_version)
    rows = Gauge("safar_log_rows", "Rows of the log's newest version.", ["table"], registry=now)
    for table, number in running.rows.items():
        rows.labels(table).set(number)
    return generate_latest(REGISTRY) + generate_latest(now)
