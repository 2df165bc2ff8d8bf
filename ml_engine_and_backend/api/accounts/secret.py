"""The secret that signs sessions: the operator's, or one that is made at the first start."""

import logging
import os
import secrets
from pathlib import Path
from typing import Final

from sqlalchemy import make_url

from ml_engine_and_backend.api.settings import REPOSITORY, Settings

FILE: Final = "ladder.secret"

log = logging.getLogger(__name__)


def session_secret(settings: Settings) -> str:
    """LADDER_SECRET_KEY, else what is kept in a file that only this user may read.

    The file lies beside SQLite's, else in data/. Processes of one machine share it; several
    machines need LADDER_SECRET_KEY. Where it cannot be written, sessions end with the process.
    """
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value()
    path = _place(settings)
    try:
        return _read_or_make(path)
    except OSError as error:
        log.warning(
            "Sessions end with this process: expected LADDER_SECRET_KEY, or to write %s (%s)",
            path,
            error.strerror,
        )
        return secrets.token_urlsafe(32)


def _place(settings: Settings) -> Path:
    if not settings.keeps_nothing:
        url = make_url(settings.database_url.get_secret_value())
        if url.get_backend_name() == "sqlite" and url.database:
            return Path(url.database).parent / FILE
    return REPOSITORY / "data" / FILE


def _read_or_make(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f"{FILE}.{secrets.token_hex(4)}")
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(32), encoding="ascii")
        try:
            os.link(made, path)  # whole, and only where no other process was faster
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return path.read_text(encoding="ascii").strip()
