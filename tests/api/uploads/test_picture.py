"""The ways to send a picture, each as clients write it and as they should not."""

import base64
import time
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx import Response

from ml_engine_and_backend.api.uploads.picture import MAX_FIELDS
from tests.api.conftest import PNG, visitor
from tests.drawings import SEVEN, draw, encode

BASE64 = base64.b64encode(PNG).decode()
FORM = "multipart/form-data; boundary=x"
END = b"--x--\r\n"


@pytest.fixture(scope="module")
def client() -> TestClient:
    """One client for all: nothing is kept between requests."""
    return visitor()


@pytest.fixture(scope="module")
def expected(client: TestClient) -> Any:
    """What is answered to the picture sent as it is."""
    return post(client, PNG, "image/png").json()


def post(client: TestClient, content: bytes, media_type: str) -> Response:
    response: Response = client.post(
        "/predict/", content=content, headers={"Content-Type": media_type}
    )
    return response


def part(
    content: bytes = PNG, name: str = "file", filename: str | None = "a.png", more: str = ""
) -> bytes:
    disposition = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        disposition += f'; filename="{filename}"'
    return f"--x\r\n{disposition}\r\n{more}\r\n".encode() + content + b"\r\n"


NOTE = part(b"mine", "note", None)


@pytest.mark.parametrize(
    ("file_format", "media_types"),
    [
        ("PNG", ["image/png", "image/x-png", "Image/PNG; q=1", " image/png ;"]),
        ("JPEG", ["image/jpeg", "image/jpg", "image/pjpeg"]),
        ("WEBP", ["image/webp"]),
        ("GIF", ["image/gif"]),
        ("BMP", ["image/bmp", "image/x-bmp", "image/x-ms-bmp", "image/x-windows-bmp"]),
    ],
)
def test_every_picture_type_is_taken_by_all_its_names(
    client: TestClient, file_format: str, media_types: list[str]
) -> None:
    content = encode(draw(SEVEN), file_format)
    for media_type in media_types:
        response = post(client, content, media_type)
        assert response.status_code == 200, media_type
        assert response.json()["digit"] == 7


FORMS: dict[str, tuple[bytes, str]] = {
    "alone": (part() + END, FORM),
    "with its type": (part(more="Content-Type: image/png\r\n") + END, FORM),
    "after a text": (NOTE + part() + END, FORM),
    "among as many texts as allowed": (NOTE * MAX_FIELDS + part() + END, FORM),
    "without a line end after the last boundary": (part() + b"--x--", FORM),
    "preamble": (b"This is a multipart message.\r\n" + part() + END, FORM),
    "preamble that looks like a boundary": (b"--y\r\nX: x\r\n\r\n" + part() + END, FORM),
    "epilogue": (part() + END + b"the end", FORM),
}


@pytest.mark.parametrize("case", FORMS)
def test_forms_are_read(client: TestClient, expected: Any, case: str) -> None:
    response = post(client, *FORMS[case])
    assert response.status_code == 200, response.text
    assert response.json() == expected


BAD_FORMS: dict[str, tuple[bytes, str, str]] = {
    "no boundary named": (part() + END, "multipart/form-data", "closing boundary"),
    "boundary within a line": (b"X" + part() + END, FORM, "got the fields []"),
    "no form at all": (b"\x89PNG\r\n", FORM, "closing boundary"),
    "a broken header": (b"--x\r\nno colon\r\n\r\ndata\r\n" + END, FORM, "cannot be read"),
    "a part without a name": (b"--x\r\nX: y\r\n\r\ndata\r\n" + END, FORM, '"name"'),
    "too many fields": (NOTE * (MAX_FIELDS + 1) + part() + END, FORM, f"is {MAX_FIELDS}"),
    "the field twice": (part() + part() + END, FORM, "Maximum number of files is 1"),
    "the field as a file and as text": (part() + part(b"7", filename=None) + END, FORM, "got 2"),
    "other fields only": (NOTE + END, FORM, "got the fields ['note']"),
}


