"""A real nginx with the shipped configuration, as an unprivileged process of the test."""

import json
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.api.process import free_port
from tests.conftest import REPOSITORY, leave_out

NGINX = REPOSITORY / "deploy" / "nginx"
# as in docker-compose.yml, but with limits that no test reaches by accident
VARIABLES = {
    "PROXY_PATH": "/",
    "PROXY_MAX_BODY_BYTES": "13631488",
    "PROXY_APP_MAX_BODY_BYTES": "12582912",
    "PROXY_RATE": "100000r/s",
    "PROXY_BURST": "100000",
    "PROXY_CONNECTIONS": "1000",
}


@dataclass(frozen=True)
class Proxy:
    """A running nginx."""

    port: int
    folder: Path
    apps: tuple[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def leave_alone(self, app: int) -> Path:
        """Pass no further request on to the process of that number, until the file is removed."""
        file = self.folder / f"without-app{app}"
        file.touch()
        return file

    @property
    def access_log(self) -> list[dict[str, Any]]:
        """Every request so far, oldest first."""
        lines = (self.folder / "access").read_text().splitlines(keepends=True)
        # the last one may be half written
        return [json.loads(line) for line in lines if line.endswith("\n")]

    def logged(self, request_id: str) -> dict[str, Any]:
        """The log entry of one request; nginx writes it a moment after the answer."""
        for _ in range(500):
            for entry in self.access_log:
                if entry["request_id"] == request_id:
                    return entry
            time.sleep(0.02)
        raise AssertionError(f"expected a log entry for request {request_id} within 10 s, got none")

    @property
    def errors(self) -> str:
        return (self.folder / "errors").read_text()


def client_at(source: str) -> httpx.Client:
    """A client whose address is `source`, such as 127.0.0.3.

    Linux takes the whole of 127.0.0.0/8 for itself, so one machine can be several clients.
    """
    with socket.socket() as probe:
        try:
            probe.bind((source, 0))
        except OSError:
            leave_out(f"needs the address {source}, which Linux has")
    return httpx.Client(transport=httpx.HTTPTransport(local_address=source))


def render(template: str, variables: Mapping[str, str]) -> str:
    """Fill in the variables that are given, as envsubst does; others are nginx's own."""
    return re.sub(
        r"\$\{(\w+)\}", lambda match: variables.get(match[1], match[0]), template, flags=re.ASCII
    )


def program() -> str:
    """nginx's path; without one the test is left out."""
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
    if found is None:
        leave_out("needs nginx: apt-get install nginx-light")
    return found


@contextmanager
def running(folder: Path, apps: tuple[str, str], **variables: str) -> Iterator[Proxy]:
    """nginx in front of the two `host:port` of `apps`; its files go into the empty `folder`."""
    nginx, port = program(), free_port()
    settings = folder / "etc"
    (settings / "conf.d").mkdir(parents=True)
    shutil.copy(NGINX / "nginx.conf", settings)
    given = {
        "PROXY_LISTEN": f"127.0.0.1:{port}",
        "PROXY_APP_1": apps[0],
        "PROXY_APP_2": apps[1],
        "PROXY_FOLDER": str(folder),
    }
    for template in (NGINX / "templates").glob("*.template"):
        rendered = render(template.read_text(), VARIABLES | given | variables)
        (settings / "conf.d" / template.stem).write_text(rendered)
    with (folder / "access").open("a") as access, (folder / "errors").open("a") as errors:
        process = subprocess.Popen(
            [
                *(nginx, "-p", f"{folder}/", "-c", f"{settings}/nginx.conf", "-e", "stderr"),
                # started by root, its workers would be a user who may not read pytest's folders
                *("-g", "daemon off; user root;"),
            ],
            stdout=access,
            stderr=errors,
        )
    proxy = Proxy(port, folder, apps)
    try:
        for _ in range(200):
            try:
                httpx.get(f"{proxy.url}/metrics", verify=False)  # noqa: S501
                break
            except httpx.TransportError:
                assert process.poll() is None, proxy.errors
                time.sleep(0.05)
        else:
            raise AssertionError(f"expected nginx to listen within 10 s: {proxy.errors}")
        yield proxy
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=10)
