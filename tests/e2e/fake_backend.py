"""A fake service: it serves the built page and answers what a test has planned.

Every answer has a Content-Security-Policy at least as strict as the real service's.
"""

from __future__ import annotations

import base64
import io
import json
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from PIL import Image, ImageDraw

from tests.e2e import shipped_reports

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)

AFTER_AT_MOST_S = 60.0

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".wasm": "application/wasm",
}

RUNGS = [
    rung | {"default": rung["name"] == "cnn", "unsure_threshold": 0.8}
    for rung in shipped_reports.models()[:3]
]


@dataclass(frozen=True)
class Answer:
    """One canned HTTP answer."""

    status: int
    body: Any
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    # the answer waits for this event, too
    after: threading.Event | None = None
    media_type: str = "application/json"


def problem(status: int, kind: str, title: str, detail: str, **headers: str) -> Answer:
    """An RFC 9457 answer; header names are written with underscores."""
    body = {
        "type": f"https://digit-ladder.example/problems/{kind}",
        "title": title,
        "status": status,
        "detail": detail,
    }
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, body, named, media_type="application/problem+json")


def seen_picture(digit: int) -> str:
    """A 28×28 picture as a data: URL."""
    image = Image.new("L", (28, 28), 0)
    ImageDraw.Draw(image).text((9, 4), str(digit), fill=255, font_size=20)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def prediction(
    name: str, digit: int, confidence: float = 0.97, also: Mapping[int, float] | None = None
) -> dict[str, Any]:
    """One rung's answer: `also` gives other digits their share, the rest is spread evenly."""
    shares = {digit: confidence, **(also or {})}
    rest = max(0.0, 1.0 - sum(shares.values())) / max(1, 10 - len(shares))
    probabilities = [shares.get(d, rest) for d in range(10)]
    return {
        "model": name,
        "version": 1,
        "digit": digit,
        "confidence": confidence,
        "probabilities": probabilities,
        "scores": probabilities,
        "activation": "softmax",
        "verdict": "sure" if confidence > 0.8 else "unsure",
        "preprocessing": {
            "inverted": True,
            "box": [80, 60, 200, 220],
            "image": seen_picture(digit),
        },
        "found": {"kind": "digit", "digit_likeness": 0.99, "count": 1},
        "read": None,
    }


def no_digit(name: str, digit: int, confidence: float = 0.41) -> dict[str, Any]:
    """One rung's answer to what looks like no digit."""
    return {
        **prediction(name, digit, confidence),
        "verdict": "not_a_digit",
        "found": {"kind": "none", "digit_likeness": 0.03, "count": 0},
    }


def number(
    name: str, boxes: Mapping[tuple[int, int, int, int], int], unsure: Iterable[int] = ()
) -> dict[str, Any]:
    """One rung's answer to several digits of one line: `unsure` are places in it."""
    digits = []
    for i, (box, digit) in enumerate(boxes.items()):
        alone = prediction(name, digit, 0.6 if i in unsure else 0.99)
        told = {key: alone[key] for key in ("digit", "confidence", "probabilities", "verdict")}
        digits.append({**told, "box": list(box), "line": 0})
    text = "".join(str(digit) for digit in boxes.values())
    least = min(digits, key=lambda digit: float(digit["confidence"]))
    return {
        **prediction(name, digits[0]["digit"]),
        "verdict": "several",
        "found": {"kind": "several", "digit_likeness": 0.99, "count": len(digits)},
        "read": {
            "text": text,
            "lines": [text],
            "confidence": least["confidence"],
            "verdict": least["verdict"],
            "digits": digits,
        },
    }


def predictions(*results: dict[str, Any], delay_s: float = 0.0) -> Answer:
    """The answer to /predict/all."""
    agree = len({(result["read"] or {}).get("text", result["digit"]) for result in results}) == 1
    return Answer(200, {"results": list(results), "agree": agree}, delay_s=delay_s)


def all_say(digit: int, delay_s: float = 0.0, models: Iterable[dict[str, Any]] = RUNGS) -> Answer:
    """Every rung reads the same digit."""
    return predictions(*(prediction(model["name"], digit) for model in models), delay_s=delay_s)


KEPT_ID = "0" * 32


def kept(answer: Answer) -> Answer:
    """A /predict/all answer whose predictions are kept under KEPT_ID."""
    results = [result | {"id": KEPT_ID} for result in answer.body["results"]]
    return Answer(answer.status, answer.body | {"results": results})


@dataclass(frozen=True)
class Received:
    """A request that the page sent."""

    method: str
    path: str
    media_type: str = ""
    body: bytes = b""
    query: str = ""


