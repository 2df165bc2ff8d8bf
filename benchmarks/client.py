"""Our own load generator: `python -m benchmarks.client closed|open URL FILE CONTENT_TYPE`.

wrk sends the next request when the last is answered (a closed loop), for a time. This one also
counts statuses and their latencies apart, stops after a number of requests, and sends at a rate
that does not care for answers (an open loop). Prints one JSON object.
"""

import argparse
import asyncio
import json
import time
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

import uvloop

from benchmarks.http_answer import parse_answer
from benchmarks.percentile import percentile

RECONNECT_S: Final = 0.01
TICK_S: Final = 0.001
DRAIN_S: Final = 2.0


@dataclass
class Tally:
    """What came back: seconds from sending to the whole answer, by status.

    Answers that come after the burst's end are no part of its rate, but of the latencies: without
    them, the slowest would be left out.
    """

    latencies_s: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    in_time: Counter[int] = field(default_factory=Counter)
    is_over: bool = False
    sent: int = 0
    lost: int = 0  # connections that ended while an answer was due
    refused: int = 0  # connections that could not be opened
    unsent: int = 0  # open loop: every connection was busy when the request was due

    @property
    def answered(self) -> int:
        """Answers so far, of any status."""
        return sum(map(len, self.latencies_s.values()))

    def count(self, status: int, latency_s: float) -> None:
        """An answer has come."""
        self.latencies_s[status].append(latency_s)
        self.in_time[status] += not self.is_over

    def report(self, seconds: float) -> dict[str, Any]:
        """The tally as JSON, for a burst of that length."""
        return {
            "seconds": seconds,
            "cpu_s": time.process_time(),
            "sent": self.sent,
            "lost": self.lost,
            "refused": self.refused,
            "unsent": self.unsent,
            "answers": {
                str(status): {
                    "count": len(latencies),
                    "per_s": self.in_time[status] / seconds,
                    "median_ms": 1e3 * percentile(latencies, 50),
                    "p99_ms": 1e3 * percentile(latencies, 99),
                    "max_ms": 1e3 * max(latencies),
                }
                for status, latencies in sorted(self.latencies_s.items())
            },
        }


class Connection(asyncio.Protocol):
    """One connection with at most one request under way."""

    def __init__(self, request: bytes, tally: Tally, free: Callable[["Connection"], None]) -> None:
        self._request = request
        self._tally = tally
        self._free = free
        self._transport: asyncio.WriteTransport | None = None
        self._received = b""
        self._sent_at: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether it can send."""
        return self._transport is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ready for a first request."""
        # uvloop's transports are no subclasses of asyncio's
        self._transport = cast(asyncio.WriteTransport, transport)
        self._free(self)

    def send(self) -> None:
        """Send the request."""
        assert self._transport is not None  # noqa: S101  callers ask is_open
        self._tally.sent += 1
        self._sent_at = time.perf_counter()
        self._transport.write(self._request)

    def close(self) -> None:
        """End the connection, once what is to be sent is sent."""
        if self._transport is not None:
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Count the answer once it is whole."""
        self._received += data
        answer = parse_answer(self._received)
        if answer is None or self._sent_at is None:
            return
        self._tally.count(answer.status, time.perf_counter() - self._sent_at)
        self._received, self._sent_at = b"", None
        if answer.closes:
            self.close()  # connection_lost frees it
        else:
            self._free(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """An answer that was due is lost."""
        if self._sent_at is not None:
            self._tally.lost += 1
        self._received, self._sent_at, self._transport = b"", None, None
        self._free(self)


class Client:
    """Connections to one server, opened again when they are lost."""

    def __init__(self, url: str, body: bytes, content_type: str) -> None:
        parts = urlsplit(url)
        self._address = parts.hostname or "127.0.0.1", parts.port or 80
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        head = (
            f"POST {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n"
            f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self._request = head.encode() + body
        self.tally = Tally()
        self._running = True
        self._connections: list[Connection] = []
        self._opening: set[asyncio.Task[None]] = set()

    async def closed(self, connections: int, seconds: float | None, requests: int | None) -> float:
        """Each connection asks again when it is answered, for a time or a number of requests.

        Returns the seconds that it took.
        """
        done = asyncio.get_running_loop().create_future()

        def free(connection: Connection) -> None:
            if requests is not None and self.tally.sent >= requests + self.tally.lost:
                if self.tally.answered >= requests and not done.done():
                    done.set_result(None)
            elif self._running and connection.is_open:
                connection.send()
            elif self._running:
                self._open(free, RECONNECT_S)

        started = time.perf_counter()
        for _ in range(connections):
            self._open(free)
        await asyncio.wait([done], timeout=seconds)
        return await self._end(started)

    async def open(self, connections: int, seconds: float, rate: float) -> float:
        """Ask `rate` times a second, whatever is answered, over at most `connections`.

        Returns the seconds that it took.
        """
        idle: deque[Connection] = deque()

        def free(connection: Connection) -> None:
            if connection.is_open:
                idle.append(connection)
            elif self._running:
                self._open(free, RECONNECT_S)

        for _ in range(connections):
            self._open(free)
        await asyncio.sleep(0.5)  # the connections are part of the preparation
        started, sent, elapsed = time.perf_counter(), 0, 0.0
        while elapsed < seconds:
            await asyncio.sleep(TICK_S)
            elapsed = time.perf_counter() - started
            due = round(min(elapsed, seconds) * rate)
            for _ in range(due - sent):
                while idle and not idle[0].is_open:
                    idle.popleft()
                if idle:
                    idle.popleft().send()
                else:
                    self.tally.unsent += 1
            sent = due
        return await self._end(started)

    async def _end(self, started: float) -> float:
        self._running, self.tally.is_over = False, True
        taken = time.perf_counter() - started
        deadline = time.perf_counter() + DRAIN_S
        while time.perf_counter() < deadline:
            if self.tally.answered + self.tally.lost >= self.tally.sent:
                break
            await asyncio.sleep(TICK_S)
        for task in self._opening:
            task.cancel()
        for connection in self._connections:
            connection.close()
        await asyncio.sleep(TICK_S)  # closing takes a turn of the loop
        return taken

    def _open(self, free: Callable[[Connection], None], after_s: float = 0) -> None:
        async def connect() -> None:
            await asyncio.sleep(after_s)
            loop = asyncio.get_running_loop()
            connection = Connection(self._request, self.tally, free)
            try:
                await loop.create_connection(lambda: connection, *self._address)
                self._connections.append(connection)
            except OSError:
                self.tally.refused += 1
                if self._running:
                    self._open(free, RECONNECT_S)

        task = asyncio.get_running_loop().create_task(connect())
        self._opening.add(task)  # the loop itself keeps only a weak reference
        task.add_done_callback(self._opening.discard)


def main() -> None:
    """Run one burst and print its report."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("loop", choices=["closed", "open"])
    parser.add_argument("url")
    parser.add_argument("body", type=Path)
    parser.add_argument("content_type")
    parser.add_argument("--connections", type=int, required=True)
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--requests", type=int, help="closed loop: stop after so many answers")
    parser.add_argument("--rate", type=float, help="open loop: requests a second")
    asked = parser.parse_args()
    client = Client(asked.url, asked.body.read_bytes(), asked.content_type)
    if asked.loop == "open":
        running = client.open(asked.connections, asked.seconds, asked.rate)
    else:
        running = client.closed(asked.connections, asked.seconds, asked.requests)
    seconds = uvloop.run(running)
    print(json.dumps(client.tally.report(seconds)))


if __name__ == "__main__":
    main()
