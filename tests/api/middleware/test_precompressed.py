"""Files that the build compressed, as they go over the wire."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest
from fastapi.testclient import TestClient

from ml_engine_and_backend.api.routes import page
from tests.api.conftest import visitor

SCRIPT = b"export const ladder = 'rungs';\n" * 100
SERVED = {"/": "index.html", "/docs": "docs.html", "/assets/index-4f1a.js": "assets/index-4f1a.js"}
WASM = b"\0asm" * 1000


@pytest.fixture(scope="module", params=["", "/digits"])
def built(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    """A client of an application with a compressed page, at the root or below a path."""
    dist: Path = tmp_path_factory.mktemp("dist")
    (dist / "assets").mkdir()
    for name in (*SERVED.values(), "assets/litert.wasm"):
        content = WASM if name.endswith("wasm") else SCRIPT
        (dist / name).write_bytes(content)
        (dist / f"{name}.gz").write_bytes(gzip.compress(content))
        (dist / f"{name}.br").write_bytes(brotli.compress(content))
    (dist / "favicon.svg").write_text("<svg/>")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(page, "DIST", dist)
        yield visitor(root_path=request.param)


@pytest.mark.parametrize("path", SERVED)
@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, GZIP;q=0.5", "gzip"),
        ("br; q=0.000, gzip;q=0", None),
        ("identity", None),
        ("", None),
    ],
)
def test_file_is_sent_as_it_is_accepted(
    built: TestClient, path: str, accepted: str, coding: str | None
) -> None:
    answer = built.get(path, headers={"Accept-Encoding": accepted})
    assert answer.status_code == 200
    assert answer.content == SCRIPT  # httpx has decoded it
    assert answer.headers.get("content-encoding") == coding
    assert (int(answer.headers["content-length"]) < 200) is (coding is not None)
    assert answer.headers["vary"] == "Accept-Encoding"
    kind = "text/javascript" if path.endswith(".js") else "text/html"
    assert answer.headers["content-type"].startswith(kind)
    kept = "immutable" if path.startswith("/assets") else "no-cache"
    assert kept in answer.headers["cache-control"]
    head = built.head(path, headers={"Accept-Encoding": accepted})
    assert head.content == b""
    for name in ("content-length", "content-encoding", "content-type", "etag", "vary"):
        assert head.headers.get(name) == answer.headers.get(name), name


def test_each_form_of_a_file_has_its_own_etag(built: TestClient) -> None:
    path = "/assets/index-4f1a.js"
    etags = {}
    for accepted in ("br", "gzip", "identity"):
        headers = {"Accept-Encoding": accepted}
        etags[accepted] = built.get(path, headers=headers).headers["etag"]
        again = built.get(path, headers={**headers, "If-None-Match": etags[accepted]})
        assert (again.status_code, again.headers["vary"]) == (304, "Accept-Encoding")
    assert len(set(etags.values())) == 3
    other = {"Accept-Encoding": "gzip", "If-None-Match": etags["br"]}
    assert built.get(path, headers=other).status_code == 200


def test_pages_keep_their_policy_and_webassembly_its_type(built: TestClient) -> None:
    for path in ("/", "/docs"):
        policy = built.get(path, headers={"Accept-Encoding": "br"}).headers
        assert "script-src" in policy["content-security-policy"]
    wasm = built.get("/assets/litert.wasm", headers={"Accept-Encoding": "br"})
    assert wasm.headers["content-type"] == "application/wasm"
    assert (wasm.headers["content-encoding"], wasm.content) == ("br", WASM)


def test_what_is_not_compressed_is_sent_as_it_is(built: TestClient) -> None:
    for path, status in (("/favicon.svg", 200), ("/assets/gone.js", 404), ("/models", 200)):
        answer = built.get(path, headers={"Accept-Encoding": "br, gzip"})
        assert answer.status_code == status
        assert "content-encoding" not in answer.headers
        assert "vary" not in answer.headers
