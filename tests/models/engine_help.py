"""What the tests of the engine share: a catalog of tiny checkpoints and a service over them."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.errors import UnknownModel
from models.exporting import child
from models.exporting.exports import Export, ExportOrder, Exports
from models.reports import DownloadProgress
from models.results import Checkpoint, Task
from models.service.service import ModelService
from tests.models.tiny import KINDS, Tiny

PLENTY = 1_000_000_000


@dataclass(frozen=True)
class TinyCatalog:
    """Catalog and Hub at once: everything is on disk."""

    tiny: Tiny

    def names(self) -> tuple[str, ...]:
        return tuple(KINDS)

    def find(self, name: str) -> Checkpoint:
        if name not in KINDS:
            raise UnknownModel(name=name, nearest=[])
        return self.tiny.get(name)

    async def fetch(
        self, checkpoint: Checkpoint, report: Callable[[DownloadProgress], None]
    ) -> Checkpoint:
        return checkpoint


@asynccontextmanager
async def running(
    root: Path, budget_bytes: int = PLENTY, **settings: Any
) -> AsyncIterator[ModelService]:
    shelf = TinyCatalog(Tiny(root))
    service = ModelService(shelf, shelf, budget_bytes, **settings)
    try:
        yield service
    finally:
        await service.close()


def export_here(exports: Exports, checkpoint: Checkpoint, task: Task) -> Export | None:
    """Do in this process what `Exports.make` starts one for: that takes seconds to begin."""
    folder = exports._folder(checkpoint, task)
    child.export(ExportOrder(checkpoint, task, exports._choice, folder))
    return exports.find(checkpoint, task)
