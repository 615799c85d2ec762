"""Counting requests: an ASGI layer around an application, with the metrics it feeds."""

import time
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 20.0)
"""Around the design's goal of 50 ms for 99 in 100 (exchange.md, G2), up to the protocol's time-out of 20 s."""


class Traffic:
    """Requests of one application, by route and status. Invariant: a path that is no route is counted as `other`.

    A route with parameters in braces is counted under itself, whatever stands in their place.
    """

    def __init__(self, registry: CollectorRegistry, name: str, paths: Iterable[str]) -> None:
        known = list(paths)
        self._paths = frozenset(each for each in known if "{" not in each)
        self._open = [(each.partition("{")[0], each) for each in known if "{" in each]
        self._requests = Counter(
            f"egnatia_{name}_requests", "Requests answered.", ("path", "status"), registry=registry
        )
        self._seconds = Histogram(
            f"egnatia_{name}_request_seconds",
            "Seconds from a request's headers to the last byte of its answer.",
            ("path",),
            registry=registry,
            buckets=BUCKETS_S,
        )

    def _route(self, path: str) -> str:
        if path in self._paths:
            return path
        return next((route for start, route in self._open if path.startswith(start)), "other")

    def around(self, app: ASGIApp) -> ASGIApp:
        """The same application, counted."""

        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            path = self._route(scope["path"])
            began, seen = time.perf_counter(), [0]

            async def noting(message: Message) -> None:
                if message["type"] == "http.response.start":
                    seen[0] = message["status"]
                await send(message)

            try:
                await app(scope, receive, noting)
            finally:
                self._requests.labels(path, str(seen[0] or 500)).inc()
                self._seconds.labels(path).observe(time.perf_counter() - began)

        return counted
