"""What the service counts, for Prometheus.

Labels come from closed sets (routes of the application, methods and reasons that we know, served
models), so that no client can make series. With several workers, each writes its counts to files
in the folder that PROMETHEUS_MULTIPROC_DIR names, and whichever is asked answers for all.
"""

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

# the variable by which prometheus_client, when it is imported, learns to count in files
FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

METHODS: Final = frozenset(
    ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE")
)
OTHER: Final = "other"
# The route of a request that none of the application's is for.
UNMATCHED: Final = "unmatched"
# A file of the page, or FastAPI's description of the API.
PAGE: Final = "page"

REQUEST_BUCKETS_S: Final = (
    *(0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05),
    *(0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
INFERENCE_BUCKETS_S: Final = (
    *(0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001),
    *(0.0025, 0.005, 0.01, 0.025, 0.05, 0.1),
)

# when a series began is what process_start_time_seconds tells well enough
disable_created_metrics()  # type: ignore[no-untyped-call]

# our own, so that no library's metrics appear among ours
_REGISTRY: Final = CollectorRegistry()
_REQUESTS: Final = Counter(
    "http_requests",
    "Requests by the status of the answer; 499 where the client left before there was one.",
    ["method", "route", "status"],
    registry=_REGISTRY,
)
_DURATION: Final = Histogram(
    "http_request_duration_seconds",
    "From the request's headers to the end of the answer.",
    ["route"],
    buckets=REQUEST_BUCKETS_S,
    registry=_REGISTRY,
)
_IN_FLIGHT: Final = Gauge(
    "http_requests_in_flight",
    "Requests that are being answered.",
    multiprocess_mode="livesum",
    registry=_REGISTRY,
)
_INFERENCE: Final = Histogram(
    "ladder_inference_seconds",
    "One call of a model on a drawing that is preprocessed.",
    ["model", "version"],
    buckets=INFERENCE_BUCKETS_S,
    registry=_REGISTRY,
)
_PREDICTIONS: Final = Counter(
    "ladder_predictions",
    "Answers of a model, by what it read and how sure it was.",
    ["model", "version", "digit", "verdict"],
    registry=_REGISTRY,
)
_LOADED: Final = Gauge(
    "ladder_models_loaded",
    "Versions of models that can be asked; with several workers, where there are fewest.",
    multiprocess_mode="livemin",
    registry=_REGISTRY,
)
_MODEL: Final = Gauge(
    "ladder_model_info",
    "1 for a version that can be asked, 0 for one that could be.",
    ["model", "version"],
    multiprocess_mode="livemin",
    registry=_REGISTRY,
)
_REFUSED: Final = Counter(
    "ladder_refused",
    "Requests answered with 503, by the reason.",
    ["reason"],
    registry=_REGISTRY,
)
_FOLDERS_REFUSED: Final = Gauge(
    "ladder_model_folders_refused",
    "Model folders that cannot be served as they are now.",
    multiprocess_mode="livemax",
    registry=_REGISTRY,
)
_QUEUE: Final = Gauge(
    "ladder_kept_queue_depth",
    "Drawings that wait to be written to the database.",
    multiprocess_mode="livesum",
    registry=_REGISTRY,
)
_KEPT: Final = Counter(
    "ladder_kept", "Drawings that were written to the database.", registry=_REGISTRY
)
_NOT_KEPT: Final = Counter(
    "ladder_not_kept",
    "Drawings that were to be kept and were not, by the reason.",
    ["reason"],
    registry=_REGISTRY,
)
_KEEPING: Final = Histogram(
    "ladder_keep_seconds",
    "One transaction that writes drawings.",
    buckets=REQUEST_BUCKETS_S,
    registry=_REGISTRY,
)
_DATABASE: Final = Gauge(
    "ladder_database_answers",
    "1 while the database answers, 0 while it does not; absent where there is none.",
    ["backend"],
    multiprocess_mode="livemin",
    registry=_REGISTRY,
)
_FEEDBACK: Final = Counter(
    "ladder_feedback",
    "Answers of a model that people judged, by whether it was right.",
    ["model", "right"],
    registry=_REGISTRY,
)
_RATE_LIMIT_STORE: Final = Gauge(
    "ladder_rate_limit_store_answers",
    "1 while the Redis that counts requests for all processes answers, 0 while it does not; absent "
    "where each counts by itself.",
    ["store"],
    multiprocess_mode="livemin",
    registry=_REGISTRY,
)
for _collector in (ProcessCollector, PlatformCollector, GCCollector):
    _collector(registry=_REGISTRY)

_served: Final[set[tuple[str, int]]] = set()

# finding a series by its labels takes longer than counting; their sets are closed
_series: Final = cache(lambda metric, *labels: metric.labels(*labels))

request_begun: Final = _IN_FLIGHT.inc


def request_ended(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request that `request_begun` has counted in.

    `route` is a template of the application, UNMATCHED or PAGE; `seconds` is what it took.
    """
    _IN_FLIGHT.dec()
    _series(_REQUESTS, method if method in METHODS else OTHER, route, status).inc()
    _series(_DURATION, route).observe(seconds)


def inferred(model: str, version: int, seconds: float) -> None:
    """Count a call of a served model; from any thread."""
    _series(_INFERENCE, model, version).observe(seconds)


def predicted(model: str, version: int, digit: int, verdict: str) -> None:
    """Count what a served model read; from any thread."""
    _series(_PREDICTIONS, model, version, digit, verdict).inc()


def models_loaded(models: Iterable[tuple[str, int]]) -> None:
    """Tell the names and versions that can be asked from now on, older versions too."""
    now = set(models)
    for model in _served - now:
        _MODEL.labels(*model).set(0)
    for model in now:
        _MODEL.labels(*model).set(1)
    _served.update(now)
    _LOADED.set(len(now))


def refused(reason: str) -> None:
    """Count a 503; `reason` is the kind of the problem, one of few."""
    _REFUSED.labels(reason).inc()


def model_folders_refused(count: int) -> None:
    """Tell how many model folders cannot be served as they are now."""
    _FOLDERS_REFUSED.set(count)


def feedback(model: str, is_right: bool) -> None:
    """Count what somebody said of an answer; what is taken back stays counted."""
    _series(_FEEDBACK, model, str(is_right).lower()).inc()


def rate_limit_store_answers(answers: bool) -> None:
    """Tell whether requests are counted for all processes; from any thread."""
    _series(_RATE_LIMIT_STORE, "redis").set(answers)


class Keeping:
    """What the writer of a database of this backend tells; from any thread."""

    def __init__(self, backend: str) -> None:
        self._backend = backend

    def queue_changed(self, depth: int) -> None:
        """So many drawings wait."""
        _QUEUE.set(depth)

    def kept(self, count: int, seconds: float) -> None:
        """So many drawings were written in one transaction."""
        _KEPT.inc(count)
        _KEEPING.observe(seconds)

    def not_kept(self, reason: str, count: int) -> None:
        """So many drawings are lost, for one of few reasons."""
        _series(_NOT_KEPT, reason).inc(count)

    def database_answers(self, answers: bool) -> None:
        """Whether the database did what it was last asked."""
        _series(_DATABASE, self._backend).set(answers)


def exposition() -> bytes:
    """Everything counted so far, by all workers, in the text format (CONTENT_TYPE)."""
    if FOLDER not in os.environ:
        return generate_latest(_REGISTRY)
    # process_… and python_gc_… are one process's; a different one would answer each time
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    PlatformCollector(registry)
    return generate_latest(registry)


def forget_dead_workers() -> None:
    """Take out of the gauges what workers had in flight that have been killed; counts stay.

    To be called when a worker starts: it may replace one that died.
    """
    for path in Path(os.environ.get(FOLDER, "")).glob("gauge_live*_*.db"):
        pid = int(path.stem.rpartition("_")[2])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            mark_process_dead(pid)  # type: ignore[no-untyped-call]
