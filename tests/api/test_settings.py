import os
import subprocess
import sys
from pathlib import Path

import pytest
from limits import parse
from pydantic import SecretStr

from ml_engine_and_backend.api.settings import (
    REPOSITORY,
    Settings,
    SettingsError,
    load_settings,
    service_links,
)
from tests.api.process import COMMAND, OURS, STOCK, environment

KEY = "0123456789-secret"
DEFAULTS = {
    "models_dir": REPOSITORY / "models",
    "default_model": None,
    "reload_seconds": 2,
    "workers": 1,
    "host": "127.0.0.1",
    "port": 8000,
    "root_path": "",
    "cors_origins": (),
    "frame_ancestors": (),
    "api_keys": (),
    "rate_limit": None,
    "rate_limit_store": SecretStr("memory"),
    "trusted_proxies": (),
    "max_upload_bytes": 12_582_912,
    "data_dir": REPOSITORY / "data",
    "database_url": SecretStr(f"sqlite:///{REPOSITORY}/data/ladder.sqlite3"),
    "secret_key": None,
    "keep_drawings": True,
    "keep_days": 90,
    "reviewers": 1,
    "log_level": "info",
    "log_format": None,
}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(OURS):
            monkeypatch.delenv(name)


def test_every_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "models_dir": "/m",
        "default_model": "cnn",
        "reload_seconds": "0.5",
        "host": "0.0.0.0",  # noqa: S104  a value to read, not to bind
        "port": "8123",
        "workers": "3",
        "root_path": "/digits/",
        "cors_origins": "https://a.example, http://localhost:5173",
        "api_keys": f"{KEY}, {KEY[::-1]}",
        "rate_limit": "120/minute",
        "rate_limit_store": "redis://:secret@redis:6379/0",
        "trusted_proxies": "10.0.0.0/8, 2001:db8::1",
        "max_upload_bytes": "10",
        "data_dir": "/d",
        "database_url": "postgresql://ladder:secret@db/ladder",
        "secret_key": 2 * KEY,
        "keep_drawings": "false",
        "keep_days": "30",
        "reviewers": "2",
        "log_level": "DEBUG",
        "log_format": "JSON",
    }
    for name, value in given.items():
        monkeypatch.setenv(f"LADDER_{name.upper()}", value)
    assert load_settings() == Settings(
        models_dir=Path("/m"),
        default_model="cnn",
        reload_seconds=0.5,
        host=given["host"],
        port=8123,
        workers=3,
        root_path="/digits",
        cors_origins=("https://a.example", "http://localhost:5173"),
        api_keys=(SecretStr(KEY), SecretStr(KEY[::-1])),
        rate_limit=parse("120/minute"),
        rate_limit_store=SecretStr("redis://:secret@redis:6379/0"),
        trusted_proxies=("10.0.0.0/8", "2001:db8::1"),
        max_upload_bytes=10,
        data_dir=Path("/d"),
        database_url=SecretStr("postgresql+psycopg://ladder:secret@db/ladder"),
        secret_key=SecretStr(2 * KEY),
        keep_drawings=False,
        keep_days=30,
        reviewers=2,
        log_level="debug",
        log_format="json",
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("LADDER_PORT", "eighty", "LADDER_PORT: .*integer.*, got 'eighty'"),
        ("LADDER_RELOAD_SECONDS", "-1", "LADDER_RELOAD_SECONDS: .*0, got '-1'"),
        ("LADDER_MAX_UPLOAD_BYTES", "0", "LADDER_MAX_UPLOAD_BYTES: .*1, got '0'"),
        ("LADDER_LOG_LEVEL", "loud", "LADDER_LOG_LEVEL: .*'debug', got 'loud'"),
        ("LADDER_LOG_FORMAT", "xml", "LADDER_LOG_FORMAT: .*'json' or 'text', got 'xml'"),
        (
            "LADDER_FRAME_ANCESTORS",
            "https://a.example; script-src *",
            "LADDER_FRAME_ANCESTORS: .*expected origins such as",
        ),
        ("LADDER_CORS_ORIGINS", "example.org", "LADDER_CORS_ORIGINS: .*expected origins such as"),
        ("LADDER_HOST", "", "LADDER_HOST: .*at least 1 character, got ''"),
        ("LADDER_MODELS_DIR", __file__, "LADDER_MODELS_DIR: .*expected a folder, got '.*py'"),
        ("LADDER_API_KEYS", "short", "LADDER_API_KEYS: .*at least 16 .*, got one of 5 characters"),
        ("LADDER_API_KEYS", f"{KEY} 1", "LADDER_API_KEYS: .*visible ASCII"),
        ("LADDER_WORKERS", "0", "LADDER_WORKERS: .*1, got '0'"),
        ("LADDER_ROOT_PATH", "digits", "LADDER_ROOT_PATH: .*such as /digits, got 'digits'"),
        *(
            ("LADDER_RATE_LIMIT", rate, "LADDER_RATE_LIMIT: .*such as 120/minute .*, got '")
            for rate in ("120", "0/second", "-1/second", "1.5/second", "1/week", "9/hour;1/second")
        ),
        *(
            ("LADDER_RATE_LIMIT_STORE", store, "LADDER_RATE_LIMIT_STORE: .*redis://[^!]*$")
            for store in ("shared!", "memcached://h!", "redis://:p!@", "redis://h/name!")
        ),
        ("LADDER_TRUSTED_PROXIES", "*", "LADDER_TRUSTED_PROXIES: .*such as 10.0.0.0/8.*'[*]'"),
        ("LADDER_DEFAULT_MODEL", "resnet", "LADDER_DEFAULT_MODEL: .*cnn.*, got 'resnet'"),
        ("LADDER_KEEP_DAYS", "0", "LADDER_KEEP_DAYS: .*1, got '0'"),
        ("LADDER_SECRET_KEY", "short", "LADDER_SECRET_KEY: .*at least 32 [^']*$"),
        ("LADDER_SECRET_KEY", 2 * KEY + ",x", "LADDER_SECRET_KEY: .*at least 32 [^']*$"),
        *(
            ("LADDER_DATABASE_URL", url, "LADDER_DATABASE_URL: .*expected sqlite:///[^!]*$")
            for url in ("mysql://u:p!@h/d", "ladder!", "sqlite://", "sqlite:///:memory:", "")
        ),
        ("PORT", "eighty", "^PORT: .*integer.*, got 'eighty'"),
        ("WEB_CONCURRENCY", "0", "^WEB_CONCURRENCY: .*1, got '0'"),
    ],
)
def test_a_bad_setting_is_refused_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=sentence) as error:
        load_settings()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["API_KEYS", "RATE_LIMIT", "RATE_LIMIT_STORE", "TRUSTED_PROXIES"])
