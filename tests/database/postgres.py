"""A real PostgreSQL server, from Debian's binaries, as an unprivileged process of the test."""

import itertools
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg

from tests.api.process import free_port

START_S = 60
# root may not run it; every Unix has this user
UNPRIVILEGED = "nobody"
SUPERUSER = "ladder"


def find_binaries() -> Path | None:
    """The folder of `initdb` and `postgres`, the newest version's; None where there is none."""
    found = shutil.which("initdb")
    if found is not None:
        return Path(found).resolve().parent
    # Debian keeps them off the PATH
    folders = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(folders, key=lambda path: int(path.parts[-3]), default=None)
    return newest.parent if newest else None


class Postgres:
    """A server on a free port of 127.0.0.1, which a test may kill and start again.

    `durable` says whether a commit waits until the disk has it.
    """

    def __init__(self, binaries: Path, folder: Path, *, durable: bool) -> None:
        self.port = free_port()
        self.binaries = binaries
        self._folder = folder
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._shared: str | None = None
        self._names = (f"test_{number}" for number in itertools.count())
        self._as_user = UNPRIVILEGED if os.getuid() == 0 else None
        if self._as_user:
            shutil.chown(folder, self._as_user)
        initdb = self._run(
            *("initdb", "--pgdata", str(folder / "data"), "--username", SUPERUSER),
            *("--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
        )
        assert initdb.wait(START_S) == 0, self.log

    @property
    def log(self) -> str:
        """What `initdb` and the server wrote."""
        return (self._folder / "log").read_text()

    def url(self, database: str = "postgres") -> str:
        """A database's URL, as LADDER_DATABASE_URL takes it."""
        return f"postgresql+psycopg://{SUPERUSER}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        switch = "on" if self._durable else "off"
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self._folder,
            "fsync": switch,
            "synchronous_commit": switch,
            "full_page_writes": switch,
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        self._process = self._run("postgres", "-D", str(self._folder / "data"), *settings)
        deadline = time.monotonic() + START_S
        while not self._answers():
            assert self._process.poll() is None, self.log
            assert time.monotonic() < deadline, f"expected an answer within {START_S} s: {self.log}"
            time.sleep(0.05)

    def kill(self) -> None:
        """End the server and the processes of its connections as `kill -9` does."""
        process = self._take_process()
        server = psutil.Process(process.pid)
        # the server first, or it would start anew what it sees die
        for each in (server, *server.children(recursive=True)):
            each.kill()
        process.wait()

    def stop(self) -> None:
        """End it in an orderly way: connections are closed, data is on the disk."""
        process = self._take_process()
        process.send_signal(signal.SIGINT)
        try:
            process.wait(START_S)
        finally:
            process.kill()

    @contextmanager
    def database(self, name: str | None = None) -> Iterator[str]:
        """The URL of a new, empty database, which is dropped afterwards."""
        name = name or next(self._names)
        self.execute(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def empty_database(self) -> str:
        """The URL of one and the same database, emptied: much quicker than a new one."""
        if self._shared is None:
            self._shared = next(self._names)
            self.execute(f"CREATE DATABASE {self._shared}")
        self.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public", self._shared)
        return self.url(self._shared)

    def execute(self, statement: str, database: str = "postgres") -> None:
        """Run one statement outside of a transaction."""
        with self._connect(database) as connection:
            connection.execute(statement.encode())

    def is_running(self) -> bool:
        """Whether it was started, and neither killed nor stopped since."""
        return self._process is not None

    def _connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            f"host=127.0.0.1 port={self.port} user={SUPERUSER} dbname={database}", autocommit=True
        )

    def _answers(self) -> bool:
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _take_process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "expected a started server"
        process, self._process = self._process, None
        return process

    def _run(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (self._folder / "log").open("a") as log:
            return subprocess.Popen(
                [self.binaries / program, *arguments],
                cwd=self._folder,
                stdout=log,
                stderr=log,
                user=self._as_user,
                extra_groups=[] if self._as_user else None,
            )


@contextmanager
def running(binaries: Path, *, durable: bool = False) -> Iterator[Postgres]:
    """A server that answers, in a folder of its own; pytest's folders are closed to others."""
    with tempfile.TemporaryDirectory(prefix="ladder-postgres-") as folder:
        server = Postgres(binaries, Path(folder), durable=durable)
        server.start()
        try:
            yield server
        finally:
            if server.is_running():
                server.stop()
