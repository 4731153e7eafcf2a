"""The same engine asked in this process and through Serve, by callers that ask and wait."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time

import models.bundled
from models.checkpoints.catalog import Catalog
from models.on_ray.deployment import Deployment
from models.on_ray.elsewhere import OnRay, on_ray
from models.results import Checkpoint
from models.service.service import ModelService
from models.tasks.classification import TextToClassify
from models.units import MB

CALLERS = (1, 8, 64, 256)
_CHECKPOINT = "sentiment"
_CALM_S = 20.0
"""Until the check of the prepared network is through, which takes a core meanwhile."""


@dataclass(frozen=True, slots=True)
class Point:
    """What one crowd saw."""

    way: str
    callers: int
    a_second: float
    p50_ms: float
    p95_ms: float
    cpu_ms: float
    """Of the asking process, for one question."""


class _Shelf(Catalog):
    """The bundled checkpoints, and no Hub."""

    async def fetch(self, checkpoint: Checkpoint, report: object) -> Checkpoint:
        return checkpoint

    async def kept(self, checkpoint: Checkpoint) -> Checkpoint:
        return checkpoint

    async def remove(self, checkpoint: Checkpoint) -> int:
        return 0


async def measure(address: str, port: int, texts: Sequence[str], seconds: float) -> list[Point]:
    """Let both ways take turns, so that other load falls on both alike."""
    with tempfile.TemporaryDirectory() as folder:
        deployment = Deployment(most_replicas=1, port=port)
        ray = on_ray(address, None, deployment, Path(folder))
        async with (
            _service(Path(folder) / "here", None) as here,
            _service(Path(folder) / "there", ray) as there,
            ray.watched(there.move_out),
        ):
            while not ray.cluster.is_here:  # noqa: ASYNC110 - nobody tells of it
                await asyncio.sleep(0.1)
            ways = {"in process": here, "Ray, one replica": there}
            for service in ways.values():
                await _crowd(service, 8, texts[:64], 1.0)
            await asyncio.sleep(_CALM_S)
            points: list[Point] = []
            for callers in CALLERS:
                for way, service in ways.items():
                    points.append(await _point(way, service, callers, texts, seconds))
                    print(asdict(points[-1]), file=sys.stderr, flush=True)
            return points


@asynccontextmanager
async def _service(folder: Path, ray: OnRay | None) -> AsyncIterator[ModelService]:
    shelf = _Shelf(Path(models.bundled.__path__[0]), ())
    service = ModelService(
        shelf,
        shelf,
        1024 * MB,
        workers=1,
        exports_dir=folder,
        elsewhere=ray.lanes if ray else None,
    )
    try:
        yield service
    finally:
        if ray:
            await ray.lanes.close()
        await service.close()


async def _point(
    way: str, service: ModelService, callers: int, texts: Sequence[str], seconds: float
) -> Point:
    before = process_time()
    waits, spent = await _crowd(service, callers, texts, seconds)
    cpu_ms = 1000 * (process_time() - before) / len(waits)
    p95_ms = 1000 * quantiles(waits, n=20)[18]
    return Point(way, callers, len(waits) / spent, 1000 * median(waits), p95_ms, cpu_ms)


async def _crowd(
    service: ModelService, callers: int, texts: Sequence[str], seconds: float
) -> tuple[list[float], float]:
    checkpoint = service.find(_CHECKPOINT)
    waits: list[float] = []
    said = iter(_over_and_over(texts))
    began = perf_counter()

    async def go() -> None:
        while perf_counter() - began < seconds:
            asked = perf_counter()
            await service.ask(checkpoint, TextToClassify(next(said)))
            waits.append(perf_counter() - asked)

    await asyncio.gather(*(go() for _ in range(callers)))
    return waits, perf_counter() - began


def _over_and_over(texts: Sequence[str]) -> Iterator[str]:
    while True:
        yield from texts