def report_answer(request: Received) -> Answer:
    """The shipped service's answer under /reports."""
    answer = shipped_reports.get(f"{request.path}?{request.query}")
    caching = {"Cache-Control": answer.headers.get("Cache-Control", "")}
    media_type = answer.headers["Content-Type"]
    return Answer(answer.status_code, answer.content, caching, media_type=media_type)


# what answers a method and a path, such as "GET /drawings"
Route = Answer | Callable[[Received], Answer]

NOW = "2026-01-01T00:00:00Z"
NOBODY = {"account": None, "keeps": {"predictions": True, "drawings": True, "days": 90}}


def label_drawing(request: Received) -> Answer:
    """The service's answer to a label of a drawing that every rung of RUNGS read as 7."""
    label = json.loads(request.body)["true_label"]
    results = [
        {
            "id": KEPT_ID,
            "model": rung["name"],
            "version": 1,
            "predicted_digit": 7,
            "verdict": "sure",
            "is_right": None if label is None else label == 7,
        }
        for rung in RUNGS
    ]
    body = {"id": KEPT_ID, "true_label": label, "timestamp": NOW, "results": results}
    return Answer(200, body)


class FakeBackend:
    """Serves `dist`; answers come from `plan`, and from `standing` once it is empty.

    `routes` answer all else: by default nobody is signed in.
    """

    def __init__(self, dist: Path) -> None:
        self.dist = dist
        self.received: list[Received] = []
        self.plan: list[Answer] = []
        self.standing = all_say(7)
        self.models_plan: list[Answer] = []
        self.models_standing = Answer(200, list(RUNGS))
        # what a path under /reports answers next, in place of the shipped report
        self.reports_plan: dict[str, list[Answer]] = {}
        self.routes: dict[str, Route] = {"GET /sessions/current": Answer(200, NOBODY)}
        self._answered: list[str] = []
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def questions(self) -> list[Received]:
        """The requests to /predict/all so far."""
        return self.asked("/predict/all")

    def asked(self, path: str) -> list[Received]:
        """The requests to a path so far."""
        with self._lock:
            return [request for request in self.received if request.path == path]

    def answered(self, path: str) -> int:
        """How many requests to a path have been answered, aborted ones included."""
        with self._lock:
            return self._answered.count(path)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def answer(self, request: Received) -> Answer:
        with self._lock:
            self.received.append(request)
            if request.path == "/predict/all":
                return self.plan.pop(0) if self.plan else self.standing
            if request.path == "/models":
                return self.models_plan.pop(0) if self.models_plan else self.models_standing
            if plan := self.reports_plan.get(request.path):
                return plan.pop(0)
        route = self.routes.get(f"{request.method} {request.path}")
        if route is not None:
            return route(request) if callable(route) else route
        if request.path.startswith("/reports"):
            return report_answer(request)
        return problem(404, "not-found", "Not found", request.path)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        backend = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Log nothing."""

            def do_GET(self) -> None:
                path, _, query = self.path.partition("?")
                known = path == "/models" or path.startswith("/reports")
                if known or f"GET {path}" in backend.routes:
                    self._answer(Received("GET", path, query=query))
                    return
                file = backend.dist / path.lstrip("/")
                if not file.is_file():
                    file = backend.dist / "index.html"
                self._write(200, MEDIA_TYPES[file.suffix], file.read_bytes(), {})

            def do_POST(self) -> None:
                self._receive("POST")

            def do_PATCH(self) -> None:
                self._receive("PATCH")

            def do_DELETE(self) -> None:
                self._receive("DELETE")

            def _receive(self, method: str) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                path, _, query = self.path.partition("?")
                media_type = self.headers.get("Content-Type", "")
                self._answer(Received(method, path, media_type, body, query))

            def _answer(self, request: Received) -> None:
                answer = backend.answer(request)
                time.sleep(answer.delay_s)
                if answer.after is not None:
                    answer.after.wait(AFTER_AT_MOST_S)
                raw = isinstance(answer.body, bytes)
                body = answer.body if raw else json.dumps(answer.body).encode()
                if answer.status == 204:
                    body = b""
                self._write(answer.status, answer.media_type, body, answer.headers)
                with backend._lock:
                    backend._answered.append(request.path)

            def _write(
                self, status: int, media_type: str, body: bytes, headers: Mapping[str, str]
            ) -> None:
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", media_type)
                    self.send_header("Content-Length", str(len(body)))
                    self.send_header("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                    for name, value in headers.items():
                        self.send_header(name, value)
                    self.end_headers()
                    self.wfile.write(body)
                except ConnectionError:
                    self.close_connection = True  # the page aborted this request

        return Handler
