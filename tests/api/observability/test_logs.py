import asyncio
import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from ml_engine_and_backend.api.middleware.observability import Observability
from ml_engine_and_backend.api.observability.logs import configure_logging
from tests.api.asgi import call, request
from tests.api.conftest import PNG, application

Format = Literal["json", "text"]
FORMATS: tuple[Format, ...] = ("json", "text")
Read = Callable[[], str]

log = logging.getLogger("tests.here")


@pytest.fixture
def read(capsys: pytest.CaptureFixture[str]) -> Read:
    """What was written to standard error since the last call."""
    return lambda: capsys.readouterr().err


def configure(form: Format | None, level: str = "info") -> None:
    configure_logging(level, form)


def lines(text: str) -> list[dict[str, Any]]:
    """Every line, each of them JSON."""
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_of_json_has_time_level_logger_and_message(read: Read) -> None:
    configure("json")
    log.warning("expected %d, got %s", 7, "“one”")
    (line,) = lines(read())
    time = datetime.fromisoformat(line.pop("time"))
    assert time.utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - time) < timedelta(minutes=1)
    assert line == {
        "level": "WARNING",
        "logger": "tests.here",
        "message": "expected 7, got “one”",
    }


@pytest.mark.parametrize(
    ("asked", "is_terminal", "is_json"),
    [
        (None, True, False),
        (None, False, True),
        ("json", True, True),
        ("text", False, False),
    ],
)
def test_a_terminal_gets_text_unless_told_otherwise(
    read: Read,
    monkeypatch: pytest.MonkeyPatch,
    asked: Format | None,
    is_terminal: bool,
    is_json: bool,
) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: is_terminal)
    configure(asked)
    log.info("hello")
    assert read().startswith("{") is is_json


def fail(message: str) -> None:
    raise RuntimeError(message)


def test_an_exception_is_one_line_of_json_with_its_traceback(read: Read) -> None:
    configure("json")
    try:
        fail("two\nlines")
    except RuntimeError:
        log.exception("It broke")
    (line,) = lines(read())
    assert line["message"] == "It broke"
    assert line["exception"].startswith("Traceback (most recent call last):\n")
    assert line["exception"].endswith("RuntimeError: two\nlines")


def test_a_traceback_in_text_is_indented_and_escaped(read: Read) -> None:
    configure("text")
    try:
        fail("spoof\nERROR: tests.here: not so\x1b[2J")
    except RuntimeError:
        log.exception("It broke")
    first, *rest = read().splitlines()
    assert first == "ERROR: tests.here: It broke"
    assert rest[0] == "  Traceback (most recent call last):"
    assert all(line.startswith("  ") for line in rest)
    assert rest[-1] == "  ERROR: tests.here: not so\\x1b[2J"


@pytest.mark.parametrize("log_format", FORMATS)
@pytest.mark.parametrize(
    "hostile", ["a\nb", "a\r\nb", "a\x1b[31mb", "a\x00b", "a\x85b", "a\u2028b", "a\x7fb", "a\x9bb"]
)
def test_control_characters_forge_no_line_and_steer_no_terminal(
    read: Read, log_format: Format, hostile: str
) -> None:
    configure(log_format)
    log.info("%s", hostile)
    text = read()
    assert text.count("\n") == 1
    if log_format == "json":
        assert lines(text)[0]["message"] == hostile
    else:
        assert text.rstrip("\n").isprintable()
        assert len(text.splitlines()) == 1


@pytest.mark.parametrize("log_format", FORMATS)
def test_the_request_id_is_in_every_line_of_its_request(read: Read, log_format: Format) -> None:
    app = FastAPI()

    @app.get("/")
    def root() -> None:
        log.info("at work")

    app.add_middleware(Observability)
    configure(log_format)
    TestClient(app).get("/", headers={"X-Request-ID": "abc-1"})
    log.info("nobody's")
    text = [line for line in read().splitlines() if "httpx" not in line]
    assert ["abc-1" in line for line in text] == [True, True, False]


def test_access_line_in_json_has_the_fields_of_the_request(read: Read) -> None:
    configure("json")
    app = application()
    asyncio.run(call(app, request("GET", "/models/low", [("X-Request-ID", "abc-1")])))
    (line,) = lines(read())
    assert line.pop("bytes_out") > 100
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "INFO",
        "logger": "ml_engine_and_backend.access",
        "message": f"GET /models/{{name}} 200 in {line['duration_ms']:.1f} ms",
        "request_id": "abc-1",
        "method": "GET",
        "route": "/models/{name}",
        "status": 200,
        "client": "192.0.2.7",
        "bytes_in": 0,
        "duration_ms": line["duration_ms"],
    }
    assert 0 < line["duration_ms"] < 10_000


@pytest.mark.parametrize("log_format", FORMATS)
def test_no_secret_is_logged(read: Read, log_format: Format) -> None:
    hidden = "s3cret"
    app = application()

    @app.post("/breaks/{name}")
    async def breaks(name: str, asked: Request) -> None:
        body = await asked.body()
        raise RuntimeError(f"{len(name)} and {len(body)}")

    headers = {
        "X-API-Key": hidden,
        "Authorization": f"Bearer {hidden}",
        "Cookie": f"session={hidden}",
        "User-Agent": hidden,
        "Referer": f"http://{hidden}.example/",
        "X-Request-ID": f"{hidden}\n{hidden}",
    }
    bodies = [
        (json.dumps({"image": hidden}).encode(), "application/json"),
        (hidden.encode(), "image/png"),
        (hidden.encode(), f"multipart/form-data; boundary={hidden}"),
        (PNG, "image/png"),
    ]
    configure(log_format, level="debug")
    for path in ("/predict/", "/predict/all", f"/breaks/{hidden}", f"/{hidden}", "/health"):
        for body, kind in bodies:
            scope = request("POST", path, (headers | {"Content-Type": kind}).items())
            scope["query_string"] = f"model={hidden}&key={hidden}".encode()
            asyncio.run(call(app, scope, [body]))
    text = read()
    assert "RuntimeError: 6 and " in text
    assert hidden not in text
    assert PNG.hex()[:40] not in text
    assert repr(PNG)[2:40] not in text


@pytest.mark.parametrize("log_format", FORMATS)
def test_uvicorns_lines_have_the_same_format_and_its_access_log_is_off(
    read: Read, log_format: Format
) -> None:
    for name in ("uvicorn", "uvicorn.access"):  # as uvicorn's own configuration leaves them
        logging.getLogger(name).addHandler(logging.StreamHandler())
        logging.getLogger(name).propagate = False
    configure(log_format)
    extra = {"color_message": "\x1b[36mApplication startup complete.\x1b[0m"}
    logging.getLogger("uvicorn.error").info("Application startup complete.", extra=extra)
    logging.getLogger("uvicorn.access").info("GET /?key=secret")
    text = read()
    if log_format == "json":
        (line,) = lines(text)
        assert set(line) == {"time", "level", "logger", "message"}
        assert (line["logger"], line["message"]) == (
            "uvicorn.error",
            "Application startup complete.",
        )
    else:
        assert text == "INFO: uvicorn.error: Application startup complete.\n"


def test_requests_are_answered_when_the_log_cannot_be_written(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: str) -> int:
        raise OSError(28, "No space left on device")

    configure("json")
    monkeypatch.setattr("sys.stderr.write", full)
    app = application()
    assert asyncio.run(call(app, request("GET", "/health"))).status == 200
    log.warning("nor does this raise")
    monkeypatch.undo()
    assert read() == ""
