"""`python -m ml_engine_and_backend.api.openapi`: the API's description, for the page's types."""

import json
import sys

from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.settings import Settings


def main() -> None:
    """Write the OpenAPI document of the default settings to standard output."""
    document = create_app(Settings.model_construct()).openapi()
    json.dump(document, sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
