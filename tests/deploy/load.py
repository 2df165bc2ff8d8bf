"""Clients that ask again and again while something happens to the service."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Self, TypeAlias

import httpx

from tests.api.process import wait_until

# asks once, or several times, and says in words what came of each
Visit: TypeAlias = Callable[[httpx.Client], Iterator[str]]


class Load:
    """A thread for each of `visits`, which it repeats on a connection that is kept.

    `answers` counts what they say; a request without an answer counts by its error, such as
    ReadError. Between two visits a client waits for `pause_s`.
    """

    def __init__(self, url: str, visits: Sequence[Visit], pause_s: float = 0) -> None:
        self._url = url
        self._pause_s = pause_s
        self._stopped = threading.Event()
        self._threads = [threading.Thread(target=self._repeat, args=(visit,)) for visit in visits]
        self.answers: Counter[str] = Counter()

    def _repeat(self, visit: Visit) -> None:
        # without certificates, which take long to load
        with httpx.Client(base_url=self._url, timeout=30, verify=False) as client:  # noqa: S501
            while not self._stopped.wait(self._pause_s):
                try:
                    for came in visit(client):
                        self.answers[came] += 1
                except httpx.TransportError as error:
                    self.answers[type(error).__name__] += 1
                    self._stopped.wait(0.02)

    def wait_for(self, count: int, *what: str) -> None:
        """Wait until there are so many more answers: of each of `what`, or of any kind."""

        def counts() -> list[int]:
            return [self.answers[each] for each in what] or [self.answers.total()]

        before = counts()
        wait_until(
            lambda: all(now >= then + count for now, then in zip(counts(), before, strict=True)),
            within_s=90,
        )

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped.set()
        for thread in self._threads:
            thread.join()
