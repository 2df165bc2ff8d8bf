"""The command line: serve, which it does without a command too, and what an operator needs."""

import argparse
import getpass
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import uvicorn

from ml_engine_and_backend.api.observability.logs import logging_config
from ml_engine_and_backend.api.settings import Settings, SettingsError, load_settings
from ml_engine_and_backend.database import accounts
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.model_folder.errors import LadderError

APPLICATION: Final = "ml_engine_and_backend.api.app:app"
# metrics.FOLDER; importing that imports prometheus_client, which reads the variable once
METRICS_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
# for what is in flight when the process is told to stop; as long as a body may take
STOPPING_TIMEOUT_S: Final = 30


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; what goes wrong ends it with one sentence and exit status 1."""
    options = _parser().parse_args(arguments)
    command: Callable[[Settings, argparse.Namespace], None] = options.command
    try:
        command(load_settings(), options)
    except (SettingsError, LadderError) as error:
        raise SystemExit(str(error)) from None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ml_engine_and_backend",
        description="Serves page and API; LADDER_ variables are its settings.",
    )
    parser.set_defaults(command=_serve)
    commands = parser.add_subparsers(metavar="COMMAND")
    serving = commands.add_parser("serve", help="serve until stopped; so does no command at all")
    serving.set_defaults(command=_serve)
    migrating = commands.add_parser("migrate", help="bring the database to the newest tables")
    migrating.set_defaults(command=_migrate)
    creating = commands.add_parser(
        "create-admin", help="make an account that may do everything, or let one that there is"
    )
    creating.add_argument("name")
    creating.set_defaults(command=_create_admin)
    publishing = commands.add_parser(
        "site", help="write the page with models and reports as files, for a host that runs nothing"
    )
    publishing.add_argument("--out", type=Path, required=True, help="folder, emptied first")
    publishing.set_defaults(command=_site)
    return parser


def _migrate(settings: Settings, _: argparse.Namespace) -> None:
    _database(settings).migrate()


def _site(settings: Settings, options: argparse.Namespace) -> None:
    # imported here: it imports the application, which serving does in each of its processes
    from ml_engine_and_backend.api.site import write_site

    size = write_site(options.out, settings)
    sys.stdout.write(f"{options.out}: {size / 1e6:.1f} MB, for any static host\n")


def _create_admin(settings: Settings, options: argparse.Namespace) -> None:
    """The password comes from the terminal, asked twice, else from standard input's first line."""
    database = _database(settings)
    database.migrate()
    name: str = options.name
    if accounts.exists(database, name):
        # it may be a stranger's, who was faster
        question = f"There is an account {name!r} already. Make it an admin? [y/N] "
        if sys.stdin.isatty() and input(question).strip().lower() != "y":
            raise SystemExit("Nothing was changed")
        accounts.set_role(database, name, "admin")
    else:
        accounts.make_admin(database, name, _asked_password())
    sys.stdout.write(f"{name} is an admin now\n")


def _asked_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != password:
        raise SystemExit("expected the same password twice, got two; nothing was changed")
    return password


def _database(settings: Settings) -> Database:
    if settings.keeps_nothing:
        raise SettingsError("expected LADDER_DATABASE_URL to name a database, got none")
    return Database(settings.database_url.get_secret_value())


def _serve(settings: Settings, _: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="digit-ladder-metrics-") as folder:
        if settings.workers > 1:
            os.environ.setdefault(METRICS_FOLDER, folder)
        uvicorn.run(
            APPLICATION,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            loop="asyncio",  # on this work it is as fast as any other
            ws="none",
            log_config=logging_config(settings.log_level, settings.log_format),
            access_log=False,
            # both are the application's matter, so that every server gives the same
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=STOPPING_TIMEOUT_S,
        )
