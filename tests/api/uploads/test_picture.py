"""Forms as clients write them, and as they should not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ml_engine_and_backend.api.uploads.form import MAX_PARTS, FormError, file_of_form

from ml_engine_and_backend.api.uploads import form

TYPE = "multipart/form-data; boundary=x"


def part(
    content: bytes = b"data", name: str = "file", filename: str | None = "a.png", more: str = ""
) -> bytes:
    disposition = f'Content-Disposition: form-data; name="{name}"'
    if filename is not None:
        disposition += f'; filename="{filename}"'
    return f"--x\r\n{disposition}\r\n{more}\r\n".encode() + content + b"\r\n"


END = b"--x--\r\n"
NOTE = part(b"mine", "note", None)

READ: dict[str, tuple[bytes, str]] = {
    "alone": (part() + END, TYPE),
    "with its type": (part(more="Content-Type: image/png\r\n") + END, TYPE),
    "after a text": (NOTE + part() + END, TYPE),
    "before a text": (part() + NOTE + END, TYPE),
    "another file beside it": (part(b"other", "thumb") + part() + END, TYPE),
    "without a line's end after the last boundary": (part() + b"--x--", TYPE),
    "header names in any case": (part().replace(b"Content-D", b"content-d") + END, TYPE),
    "boundary in quotes": (part() + END, 'multipart/form-data; boundary="x"'),
    "nothing in the name of the file": (part(filename="") + END, TYPE),
}


@pytest.mark.parametrize(("body", "content_type"), READ.values(), ids=READ)
def test_the_file_is_found(body: bytes, content_type: str) -> None:
    assert file_of_form(body, content_type, "file") == b"data"


@pytest.mark.parametrize("content", [b"", b"\r\n", b"\r\n--", b"--x", b"\0" * 5000, b"\r\n--y\r\n"])
def test_the_content_is_kept_to_the_byte(content: bytes) -> None:
    assert file_of_form(part(content) + END, TYPE, "file") == content


NOT_READ: dict[str, tuple[bytes, str, str]] = {
    "no boundary named": (part() + END, "multipart/form-data", "Missing boundary"),
    "another boundary": (part() + END, "multipart/form-data; boundary=y", "cannot be read"),
    "cut in the content": (part()[:-3], TYPE, "closing boundary"),
    "cut in a header": (part()[:20], TYPE, "cannot be read"),
    "no form at all": (b"\x89PNG\r\n", TYPE, "cannot be read"),
    "a part without a name": (b"--x\r\nX: y\r\n\r\ndata\r\n" + END, TYPE, '"name"'),
    "too many parts": (NOTE * (MAX_PARTS + 1) + END, TYPE, f"more than {MAX_PARTS} parts"),
    "the field twice": (part() + part() + END, TYPE, "expected one field 'file', got 2"),
    "the field as text": (part(filename=None) + END, TYPE, "got 'file' as text"),
    "other fields only": (NOTE + END, TYPE, r"got the fields \['note'\]"),
    "nothing": (b"", TYPE, r"got the fields \[\]"),
}


@pytest.mark.parametrize(("body", "content_type", "sentence"), NOT_READ.values(), ids=NOT_READ)
def test_what_is_wrong_is_said(body: bytes, content_type: str, sentence: str) -> None:
    with pytest.raises(FormError, match=sentence):
        file_of_form(body, content_type, "file")


def read(body: bytes) -> bytes | str:
    try:
        return file_of_form(body, TYPE, "file")
    except FormError as error:
        return str(error)


# what a content may be taken for, and what makes it something else
PIECES = (
    *(b"--x", b"--x--", b"\r\n", b"\r", b"\n", b"--", b"-", b"x", b"data", b"\0"),
    part(),
    END,
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=6), st.lists(st.sampled_from(PIECES), max_size=3))
def test_the_quick_way_finds_what_the_parser_finds(
    content: list[bytes], behind: list[bytes]
) -> None:
    body = part(b"".join(content)) + END + b"".join(behind)
    quickly = read(body)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(form, "_lone_file", lambda *_: None)
        assert read(body) == quickly


@pytest.mark.parametrize("body", [part() + END, part(more="Content-Type: image/png\r\n") + END])
def test_a_form_of_one_file_needs_no_parser(body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form, "MultipartParser", None)
    assert file_of_form(body, TYPE, "file") == b"data"
