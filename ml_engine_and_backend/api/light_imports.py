"""FastAPI imported without what it builds and loads for uses that a service may never have."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import BaseModel, ConfigDict


@contextmanager
def models_built_when_used() -> Iterator[None]:
    """Let the pydantic models that are declared meanwhile be built when they are first used.

    FastAPI declares what an OpenAPI document is made of in some thirty models that contain each
    other; to build them is a tenth of a start, and nothing but the document needs them.
    """
    before = BaseModel.model_config
    # a model inherits its bases' configuration, and all have this base
    BaseModel.model_config = ConfigDict(defer_build=True)
    try:
        yield
    finally:
        BaseModel.model_config = before


def leave_out_pydantic_v1() -> None:
    """Let `pydantic.v1` be a module that cannot be imported, unless it is there already.

    FastAPI imports all of it to refuse models of that version, and takes a pydantic without it for
    one that has no such models.
    """
    # what the import system documents for this
    sys.modules.setdefault("pydantic.v1", None)  # type: ignore[arg-type]
