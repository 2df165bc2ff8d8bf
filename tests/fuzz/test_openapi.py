"""The service does what its OpenAPI document says: schemathesis calls every operation."""

import tempfile
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from ml_engine_and_backend.api import retraining
from ml_engine_and_backend.api.accounts.api_keys import KEY_HEADER
from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.memory import Memory
from ml_engine_and_backend.api.model_registry import ModelRegistry
from ml_engine_and_backend.api.settings import Settings
from ml_engine_and_backend.database import accounts
from ml_engine_and_backend.engine.ladder import Ladder
from tests.fakes import fake_model, reads
from tests.fuzz.pictures import pictures


def has_documented_status(_: Any, response: Any, case: Any) -> None:
    """The operation lists the status itself: `default` is for the server's own problems."""
    documented = {*case.operation.definition.raw["responses"], "405"}  # 405: from the router
    assert str(response.status_code) in documented


CHECKS = [
    not_a_server_error,
    has_documented_status,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.unsupported_method,
]
SETTINGS = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=8,
    suppress_health_check=list(HealthCheck),
)
# most of what strangers ask is refused alike
FEW = settings(SETTINGS, max_examples=3)

# names that the repository has reports of
LADDER = Ladder([fake_model("single_layer", reads(1), order=10), fake_model("cnn", order=20)])
KNOWN = {"parameters": {"path.name": "cnn", "path.version": "1"}}

FOLDER = tempfile.TemporaryDirectory(prefix="ladder-openapi-")
URL = f"sqlite:///{FOLDER.name}/ladder.sqlite3"
app = create_app(Settings(database_url=SecretStr(URL)), ModelRegistry(LADDER))
for media_type in {kind for kind, _ in pictures()}:
    files = [file for kind, file in pictures() if kind == media_type]
    schemathesis.openapi.media_type(media_type, st.sampled_from(files) | st.binary(max_size=99))
anything = schemathesis.openapi.from_asgi("/openapi.json", app)
of_known_models = schemathesis.openapi.from_asgi(
    "/openapi.json", app, config=schemathesis.Config.from_dict(KNOWN)
).include(path_regex=r"\{name\}")


@pytest.fixture(scope="module")
def admins_key() -> Iterator[dict[str, str]]:
    """The header by which an admin may do everything."""
    memory: Memory = app.state.memory
    memory.database.migrate()
    accounts.make_admin(memory.database, "ada", "correct horse")
    admin = accounts.list_accounts(memory.database, "", 1)[0]
    with pytest.MonkeyPatch.context() as patch:
        # or an admin's request would begin a training
        patch.setattr(retraining, "is_installed", lambda: False)
        yield {KEY_HEADER: accounts.create_key(memory.database, admin.id, "fuzz").key}
    FOLDER.cleanup()


@anything.parametrize()
@SETTINGS
def test_operation_does_what_is_documented(case: Any, admins_key: dict[str, str]) -> None:
    case.call_and_validate(checks=CHECKS, headers=admins_key)


@anything.parametrize()
@FEW
@pytest.mark.usefixtures("admins_key")
def test_operation_does_what_is_documented_to_anybody(case: Any) -> None:
    case.call_and_validate(checks=CHECKS)


@of_known_models.parametrize()
@SETTINGS
@pytest.mark.usefixtures("admins_key")
def test_operation_on_known_model_does_what_is_documented(case: Any) -> None:
    case.call_and_validate(checks=CHECKS)
