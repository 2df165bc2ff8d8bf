import pytest
from fastapi.testclient import TestClient

GET_ROUTES = ["/health", "/ready", "/models", "/models/low", "/v2", "/openapi.json", "/metrics"]


@pytest.mark.parametrize("path", [*GET_ROUTES, "/models/nobody", "/nothing"])
def test_head_answers_like_get_without_content(client: TestClient, path: str) -> None:
    get, head = client.get(path), client.head(path)
    assert head.status_code == get.status_code
    assert head.content == b""
    assert get.content != b""
    # one has counted the other meanwhile
    varying = {"x-request-id", *(["content-length"] if path == "/metrics" else [])}
    assert set(head.headers) == set(get.headers)
    for name in set(get.headers) - varying:
        assert head.headers[name] == get.headers[name], name


def test_head_without_get_is_405(client: TestClient) -> None:
    response = client.head("/predict/")
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
