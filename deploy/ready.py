"""Exit status 0 if the service on this machine is ready, else 1 with the reason: a health check."""

import http.client
import os
import sys

TIMEOUT_S = 2


def main() -> str | None:
    """Ask `/ready` on LADDER_PORT; the reason why not, None if it is."""
    port = int(os.environ.get("LADDER_PORT", "8000"))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", "/ready")
        answer = connection.getresponse()
        if answer.status == 200:
            return None
        return f"expected status 200, got {answer.status}: {answer.read(1000).decode()}"
    except (OSError, http.client.HTTPException) as error:
        return f"expected an answer on port {port}, got {error!r}"
    finally:
        connection.close()


if __name__ == "__main__":
    sys.exit(main())
