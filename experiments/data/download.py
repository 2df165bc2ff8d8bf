"""Downloads of known files: whole and verified under their name, or not there at all."""

import http.client
import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from experiments.console import Reporter
from experiments.data import idx
from experiments.errors import DataError, DownloadError

_CHUNK_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server may take: for one answer or chunk, and for one whole file."""

    stall_seconds: float = 20.0
    file_seconds: float = 600.0


def fetch(
    expected: idx.IdxFile,
    folder: Path,
    mirrors: Sequence[str],
    reporter: Reporter,
    patience: Patience | None = None,
) -> Path:
    """Download `<mirror><name>.gz` into `folder` from the first mirror that serves it rightly.

    The bytes are checked, written under a temporary name in the same folder and renamed, so an
    interruption leaves nothing that looks finished. Returns the path of the file.

    Raises DownloadError with every mirror's failure when none serves the expected file, and
    OSError when `folder` cannot be written.
    """
    failures: list[str] = []
    for mirror in mirrors:
        url = f"{mirror}{expected.name}.gz"
        try:
            body = _read(url, expected, reporter, patience or Patience())
            idx.parse(body, expected, url)
        except (OSError, http.client.HTTPException, DataError) as error:
            failures.append(_sentence(url, error))
            reporter.say(failures[-1])
        else:
            return _store(body, folder / f"{expected.name}.gz")
    raise DownloadError(
        f"{expected.name}: no mirror served the expected file. " + "; ".join(failures)
    )


def _store(body: bytes, target: Path) -> Path:
    # the random part keeps two downloads at once apart
    partial = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        partial.write_bytes(body)
        return partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _read(url: str, expected: idx.IdxFile, reporter: Reporter, patience: Patience) -> bytes:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise DownloadError(f"{url}: expected an http or https address")
    # gzip adds little even to noise; a longer body is not the file
    limit_bytes = expected.size_bytes + _CHUNK_BYTES
    deadline = time.monotonic() + patience.file_seconds
    request = urllib.request.Request(url)  # noqa: S310 - scheme checked above
    with urllib.request.urlopen(request, timeout=patience.stall_seconds) as response:  # noqa: S310
        announced = response.length or 0  # None where the server does not say
        body = bytearray()
        with reporter.task(f"Downloading {url}", total=announced or limit_bytes) as task:
            while chunk := response.read1(_CHUNK_BYTES):
                body += chunk
                task.advance(len(chunk))
                if len(body) > limit_bytes:
                    raise DownloadError(f"{url}: expected at most {limit_bytes:,} bytes, got more")
                if time.monotonic() > deadline:
                    raise DownloadError(
                        f"{url}: expected the file within {patience.file_seconds:g} s, "
                        f"got {len(body):,} bytes by then"
                    )
    if announced and len(body) != announced:
        raise DownloadError(f"{url}: expected {announced:,} bytes, got {len(body):,}")
    return bytes(body)


def _sentence(url: str, error: Exception) -> str:
    if isinstance(error, DataError):  # its message already begins with the address
        return str(error)
    if isinstance(error, urllib.error.HTTPError):
        error.close()
        return f"{url}: expected status 200, got {error.code} {error.reason}"
    if isinstance(error, TimeoutError) or isinstance(getattr(error, "reason", None), TimeoutError):
        return f"{url}: expected an answer, got silence until the time ran out"
    return f"{url}: expected an answer, got {error or type(error).__name__}"