@pytest.mark.parametrize("case", BAD_FORMS)
def test_malformed_and_ambiguous_forms_are_400(client: TestClient, case: str) -> None:
    body, media_type, sentence = BAD_FORMS[case]
    response = post(client, body, media_type)
    assert response.status_code == 400, response.text
    problem = response.json()
    assert problem["type"].endswith(":malformed-body")
    assert sentence in problem["detail"]
    assert len(problem["detail"]) < 400


def test_a_form_truncated_anywhere_is_400(client: TestClient) -> None:
    whole = part() + END
    closed = len(whole) - len(b"\r\n")
    for length in {*range(0, closed, 37), *range(closed - 9, closed)}:
        assert post(client, whole[:length], FORM).status_code == 400, length


TEXTS = {
    "base64": BASE64,
    "URL-safe base64": BASE64.replace("+", "-").replace("/", "_"),
    "unpadded base64": BASE64.rstrip("="),
    "data URL": "data:image/png;base64," + BASE64,
    "data URL in capitals, after a space": " DATA:image/PNG;BASE64," + BASE64,
    "data URL with a parameter": "data:image/png;name=a.png;base64," + BASE64,
    "data URL with a quoted comma": 'data:image/png;name="a,b;c.png";base64,' + BASE64,
}


@pytest.mark.parametrize("case", TEXTS)
def test_base64_and_data_urls_are_read(client: TestClient, expected: Any, case: str) -> None:
    assert {"+", "/"} <= set(BASE64)
    response = client.post("/predict/", json={"image": TEXTS[case]})
    assert response.status_code == 200, response.text
    assert response.json() == expected


def json_(content: bytes) -> dict[str, Any]:
    return {"content": content, "headers": {"Content-Type": "application/json"}}


# request, a part of the problem's detail
BAD_JSON: dict[str, tuple[dict[str, Any], str]] = {
    "not JSON": (json_(b"{not"), "JSON"),
    "empty": (json_(b""), "got 0 bytes"),
    "nested deeply": (json_(b"[" * 100_000), "JSON"),
    "a list": ({"json": []}, "got list"),
    "a number": ({"json": 7}, "got int"),
    "no image": ({"json": {"picture": ""}}, "got the keys ['picture']"),
    "image a number": ({"json": {"image": 7}}, "image: 7"),
    "many keys": ({"json": dict.fromkeys(map(str, range(9_999)))}, "…"),
    "base64 that is not": ({"json": {"image": "not base64!"}}, "base64"),
    "base64, not ASCII": ({"json": {"image": "ä" * 8}}, "base64"),
    "data URL without base64": ({"json": {"image": "data:image/png,abc"}}, "data:image/…;base64"),
    "data URL with an open quote": (
        {"json": {"image": f'data:image/png;name="a;base64,{BASE64}'}},
        "data:image/…;base64",
    ),
    # each blank may belong before the value or to it: a parser that tries both never ends
    "data URL of many parameters": (
        {"json": {"image": "data:" + ";a= " * 200_000}},
        "data:image/…",
    ),
    "data URL of blanks": ({"json": {"image": "data:;a=" + " " * 900_000}}, "data:image/…"),
}


@pytest.mark.parametrize("case", BAD_JSON)
def test_malformed_json_is_400(client: TestClient, case: str) -> None:
    content, sentence = BAD_JSON[case]
    started = time.process_time()
    response = client.post("/predict/", **content)
    assert time.process_time() - started < 2
    assert response.status_code == 400, response.text
    problem = response.json()
    assert problem["type"].endswith(":malformed-body")
    assert sentence in problem["detail"]
    assert len(problem["detail"]) < 400


@pytest.mark.parametrize(
    ("media_type", "came"),
    [
        (None, "got none"),
        ("application/octet-stream", "got application/octet-stream"),
        ("image/svg+xml", "got image/svg+xml"),
        ("image/", "got image/"),
        ("image/png,image/jpeg", "got image/png,image/jpeg"),
        ("x" * 5_000, "…"),
    ],
)
def test_other_media_types_are_415_with_those_that_are_taken(
    client: TestClient, media_type: str | None, came: str
) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    response = client.post("/predict/", content=PNG, headers=headers)
    assert response.status_code == 415
    assert came in response.json()["detail"]
    assert "image/webp" in response.headers["accept-post"]
