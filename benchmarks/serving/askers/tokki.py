"""Tokki's own engine, asked as the handlers ask it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import get_args

import models.bundled
from benchmarks.serving.askers import Options
from benchmarks.serving.closed_loop import Answer
from models.catalog import AllowedModel, Catalog
from models.engines import EngineChoice
from models.results import Checkpoint, DownloadProgress
from models.service import ModelService

_BUNDLED = Path(models.bundled.__path__[0])
_BUDGET_BYTES = 4_000_000_000
_ASK_EVERY_S = 0.3


class NotAnswering(Exception):
    """Another engine answers than the one that was asked for."""


class OnDisk:
    """A Hub that has nothing to fetch."""

    async def fetch(
        self, checkpoint: Checkpoint, report: Callable[[DownloadProgress], None]
    ) -> Checkpoint:
        """Return it as it is."""
        return checkpoint


class Tokki:
    """Asks the service."""

    def __init__(self, service: ModelService, checkpoint: Checkpoint) -> None:
        self._service = service
        self._checkpoint = checkpoint

    async def ask(self, text: str) -> Answer:
        """Answer one message."""
        said = await self._service.classify(self._checkpoint, text)
        return Answer({each.label: each.score for each in said.scores}, said.tokens.used)

    def about(self) -> dict[str, object]:
        """Say which engine answers, and how well it agreed with torch."""
        report = self._service.state(self._checkpoint).engine
        return {"engine": report.name, "agreement": asdict(report)} if report else {"engine": "?"}


@asynccontextmanager
async def opened(options: Options) -> AsyncIterator[Tokki]:
    """Start the service and wait for the engine that was asked for."""
    choice = next(each for each in get_args(EngineChoice) if each == options.engine)
    own = [] if options.folder.startswith(str(_BUNDLED)) else [Path(options.folder)]
    catalog = Catalog(_BUNDLED, [AllowedModel(options.name, folder=folder) for folder in own])
    service = ModelService(
        catalog,
        OnDisk(),
        _BUDGET_BYTES,
        workers=options.workers,
        engine=choice,
        exports_dir=Path(options.exports),
    )
    try:
        asker = Tokki(service, catalog.find(options.name))
        await _wait_for_engine(asker, choice, options.patience_s)
        yield asker
    finally:
        await service.close()


async def _wait_for_engine(asker: Tokki, choice: str, patience_s: float) -> None:
    """Ask now and then until the faster engine answers. With `auto` torch may, in the end."""
    started = perf_counter()
    while True:
        await asker.ask("hello")
        answering = str(asker.about()["engine"])
        if answering == choice or (choice == "auto" and answering != "torch"):
            return
        if perf_counter() - started >= patience_s:
            break
        await asyncio.sleep(_ASK_EVERY_S)
    if choice != "auto":
        raise NotAnswering(f"{answering} answered, not {choice}")
