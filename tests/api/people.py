"""People of every role, as requests know them: by an API key, which needs no cookie."""

from fastapi.testclient import TestClient

from ml_engine_and_backend.api.accounts.api_keys import KEY_HEADER
from ml_engine_and_backend.api.memory import Memory
from ml_engine_and_backend.database import accounts
from tests.database.labelled import keep_account

Headers = dict[str, str]


def memory_of(client: TestClient) -> Memory:
    """What the application of a client remembers."""
    memory: Memory = client.app.state.memory  # type: ignore[attr-defined]
    return memory


def headers_of(client: TestClient, name: str, role: str) -> Headers:
    """The headers of a new account's requests."""
    database = memory_of(client).database
    key = accounts.create_key(database, keep_account(database, name, role), "test").key
    return {KEY_HEADER: key}
