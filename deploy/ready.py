"""Health check of a container: exit status 0 if the service is ready, else 1 with the reason."""

import http.client
import os
import sys

TIMEOUT_S = 2


def port() -> int:
    """Where the service listens: LADDER_PORT, or PORT of a hosting platform, or 8000.

    Kubernetes may set LADDER_PORT to `tcp://…`, which the service ignores too.
    """
    given = (os.environ.get(name, "") for name in ("LADDER_PORT", "PORT"))
    return next((int(value) for value in given if value.isdecimal()), 8000)


def main() -> str | None:
    """Ask `/ready`; why the service is not ready, None if it is."""
    connection = http.client.HTTPConnection("127.0.0.1", port(), timeout=TIMEOUT_S)
    try:
        connection.request("GET", "/ready")
        answer = connection.getresponse()
        if answer.status == 200:
            return None
        return f"expected status 200, got {answer.status}: {answer.read(1000).decode()}"
    except (OSError, http.client.HTTPException) as error:
        return f"expected an answer on port {port()}, got {error!r}"
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
