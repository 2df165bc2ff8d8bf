import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from pydantic import SecretStr

from ml_engine_and_backend.api.accounts.rate_limit import Rate
from ml_engine_and_backend.api.settings import REPOSITORY, Settings, SettingsError, load_settings

KEY = "0123456789-secret"
DEFAULTS = {
    "models_dir": REPOSITORY / "models",
    "default_model": None,
    "reload_seconds": 2,
    "workers": 1,
    "host": "127.0.0.1",
    "port": 8000,
    "cors_origins": (),
    "api_keys": (),
    "rate_limit": None,
    "trusted_proxies": (),
    "max_upload_bytes": 1_048_576,
    "data_dir": REPOSITORY / "data",
    "log_level": "info",
    "log_format": None,
}


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("LADDER_"):
            monkeypatch.delenv(name)


def test_defaults() -> None:
    assert load_settings().model_dump() == DEFAULTS


def test_every_setting_is_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "models_dir": "/m",
        "default_model": "cnn",
        "reload_seconds": "0.5",
        "host": "0.0.0.0",  # noqa: S104  a value to read, not to bind
        "port": "8123",
        "cors_origins": "https://a.example, http://localhost:5173",
        "api_keys": f"{KEY}, {KEY[::-1]}",
        "rate_limit": "120/minute",
        "trusted_proxies": "10.0.0.0/8, 2001:db8::1",
        "max_upload_bytes": "10",
        "data_dir": "/d",
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
        cors_origins=("https://a.example", "http://localhost:5173"),
        api_keys=(SecretStr(KEY), SecretStr(KEY[::-1])),
        rate_limit=Rate(120, 60),
        trusted_proxies=("10.0.0.0/8", "2001:db8::1"),
        max_upload_bytes=10,
        data_dir=Path("/d"),
        log_level="debug",
        log_format="json",
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("LADDER_PORT", "eighty", "LADDER_PORT: .*integer.*, got 'eighty'"),
        ("LADDER_PORT", "70000", "LADDER_PORT: .*65535, got '70000'"),
        ("LADDER_RELOAD_SECONDS", "-1", "LADDER_RELOAD_SECONDS: .*0, got '-1'"),
        ("LADDER_RELOAD_SECONDS", "nan", "LADDER_RELOAD_SECONDS: .*, got 'nan'"),
        ("LADDER_MAX_UPLOAD_BYTES", "0", "LADDER_MAX_UPLOAD_BYTES: .*1, got '0'"),
        ("LADDER_LOG_LEVEL", "loud", "LADDER_LOG_LEVEL: .*'debug', got 'loud'"),
        ("LADDER_LOG_FORMAT", "xml", "LADDER_LOG_FORMAT: .*'json' or 'text', got 'xml'"),
        ("LADDER_CORS_ORIGINS", "example.org", "LADDER_CORS_ORIGINS: .*expected origins such as"),
        ("LADDER_CORS_ORIGINS", "https://a.example/", "LADDER_CORS_ORIGINS: .*got 'https://a.ex"),
        ("LADDER_HOST", "", "LADDER_HOST: .*at least 1 character, got ''"),
        ("LADDER_DEFAULT_MODEL", "", "LADDER_DEFAULT_MODEL: .*at least 1 character, got ''"),
        ("LADDER_MODELS_DIR", "", "LADDER_MODELS_DIR: .*expected a folder, got ''"),
        ("LADDER_MODELS_DIR", __file__, "LADDER_MODELS_DIR: .*expected a folder, got '.*py'"),
        ("LADDER_API_KEYS", "short", "LADDER_API_KEYS: .*at least 16 .*, got one of 5 characters"),
        ("LADDER_API_KEYS", f"{KEY},{KEY[:-2]}", "LADDER_API_KEYS: .*one of 15 characters"),
        ("LADDER_API_KEYS", f"{KEY} 1", "LADDER_API_KEYS: .*visible ASCII"),
        ("LADDER_API_KEYS", "ü" * 16, "LADDER_API_KEYS: .*visible ASCII"),
        ("LADDER_API_KEYS", " , ", "LADDER_API_KEYS: .*expected keys"),
        ("LADDER_RATE_LIMIT", "120", "LADDER_RATE_LIMIT: .*such as 120/minute .*, got '120'"),
        ("LADDER_TRUSTED_PROXIES", "*", "LADDER_TRUSTED_PROXIES: .*such as 10.0.0.0/8.*'[*]'"),
        ("LADDER_TRUSTED_PROXIES", "nginx", "LADDER_TRUSTED_PROXIES: .*such as 10.0.0.0/8"),
        ("LADDER_TRUSTED_PROXIES", "10.0.0.1/8", "LADDER_TRUSTED_PROXIES: .*host bits set"),
        ("LADDER_PROT", "8123", "expected one of LADDER_MODELS_DIR, .*got the unknown LADDER_PROT"),
    ],
)
def test_a_bad_setting_is_told_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=sentence) as error:
        load_settings()
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("name", ["API_KEYS", "RATE_LIMIT", "TRUSTED_PROXIES"])
def test_an_empty_setting_sets_nothing(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"LADDER_{name}", "")
    assert load_settings().model_dump() == DEFAULTS


@pytest.mark.parametrize("value", [KEY, f"{KEY},{KEY[:-2]}", f"{KEY} 1"])
def test_a_key_is_in_no_text_about_the_settings(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("LADDER_API_KEYS", value)
    try:
        told = f"{load_settings()!r} {load_settings()} {load_settings().model_dump()}"
    except SettingsError as error:
        told = "".join(traceback.format_exception(error))
    assert "api_keys" in told.lower()
    assert KEY[:-2] not in told


@pytest.mark.parametrize(
    "command",
    [
        ["-m", "ml_engine_and_backend"],
        ["-m", "uvicorn", "ml_engine_and_backend.api.app:app"],
    ],
)
@pytest.mark.parametrize(
    ("name", "value"), [("LADDER_PORT", "eighty"), ("LADDER_DEFAULT_MODEL", "resnet")]
)
def test_a_bad_setting_stops_the_start(command: list[str], name: str, value: str) -> None:
    result = subprocess.run(
        [sys.executable, *command],
        env=os.environ | {name: value},
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode != 0
    assert name in result.stderr
    assert "Traceback" not in result.stderr
