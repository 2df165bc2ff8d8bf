"""The `LADDER_` environment variables."""

import os
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from ml_engine_and_backend.api.accounts.rate_limit import Rate

PREFIX = "LADDER_"
REPOSITORY = Path(__file__).resolve().parents[2]

ORIGIN = re.compile(r"\*|https?://[^/\s?#@]+")
# what a header can carry and a list with commas can hold
API_KEY = re.compile(r"[!-+\--~]{16,}")
SECRET = frozenset(("api_keys",))


def _folder(value: object) -> object:
    """Refuse an empty path, which would mean the current folder, and a file."""
    if value == "" or (isinstance(value, str) and Path(value).is_file()):
        raise ValueError("expected a folder")
    return value


Folder = Annotated[Path, BeforeValidator(_folder)]


def _split(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


class SettingsError(Exception):
    """A setting that is unknown or malformed, told in one sentence."""


class Settings(BaseSettings):
    """What the service is told from outside; every field has a default that works."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, hide_input_in_errors=True)

    models_dir: Folder = REPOSITORY / "models"
    default_model: Annotated[str, Field(min_length=1)] | None = None
    # how often models_dir is looked at for changes; 0 is never
    reload_seconds: Annotated[float, Field(ge=0, le=86_400)] = 2
    # empty would listen on every interface
    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    # processes that share the port
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    # without keys, anybody may ask
    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    rate_limit: Annotated[Rate | None, NoDecode] = None
    # addresses and networks whose word about the client's address is believed
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    max_upload_bytes: Annotated[int, Field(ge=1)] = 1_048_576
    data_dir: Folder = REPOSITORY / "data"
    log_level: Literal["critical", "error", "warning", "info", "debug"] = "info"
    # without it, text on a terminal and JSON elsewhere
    log_format: Literal["json", "text"] | None = None

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        """Origins are written with commas between them."""
        if not isinstance(value, str):
            return value
        origins = _split(value)
        for origin in origins:
            # a browser sends no path, so an origin with one could never match
            if not ORIGIN.fullmatch(origin):
                raise ValueError(f"expected origins such as https://example.org, got {origin!r}")
        return origins

    @field_validator("api_keys", mode="before")
    @classmethod
    def _split_keys(cls, value: object) -> object:
        """Keys are written with commas between them; an error says how long one is, not what."""
        if not isinstance(value, str):
            return value
        keys = _split(value)
        for key in keys:
            if not API_KEY.fullmatch(key):
                raise ValueError(
                    "expected keys of at least 16 visible ASCII characters, "
                    f"got one of {len(key)} characters"
                )
        if value and not keys:  # meant to lock, and would not
            raise ValueError("expected keys between the commas, got none")
        return keys

    @field_validator("rate_limit", mode="before")
    @classmethod
    def _parse_rate(cls, value: object) -> object:
        """As `120/minute`; nothing at all is no limit."""
        if not isinstance(value, str):
            return value
        return Rate.parse(value) if value else None

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split_proxies(cls, value: object) -> object:
        """Addresses and networks are written with commas between them."""
        if not isinstance(value, str):
            return value
        proxies = _split(value)
        for proxy in proxies:
            try:
                ip_network(proxy)
            except ValueError as error:
                raise ValueError(
                    f"expected addresses or networks such as 10.0.0.0/8: {error}"
                ) from error
        return proxies

    @field_validator("log_level", "log_format", mode="before")
    @classmethod
    def _any_case(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value


def load_settings() -> Settings:
    """Read the environment.

    Raises:
        SettingsError: a variable with our prefix that we do not know, or a value we cannot take.
    """
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    for name in os.environ:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise SettingsError(f"expected one of {', '.join(known)}, got the unknown {name}")
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        came = "" if field in SECRET else f", got {first['input']!r}"
        raise SettingsError(f"{PREFIX}{field.upper()}: {first['msg']}{came}") from error