def test_an_empty_setting_is_the_default(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"LADDER_{name}", "")
    assert load_settings().model_dump() == DEFAULTS


UNKNOWN = [
    *("LADDER_PROT", "ladder_prot", "LADDER_PORTS", "LADDER_SERVICE", "LADDER_SERVICE_HOSTS"),
    *("LADDER_HOST_SERVICE", "LADDER_PORT_TCP", "LADDER_PORT_8000", "LADDER_API_PORT"),
]


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_misspelt_setting_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "8123")
    sentence = f"expected one of LADDER_MODELS_DIR, .*got the unknown {name}$"
    with pytest.raises(SettingsError, match=sentence):
        load_settings()


def links(service: str) -> dict[str, str]:
    """What Kubernetes tells each container of a Service with this name, in capitals."""
    port = f"{service}_PORT_8000_TCP"
    return {
        f"{service}_PORT": "tcp://10.0.0.7:8000",
        f"{service}_SERVICE_HOST": "10.0.0.7",
        f"{service}_SERVICE_PORT": "8000",
        f"{service}_SERVICE_PORT_HTTP": "8000",
        port: "tcp://10.0.0.7:8000",
        f"{port}_PROTO": "tcp",
        f"{port}_PORT": "8000",
        f"{port}_ADDR": "10.0.0.7",
    }


@pytest.mark.parametrize("service", ["LADDER", "LADDER_API"])
def test_links_to_kubernetes_services_are_ignored(
    monkeypatch: pytest.MonkeyPatch, service: str
) -> None:
    for name, value in links(service).items():
        monkeypatch.setenv(name, value)
    assert load_settings().model_dump() == DEFAULTS
    assert service_links() == sorted(links(service))


@pytest.mark.parametrize(
    ("variables", "port", "workers"),
    [
        ({"PORT": "9000", "WEB_CONCURRENCY": "3"}, 9000, 3),
        ({"PORT": "9000", "LADDER_PORT": "9001"}, 9001, 1),
        ({"WEB_CONCURRENCY": "3", "LADDER_WORKERS": "2"}, 8000, 2),
        # ours is not read where the platform's is bad
        ({"PORT": "eighty", "LADDER_PORT": "9001"}, 9001, 1),
        ({"PORT": "9000", "LADDER_PORT": "tcp://10.0.0.7:8000"}, 9000, 1),
        ({"PORT": "", "WEB_CONCURRENCY": ""}, 8000, 1),
    ],
)
def test_variables_of_hosting_platforms_count_where_ours_are_not_set(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], port: int, workers: int
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert (settings.port, settings.workers) == (port, workers)


@pytest.mark.parametrize(
    ("command", "name", "value"),
    [
        (COMMAND, "LADDER_PORT", "eighty"),
        (STOCK, "LADDER_DEFAULT_MODEL", "resnet"),
        (COMMAND, "LADDER_PROT", "8123"),
        (STOCK, "LADDER_API_KEYS", "short"),
    ],
    ids=lambda value: "" if isinstance(value, tuple) else value,
)
def test_a_bad_setting_stops_the_start_in_one_sentence(
    command: tuple[str, ...], name: str, value: str
) -> None:
    result = subprocess.run(
        [sys.executable, *(part.format(port=0) for part in command)],
        env=environment({name: value}),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode != 0
    assert name in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert "short" not in result.stderr
