import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.page import add_page
from ml_engine_and_backend.api.settings import Settings

PAGES = {"/": "index.html", "/docs": "docs.html"}
INLINE_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)|\son[a-z]+=|javascript:")


def serving(dist: Path) -> TestClient:
    app = FastAPI(docs_url=None)
    add_page(app, dist)
    return TestClient(app)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    (tmp_path / "assets").mkdir()
    for name in PAGES.values():
        (tmp_path / name).write_text(f"<title>{name}</title>")
    (tmp_path / "assets" / "index-4f1a.js").write_text("1")
    with serving(tmp_path) as client:
        yield client


def directives(policy: str) -> dict[str, set[str]]:
    parts = [part.split() for part in policy.split("; ")]
    return {name: set(sources) for name, *sources in parts}


@pytest.mark.parametrize(("path", "name"), PAGES.items())
def test_a_page_is_asked_for_again_each_time(client: TestClient, path: str, name: str) -> None:
    page = client.get(f"{path}?model=cnn")
    assert name in page.text
    assert page.headers["cache-control"] == "no-cache"
    assert client.head(path).status_code == 200


def test_names_that_change_with_the_content_may_be_kept(client: TestClient) -> None:
    asset = client.get("/assets/index-4f1a.js")
    assert asset.status_code == 200
    assert "immutable" in asset.headers["cache-control"]
    assert client.get("/assets/gone.js").status_code == 404


@pytest.mark.parametrize("path", [*PAGES, "/assets/index-4f1a.js"])
def test_a_page_loads_from_here_alone_and_runs_nothing_that_is_written_into_it(
    client: TestClient, path: str
) -> None:
    headers = client.get(path).headers
    allowed = directives(headers["content-security-policy"])
    assert allowed["default-src"] == allowed["frame-ancestors"] == {"'none'"}
    assert allowed["script-src"] == allowed["connect-src"] == {"'self'"}
    assert set().union(*allowed.values()) <= {"'self'", "'none'", "data:", "blob:"}
    assert ("blob:" in allowed["img-src"]) is (path == "/docs")
    assert headers["referrer-policy"] == "same-origin"


@pytest.mark.parametrize(
    "value", ["bytes=0-3", "bytes=9-1", "bytes=99999-", "pages=1", "\xff=", ""]
)
@pytest.mark.parametrize("path", [*PAGES, "/assets/index-4f1a.js"])
def test_files_are_sent_whole_whatever_part_is_asked_for(
    client: TestClient, path: str, value: str
) -> None:
    whole = client.get(path)
    part = client.get(path, headers={"Range": value.encode("latin-1")})
    assert (part.status_code, part.content) == (200, whole.content)
    assert part.headers["accept-ranges"] == "none"


@pytest.mark.parametrize("path", PAGES)
def test_a_page_that_is_not_built_says_how_to_build_it(tmp_path: Path, path: str) -> None:
    with serving(tmp_path / "absent") as client:
        response = client.get(path)
        assert response.status_code == 404
        assert "make run" in response.text
        assert client.get("/favicon.svg").status_code == 404


def test_no_page_of_fastapi_is_served() -> None:
    client = TestClient(create_app(Settings()))
    assert client.get("/redoc").status_code == 404
    assert "cdn" not in client.get("/docs").text


@pytest.mark.parametrize("name", PAGES.values())
def test_the_source_of_a_page_has_no_script_in_it_and_none_from_elsewhere(name: str) -> None:
    source = (Path(__file__).parents[2] / "frontend" / name).read_text()
    assert not INLINE_SCRIPT.search(source)
    assert not re.search(r"""(src|href)=["'](https?:)?//""", source)
