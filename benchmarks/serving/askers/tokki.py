"""Tokki's own engine, asked as the handlers ask it."""

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import get_args

import models.bundled
from benchmarks.serving.askers import Options
from benchmarks.serving.runs.closed_loop import Answer
from models.checkpoints.catalog import AllowedModel, Catalog
from models.engines.choice import EngineChoice
from models.exporting.exports import Exports
from models.reports import DownloadProgress
from models.results import Checkpoint, Task
from models.service.service import ModelService
from models.tasks.classification import TextToClassify

_BUNDLED = Path(models.bundled.__path__[0])
_BUDGET_BYTES = 4_000_000_000


_warnings: list[str] = []


class _Remember(logging.Handler):
    """Keeps what the engine warns of: why it stays with torch."""

    def emit(self, record: logging.LogRecord) -> None:
        _warnings.append(record.getMessage()[-300:])


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
        said = await self._service.ask(self._checkpoint, TextToClassify(text))
        return Answer({each.label: each.score for each in said.scores}, said.tokens.used)

    def about(self) -> dict[str, object]:
        """Say which engine answers, and how well it agreed with torch."""
        report = self._service.state(self._checkpoint).engine
        assert report, "it has answered, so it is loaded"
        return {"engine": report.name, "agreement": asdict(report), "warnings": _warnings}


@asynccontextmanager
async def opened(options: Options) -> AsyncIterator[Tokki]:
    """Start the service and let it answer once, with the engine that was asked for."""
    logging.getLogger("models").addHandler(_Remember(logging.WARNING))
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
        checkpoint = catalog.find(options.name)
        await _prepare(options, checkpoint, choice)
        asker = Tokki(service, checkpoint)
        await asker.ask("hello")
        answering = asker.about()["engine"]
        if choice not in (answering, "auto"):
            raise NotAnswering(f"{answering} answered. {' '.join(_warnings)}")
        yield asker
    finally:
        await service.close()


async def _prepare(options: Options, checkpoint: Checkpoint, choice: EngineChoice) -> None:
    """Prepare the engine, if this process is there for that."""
    exports = Exports(Path(options.exports), choice)
    if options.prepares and exports.is_wanted(checkpoint, Task.CLASSIFY):
        await exports.make(checkpoint, Task.CLASSIFY)
