"""Slow clients: `python -m benchmarks.slow_client headers|body HOST PORT --connections N`.

`headers` sends one byte of its headers a second; `body` sends its headers and one byte of its body
and then nothing. A connection that the server ends is opened again. Prints `ready` when all are
connected, and one JSON object when its standard input ends.
"""

import argparse
import asyncio
import json
import sys
from typing import Final

HEAD: Final = (
    b"POST /predict/?model=cnn HTTP/1.1\r\nHost: slow\r\nContent-Type: image/png\r\n"
    b"Content-Length: 1000\r\n\r\n"
)
BYTE_EVERY_S: Final = 1.0
RETRY_S: Final = 0.1
AT_ONCE: Final = 100  # connecting faster would fill the server's backlog


class SlowClients:
    """So many connections that never finish a request."""

    def __init__(self, kind: str, host: str, port: int, connections: int) -> None:
        self._kind = kind
        self._address = host, port
        self._connections = connections
        self._opening = asyncio.Semaphore(AT_ONCE)
        self._all_open = asyncio.Event()
        self.opened = 0
        self.ended = 0  # by the server

    async def run(self) -> None:
        """Connect, say so, and go on until standard input ends."""
        tasks = [asyncio.create_task(self._client()) for _ in range(self._connections)]
        await self._all_open.wait()
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.read)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _client(self) -> None:
        while True:
            try:
                async with self._opening:
                    reader, writer = await asyncio.open_connection(*self._address)
                self.opened += 1
                if self.opened == self._connections:
                    self._all_open.set()
                sending = asyncio.create_task(self._send(writer))
                try:
                    while await reader.read(4096):  # an error answer, then the end
                        pass
                finally:
                    sending.cancel()
                    writer.close()
            except OSError:
                pass
            self.ended += 1
            await asyncio.sleep(RETRY_S)

    async def _send(self, writer: asyncio.StreamWriter) -> None:
        if self._kind == "body":
            writer.write(HEAD + b"\x89")
            return
        for byte in HEAD:
            writer.write(bytes([byte]))
            await asyncio.sleep(BYTE_EVERY_S)


def main() -> None:
    """Run until standard input ends, then print what happened."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("kind", choices=["headers", "body"])
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    parser.add_argument("--connections", type=int, default=1_000)
    asked = parser.parse_args()

    async def run() -> SlowClients:
        clients = SlowClients(asked.kind, asked.host, asked.port, asked.connections)
        await clients.run()
        return clients

    clients = asyncio.run(run())
    print(json.dumps({"opened": clients.opened, "ended": clients.ended}))


if __name__ == "__main__":
    main()
