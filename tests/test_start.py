"""What a start of the service leaves for later, seen from a fresh process."""

import json
import subprocess
import sys

from ml_engine_and_backend.api.settings import REPOSITORY

SCHEMAS_BUILT = """
import json
from ml_engine_and_backend.api.schemas import reports as report_schemas, predictions as schemas
from ml_engine_and_backend.api.app import app
from ml_engine_and_backend.api.schemas import open_inference as protocol

def built():
    models = [
        thing
        for module in (schemas, report_schemas, protocol)
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, schemas.BaseModel)
    ]
    return [model.__name__ for model in models if model.__pydantic_complete__]

before = built()
app.openapi()
protocol.InferenceRequest.model_validate(
    {"inputs": [{"name": "image", "shape": [1, 28, 28, 1], "datatype": "UINT8"}]}
)
print(json.dumps([before, built()]))
"""

USED_BY_MANY_AT_ONCE = """
import sys, threading
from ml_engine_and_backend.api.schemas.reports import ComparedDigit, ComparedRung, Comparison

sys.setswitchinterval(1e-6)
barrier, read = threading.Barrier(8), []

def build():
    barrier.wait()
    rung = ComparedRung(name="cnn", version=1, accuracy=0.5)
    digit = ComparedDigit(index=0, label=1, a=1, b=2)
    comparison = Comparison(
        a=rung, b=rung, n=1, difference=0, difference_interval=(0, 0), p_value=1,
        fixed=[digit], broken=[],
    )
    read.append(comparison.model_dump_json())

threads = [threading.Thread(target=build) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(len(read), len(set(read)))
"""

DECLARED_MEANWHILE = """
import sys
from pydantic import BaseModel
from ml_engine_and_backend.api.light_imports import models_built_when_used

with models_built_when_used():
    from fastapi.openapi.models import OpenAPI

class Later(BaseModel):
    number: int

print(OpenAPI.__pydantic_complete__, Later.__pydantic_complete__)
OpenAPI.model_validate_json(open("frontend/openapi.json").read())
print(OpenAPI.__pydantic_complete__, Later(number="3").number)
"""


def run(code: str) -> str:
    """What a fresh Python prints."""
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, cwd=REPOSITORY, check=True, text=True
    )
    return result.stdout


def test_the_answers_schemas_are_built_when_they_are_used() -> None:
    before, after = json.loads(run(SCHEMAS_BUILT))
    # what a default is made of, and so must be there
    assert set(before) <= {
        "BaseModel",
        *("TensorMetadata", "RequestParameters", "InputParameters", "OutputParameters"),
    }
    assert {"InferenceRequest"} <= set(after)


def test_a_schema_may_be_used_first_by_many_threads_at_once() -> None:
    assert run(USED_BY_MANY_AT_ONCE).split() == ["8", "1"]


def test_fastapi_s_models_of_a_document_are_built_when_there_is_one() -> None:
    assert run(DECLARED_MEANWHILE).split() == ["False", "True", "True", "3"]
