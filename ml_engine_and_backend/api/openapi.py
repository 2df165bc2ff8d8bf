"""The OpenAPI document; `python -m ml_engine_and_backend.api.openapi` prints it."""

import json
import sys
from typing import Any, Final

from fastapi import FastAPI

from ml_engine_and_backend.api.accounts.api_keys import KEY_HEADER
from ml_engine_and_backend.api.middleware.access import is_open
from ml_engine_and_backend.api.schemas.open_inference import InferenceRequest
from ml_engine_and_backend.api.schemas.predictions import Problem

REFERENCE: Final = "#/components/schemas/{model}"


def extend_openapi(app: FastAPI, *, needs_key: bool) -> None:
    """Add to the document of `app` what FastAPI cannot see, in the way that it documents.

    The schema of problems, that of the inference request, which is read by hand, and how keys are
    given, where they are needed.
    """
    generate = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is not None:
            return app.openapi_schema
        document = generate()
        components = document["components"]["schemas"]
        components["Problem"] = Problem.model_json_schema()
        request = InferenceRequest.model_json_schema(ref_template=REFERENCE)
        components.update(request.pop("$defs"), InferenceRequest=request)
        if needs_key:
            document["components"]["securitySchemes"] = {
                "APIKey": {"type": "apiKey", "in": "header", "name": KEY_HEADER},
                "Bearer": {"type": "http", "scheme": "bearer"},
            }
            document["security"] = [{"APIKey": []}, {"Bearer": []}]
            for path, operations in document["paths"].items():
                if is_open(path):
                    for operation in operations.values():
                        operation["security"] = []
        return document

    app.openapi = openapi  # type: ignore[method-assign]


def main() -> None:
    """Write the OpenAPI document of the default settings to standard output."""
    # imported here: the application imports this module
    from ml_engine_and_backend.api.app import create_app
    from ml_engine_and_backend.api.settings import Settings

    document = create_app(Settings.model_construct()).openapi()
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    sys.stdout.buffer.write(text.encode())


if __name__ == "__main__":
    main()
