"""`/metrics`: how Tokki fares, in numbers, for Prometheus.

Nothing in it names a person, a community or a text. It is served to whoever brings the token of
`TOKKI_METRICS_TOKEN`, and not at all without one.
Source: https://prometheus.io/docs/instrumenting/writing_exporters/
"""

import asyncio
import hmac
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass

from aiohttp import hdrs, web
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from handlers.guard.observer import Happening
from models.reports import Usage

METRICS_PATH = "/metrics"
_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300)
_TICK_S = 0.5

Look = Callable[[], Awaitable[Sequence[str]]]
"""Returns the names of what is not well."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What is looked at whenever somebody reads."""

    usage: Callable[[], Usage]
    jobs: Callable[[], int]


class Metrics:
    """Counts what happens; `observe` is an observer of the dispatcher."""

    def __init__(self, sources: Sources) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "tokki_requests",
            "Commands and presses, by what came of them.",
            ("what", "platform", "outcome"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "tokki_request_seconds",
            "From the dispatcher's start to the reply.",
            ("what", "platform"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._lag = Gauge(
            "tokki_event_loop_lag_seconds",
            "How late the event loop was the last time that it was asked.",
            registry=self._registry,
        )
        self._ailing = Gauge(
            "tokki_unwell",
            "1 for each door, or the database, that is not well.",
            ("part",),
            registry=self._registry,
        )
        self._registry.register(_Now(sources))
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)

    def observe(self, happening: Happening) -> None:
        """Count one command or press."""
        platform = happening.place.platform
        self._requests.labels(happening.what, platform, happening.outcome).inc()
        self._seconds.labels(happening.what, platform).observe(happening.seconds)

    async def watch_the_loop(self) -> None:
        """Measure the event loop's lag, until it is cancelled."""
        while True:
            begun = time.monotonic()
            await asyncio.sleep(_TICK_S)
            self._lag.set(max(0.0, time.monotonic() - begun - _TICK_S))

    def text(self, ailing: Sequence[str]) -> bytes:
        """Return all of it as Prometheus reads it."""
        self._ailing.clear()
        for part in ailing:
            self._ailing.labels(part).set(1)
        return generate_latest(self._registry)


class _Now(Collector):
    """What is counted when it is read."""

    def __init__(self, sources: Sources) -> None:
        self._sources = sources

    def collect(self) -> Iterator[Metric]:
        usage = self._sources.usage()
        for name, told, value in (
            ("tokki_models_loaded", "Checkpoints in memory.", usage.loaded),
            ("tokki_models_bytes", "Memory that they hold.", usage.memory_bytes),
            ("tokki_models_budget_bytes", "Memory that they may hold.", usage.budget_bytes),
            ("tokki_questions_waiting", "Questions that wait for a model.", usage.waiting),
            ("tokki_answers_remembered_bytes", "Memory of the answers.", usage.answers_bytes),
            ("tokki_jobs_running", "Jobs under way in this process.", self._sources.jobs()),
        ):
            yield GaugeMetricFamily(name, told, value=value)


def metrics_route(metrics: Metrics, ailing: Look, token: str) -> web.RouteDef:
    """Return the route, for whoever brings the token as `Authorization: Bearer`."""

    async def answer(request: web.Request) -> web.Response:
        given = request.headers.get(hdrs.AUTHORIZATION, "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return web.Response(status=401, headers={hdrs.WWW_AUTHENTICATE: "Bearer"})
        text = metrics.text(await ailing())
        return web.Response(body=text, headers={hdrs.CONTENT_TYPE: CONTENT_TYPE_LATEST})

    return web.get(METRICS_PATH, answer)
