"""The page and its files as a browser gets them, and what it lets them load."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ml_engine_and_backend.api.routes import page
from tests.api.conftest import visitor

PAGES = {"/": "index.html", "/docs": "docs.html"}
ASSET = "/assets/index-4f1a.js"


@pytest.fixture(params=["", "/digits"])
def built(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TestClient]:
    """A client of an application with a page that is built, at the root or below a path."""
    (tmp_path / "assets").mkdir()
    for name in PAGES.values():
        (tmp_path / name).write_text(f"<title>{name}</title>")
    (tmp_path / ASSET[1:]).write_text("1")
    (tmp_path / "favicon.svg").write_text("<svg/>")
    (tmp_path / "404.html").write_text('<title>No such page</title><a href="./">Back</a>')
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(page, "DIST", tmp_path)
        yield visitor(root_path=request.param)


def directives(policy: str) -> dict[str, set[str]]:
    parts = [part.split() for part in policy.split("; ")]
    return {name: set(sources) for name, *sources in parts}


@pytest.mark.parametrize(("path", "name"), PAGES.items())
def test_pages_are_revalidated_each_time(built: TestClient, path: str, name: str) -> None:
    answer = built.get(f"{path}?model=cnn")
    assert name in answer.text
    assert answer.headers["cache-control"] == "no-cache"
    assert built.head(path).status_code == 200


@pytest.mark.parametrize("path", ["/", ASSET])
def test_a_file_that_did_not_change_is_not_sent_again(built: TestClient, path: str) -> None:
    first = built.get(path)
    again = built.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    # a browser takes these for the headers of what it has kept
    for name in ("content-security-policy", "referrer-policy"):
        assert again.headers[name] == first.headers[name]


def test_assets_are_kept_for_ever(built: TestClient) -> None:
    asset = built.get(ASSET)
    assert asset.status_code == 200
    assert "immutable" in asset.headers["cache-control"]
    assert built.get("/favicon.svg").headers["cache-control"] == "no-cache"
    gone = built.get("/assets/gone.js")
    assert gone.status_code == 404
    assert "immutable" not in gone.headers.get("cache-control", "")


@pytest.mark.parametrize("path", PAGES)
def test_pages_load_from_their_own_origin_alone_and_run_no_inline_script(
    built: TestClient, path: str
) -> None:
    headers = built.get(path).headers
    (policy,) = headers.get_list("content-security-policy")
    allowed = directives(policy)
    assert allowed["default-src"] == allowed["frame-ancestors"] == {"'none'"}
    assert allowed["connect-src"] == {"'self'"}
    compiles = {"'wasm-unsafe-eval'"} if path == "/" else set()
    assert allowed.pop("script-src") == {"'self'"} | compiles
    assert set().union(*allowed.values()) <= {"'self'", "'none'", "data:", "blob:"}
    assert ("blob:" in allowed["img-src"]) is (path == "/docs")
    assert headers.get_list("referrer-policy") == ["same-origin"]
    assert headers["x-frame-options"] == "DENY"


def test_only_the_page_may_be_embedded_and_only_by_sites_that_are_named(built: TestClient) -> None:
    site, others = "https://school.example", "https://*.lab.example:8443"
    embedded = visitor(frame_ancestors=f"{site}, {others}")
    headers = embedded.get("/").headers
    allowed = directives(headers["content-security-policy"])
    assert allowed["frame-ancestors"] == {site, others}
    assert "x-frame-options" not in headers
    ordinary = directives(built.get("/").headers["content-security-policy"])
    assert allowed | {"frame-ancestors": {"'none'"}} == ordinary
    for path in ("/docs", "/models", "/nowhere", "/assets/gone.js"):
        headers = embedded.get(path, headers=BROWSER).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert headers["x-frame-options"] == "DENY", path


# what Firefox and Chromium send when an address is typed
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize("path", ["/nowhere", "/deep/down/there", "/assets/gone.js"])
def test_browsers_get_a_page_for_an_unknown_path(built: TestClient, path: str) -> None:
    answer = built.get(path, headers=BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    root = str(built.app.state.settings.root_path)  # type: ignore[attr-defined]
    assert f'href="{root}/"' in answer.text
    assert "script-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"
    head = built.head(path, headers=BROWSER)
    assert (head.status_code, head.headers["content-type"]) == (404, answer.headers["content-type"])


@pytest.mark.parametrize(
    ("method", "path", "accept"),
    [
        ("GET", "/nowhere", "*/*"),
        ("GET", "/nowhere", "application/json, text/html"),
        ("POST", "/nowhere", BROWSER["Accept"]),
        ("GET", "/models/resnet", BROWSER["Accept"]),
    ],
)
def test_programs_get_a_problem(built: TestClient, method: str, path: str, accept: str) -> None:
    answer = built.request(method, path, headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/..%2f..%2fREADME.md", "/%2e%2e/app.py", "/assets/..%5capp.py"])
def test_no_file_outside_the_page_is_served(built: TestClient, path: str) -> None:
    assert built.get(path).status_code == 404


def test_a_page_that_is_not_built_says_how_to_build_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "DIST", tmp_path / "absent")
    client = visitor()
    for path in (*PAGES, "/favicon.svg"):
        assert client.get(path).status_code == 404
    for path in PAGES:
        assert "make page" in client.get(path).json()["detail"]
