"""The `LADDER_` environment variables."""

import os
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "LADDER_"
REPOSITORY = Path(__file__).resolve().parents[2]


ORIGIN = re.compile(r"\*|https?://[^/\s?#@]+")


def _folder(value: object) -> object:
    """Refuse an empty path, which would mean the current folder, and a file."""
    if value == "" or (isinstance(value, str) and Path(value).is_file()):
        raise ValueError("expected a folder")
    return value


Folder = Annotated[Path, BeforeValidator(_folder)]


class SettingsError(Exception):
    """A setting that is unknown or malformed, told in one sentence."""


class Settings(BaseSettings):
    """What the service is told from outside; every field has a default that works."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True)

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
        origins = tuple(origin.strip() for origin in value.split(",") if origin.strip())
        for origin in origins:
            # a browser sends no path, so an origin with one could never match
            if not ORIGIN.fullmatch(origin):
                raise ValueError(f"expected origins such as https://example.org, got {origin!r}")
        return origins

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
        name = PREFIX + str(first["loc"][0]).upper()
        raise SettingsError(f"{name}: {first['msg']}, got {first['input']!r}") from error
