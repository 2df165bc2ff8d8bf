"""The `LADDER_` environment variables."""

import os
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from limits import RateLimitItem, parse_many
from pydantic import BeforeValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from ml_engine_and_backend.model_folder.folder import version_paths

PREFIX = "LADDER_"
REPOSITORY = Path(__file__).resolve().parents[2]

ORIGIN = re.compile(r"\*|https?://[^/\s?#@]+")
# a host-source of the Content-Security-Policy, where a semicolon would begin another directive
FRAME_ANCESTOR = re.compile(r"\*|https?://(\*\.)?[\w.-]+(:\d{1,5})?", re.ASCII)
# what a header can carry and a list with commas can hold
API_KEY = re.compile(r"[!-+\--~]{16,}")
SECRET = frozenset(("api_keys", "secret_key", "database_url", "rate_limit_store"))
# keeps nothing
NO_DATABASE = "none"
DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
# counts in each process
MEMORY = "memory"
# without TLS and with it
REDIS = re.compile(r"rediss?://([^/@\s]*@)?[^/@:?#\s]+(:\d{1,5})?(/\d*)?(\?[^#\s]*)?")
ROOT_PATH = re.compile(r"/[\w.~/-]*", re.ASCII)
# what hosting platforms set, where ours is not set
PLATFORM = {"port": "PORT", "workers": "WEB_CONCURRENCY"}
# Kubernetes tells each container of each Service by variables like those of Docker's links: a
# Service named ladder, or ladder-api, makes names with our prefix.
LINK_ADDRESS = re.compile(r"(tcp|udp|sctp)://.*")
LINK_NAME = re.compile(
    PREFIX
    + r"(\w+_)?(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)"
)


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

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, hide_input_in_errors=True, arbitrary_types_allowed=True
    )

    models_dir: Folder = REPOSITORY / "models"
    default_model: Annotated[str, Field(min_length=1)] | None = None
    # how often models_dir is looked at for changes; 0 is never
    reload_seconds: Annotated[float, Field(ge=0, le=86_400)] = 2
    # empty would listen on every interface
    host: Annotated[str, Field(min_length=1)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    # processes that share the port
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    # the path below which a proxy shows the service
    root_path: str = ""
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    # sites that may show the page in a frame
    frame_ancestors: Annotated[tuple[str, ...], NoDecode] = ()
    # without keys, anybody may ask
    api_keys: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    rate_limit: Annotated[RateLimitItem | None, NoDecode] = None
    # where requests and attempts are counted: each process's memory, or a Redis that all share;
    # hidden, since its URL may hold a password
    rate_limit_store: SecretStr = SecretStr(MEMORY)
    # addresses and networks whose word about the client's address is believed
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    max_upload_bytes: Annotated[int, Field(ge=1)] = 12 * 1024 * 1024
    data_dir: Folder = REPOSITORY / "data"
    # hidden, since it may hold a password
    database_url: SecretStr = SecretStr(f"sqlite:///{REPOSITORY / 'data' / 'ladder.sqlite3'}")
    # signs sessions; without it, one is made and kept beside the database. Of several with commas
    # between them the first signs, and what the others have signed is still good.
    secret_key: Annotated[SecretStr, Field(min_length=32)] | None = None
    # whether what was drawn is kept with what was read in it
    keep_drawings: bool = True
    keep_days: Annotated[int, Field(ge=1, le=36_500)] = 90
    # how many must agree before a drawing may be trained on
    reviewers: Annotated[int, Field(ge=1, le=5)] = 1
    log_level: Literal["critical", "error", "warning", "info", "debug"] = "info"
    # without it, text on a terminal and JSON elsewhere
    log_format: Literal["json", "text"] | None = None

    @property
    def keeps_nothing(self) -> bool:
        """Whether there is no database."""
        return self.database_url.get_secret_value() == NO_DATABASE

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is given in the code goes before the environment; nothing else is read."""
        return init_settings, _Environment(settings_cls)

    @field_validator("database_url", mode="before")
    @classmethod
    def _known_database(cls, value: object) -> object:
        """SQLAlchemy's form, with the driver that we have; an error does not tell the password."""
        if not isinstance(value, str) or value.strip().lower() == NO_DATABASE:
            return NO_DATABASE if isinstance(value, str) else value
        expected = (
            "expected sqlite:///<file>, postgresql+psycopg://<user>:<password>@<host>/<name> "
            f"or {NO_DATABASE}"
        )
        try:
            url = make_url(value)
        except ArgumentError:
            raise ValueError(expected) from None
        backend, _, driver = url.drivername.partition("+")
        known = DRIVERS.get(backend)
        if known is None or (driver and f"{backend}+{driver}" != known) or not url.database:
            raise ValueError(f"{expected}, got one that begins with {url.drivername}:")
        if url.database == ":memory:":
            raise ValueError(f"{expected}: SQLite's :memory: is not shared by threads")
        # hosting platforms name no driver
        return url.set(drivername=known).render_as_string(hide_password=False)

    @field_validator("secret_key")
    @classmethod
    def _long_secrets(cls, value: SecretStr | None) -> SecretStr | None:
        """Each of them must be out of reach of guesses."""
        parts = value.get_secret_value().split(",") if value else ()
        if any(len(part.strip()) < 32 for part in parts):
            raise ValueError("expected at least 32 characters between the commas, got fewer")
        return value

    @field_validator("root_path", mode="before")
    @classmethod
    def _whole_path(cls, value: object) -> object:
        """A path from the root, taken with or without a slash at its end."""
        if isinstance(value, str) and value and not ROOT_PATH.fullmatch(value):
            raise ValueError("expected a path such as /digits")
        return value.rstrip("/") if isinstance(value, str) else value

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

    @field_validator("frame_ancestors", mode="before")
    @classmethod
    def _split_ancestors(cls, value: object) -> object:
        """Origins with commas between them; `https://*.example.org` is every host below it."""
        if not isinstance(value, str):
            return value
        ancestors = _split(value)
        for ancestor in ancestors:
            if not FRAME_ANCESTOR.fullmatch(ancestor):
                raise ValueError(f"expected origins such as https://example.org, got {ancestor!r}")
        return ancestors

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
        if not value:
            return None
        try:
            (rate,) = parse_many(value)
        except ValueError:  # none, or several
            rate = None
        if rate is None or rate.amount < 1:
            raise ValueError("expected a rate such as 120/minute or 10/second")
        return rate

    @field_validator("rate_limit_store")
    @classmethod
    def _known_store(cls, value: SecretStr) -> SecretStr:
        """`memory`, or a Redis; an error does not tell the password."""
        store = value.get_secret_value()
        if store.strip().lower() in ("", MEMORY):
            return SecretStr(MEMORY)
        if not REDIS.fullmatch(store):
            raise ValueError(
                f"expected {MEMORY}, or redis://<user>:<password>@<host>:<port>/<number>"
            )
        return value

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


class _Environment(EnvSettingsSource):
    """The environment without links to Kubernetes services, and with the platform's variables."""

    def __call__(self) -> dict[str, Any]:
        """The settings' fields by name."""
        values = super().__call__()
        if _is_link(f"{PREFIX}PORT", str(values.get("port"))):
            del values["port"]
        for field, variable in PLATFORM.items():
            if field not in values and os.environ.get(variable):
                values[field] = os.environ[variable]
        return values


def load_settings() -> Settings:
    """Read the environment.

    Raises:
        SettingsError: a variable with our prefix that we do not know, or a value we cannot take.
    """
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    links = service_links()
    for name in os.environ:
        if name.upper().startswith(PREFIX) and name.upper() not in known and name not in links:
            raise SettingsError(f"expected one of {', '.join(known)}, got the unknown {name}")
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        came = "" if field in SECRET else f", got {first['input']!r}"
        raise SettingsError(f"{_variable(field)}: {first['msg']}{came}") from error
    _check_default(settings)
    return settings


def service_links() -> list[str]:
    """The variables of our prefix that Kubernetes made for a Service; they are ignored."""
    return sorted(name for name, value in os.environ.items() if _is_link(name, value))


def _is_link(name: str, value: str) -> bool:
    if LINK_NAME.fullmatch(name):
        return True
    is_port = name.startswith(PREFIX) and name.endswith("PORT")
    return is_port and LINK_ADDRESS.fullmatch(value) is not None


def _variable(field: str) -> str:
    """The variable that gave `field` its value."""
    ours = PREFIX + field.upper()
    is_ours = ours in os.environ and ours not in service_links()
    return ours if is_ours or field not in PLATFORM else PLATFORM[field]


def _check_default(settings: Settings) -> None:
    default = settings.default_model
    if default is None:
        return
    try:
        paths = version_paths(settings.models_dir)
    except OSError:  # loading says so, and tries again
        return
    names = list(dict.fromkeys(path.parent.name for path in paths))
    versions = [f"{path.parent.name}@{path.name}" for path in paths]
    if paths and default not in names + versions:
        raise SettingsError(
            f"{PREFIX}DEFAULT_MODEL: expected one of {', '.join(names)}, got {default!r}"
        )
