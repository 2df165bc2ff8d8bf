"""What the service counts, for Prometheus.

Labels come from closed sets (routes of the application, methods and reasons that we know, served
models), so that no client can make series. With several workers, each writes its counts to files
in a folder that they share, and whichever is asked answers for all.
"""

import os
from collections.abc import Callable, Iterable
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
from prometheus_client.multiprocess import MultiProcessCollector

from ml_engine_and_backend.api.worker_metrics import FOLDER

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
for _collector in (ProcessCollector, PlatformCollector, GCCollector):
    _collector(registry=_REGISTRY)

# Finding a child by its labels takes longer than counting, so those in use are kept.
_requests: Final[dict[tuple[str, str, int], Callable[[], None]]] = {}
_durations: Final[dict[str, Callable[[float], None]]] = {}
_inferences: Final[dict[tuple[str, int], Callable[[float], None]]] = {}
_predictions: Final[dict[tuple[str, int, int, str], Callable[[], None]]] = {}
_refused: Final[dict[str, Callable[[], None]]] = {}
_served: Final[set[tuple[str, int]]] = set()

request_begun: Final = _IN_FLIGHT.inc
# a request that `request_begun` has counted in goes to where it is counted again
request_passed_on: Final = _IN_FLIGHT.dec


def request_ended(method: str, route: str, status: int, seconds: float) -> None:
    """Count a request that `request_begun` has counted in.

    `route` is a template of the application, UNMATCHED or PAGE; `seconds` is what it took.
    """
    _IN_FLIGHT.dec()
    count_request(method, route, status)
    observe = _durations.get(route)
    if observe is None:
        observe = _durations[route] = _DURATION.labels(route).observe
    observe(seconds)


def count_request(method: str, route: str, status: int) -> None:
    """Count a request that was answered without the application, and so in no time."""
    key = method if method in METHODS else OTHER, route, status
    count = _requests.get(key)
    if count is None:
        count = _requests[key] = _REQUESTS.labels(*key).inc
    count()


def inferred(model: str, version: int, seconds: float) -> None:
    """Count a call of a served model; from any thread."""
    key = model, version
    observe = _inferences.get(key)
    if observe is None:
        observe = _inferences[key] = _INFERENCE.labels(*key).observe
    observe(seconds)


def predicted(model: str, version: int, digit: int, verdict: str, inference_seconds: float) -> None:
    """Count a call of a served model and what it read; from any thread."""
    inferred(model, version, inference_seconds)
    key = model, version, digit, verdict
    count = _predictions.get(key)
    if count is None:
        count = _predictions[key] = _PREDICTIONS.labels(*key).inc
    count()


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
    count = _refused.get(reason)
    if count is None:
        count = _refused[reason] = _REFUSED.labels(reason).inc
    count()


def model_folders_refused(count: int) -> None:
    """Tell how many model folders cannot be served as they are now."""
    _FOLDERS_REFUSED.set(count)


def exposition() -> bytes:
    """Everything counted so far, by all workers, in the text format (CONTENT_TYPE)."""
    if FOLDER not in os.environ:
        return generate_latest(_REGISTRY)
    # process_… and python_gc_… are one process's; a different one would answer each time
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    PlatformCollector(registry)
    return generate_latest(registry)
