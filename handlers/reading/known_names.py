"""The names that a community has given, at hand for whoever is typing one."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.services import Services
from handlers.table import Kind, Option
from handlers.types import Place
from models.canonical import folded
from models.results import Task
from storage.errors import StorageError

_LOOK_AGAIN_S = 10.0
"""What others make meanwhile, such as another process, is offered after so long."""
_PATIENCE_S = 0.5
"""A form waits no longer for names: platforms let it be for three seconds in all."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What names a community has, as far as they have been looked up."""

    trained: Sequence[str] = ()
    added: Sequence[str] = ()
    """Of the Hub."""
    datasets: Sequence[str] = ()
    """Those that are collected for first."""
    looked_up_s: float = 0.0
    """On the clock that never goes back."""


class KnownNames:
    """Keeps in memory what communities have, and looks it up again beside all else."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: dict[str, _Known] = {}
        self._looking: dict[str, asyncio.Task[None]] = {}

    def fitting(self, option: Option, typed: str, place: Place) -> Sequence[str]:
        """Return the names for an option that hold what was typed; best fits first."""
        word = folded(typed)
        names = [name for name in self.of(place.community, option) if word in folded(name)]
        return sorted(names, key=lambda name: not folded(name).startswith(word))

    def of(self, community: str, option: Option) -> Sequence[str]:
        """Return what there is; what a community has trained are classifiers."""
        known = self._known.get(community, _Known())
        if option.kind is Kind.DATASET:
            return known.datasets
        trained = known.trained if option.task in (None, Task.CLASSIFY) else ()
        return [*self._services.models.names(option.task), *known.added, *trained]

    async def refreshed(self, community: str) -> None:
        """Look up what a community has, if that was not done for a while; wait a moment for it."""
        self.refresh(community)
        if looking := self._looking.get(community):
            await asyncio.wait({looking}, timeout=_PATIENCE_S)

    def refresh(self, community: str) -> None:
        """Begin to look up what a community has, if that was not done for a while."""
        now_s = time.monotonic()
        known = self._known.get(community)
        is_fresh = known is not None and now_s - known.looked_up_s < _LOOK_AGAIN_S
        if is_fresh or community in self._looking:
            return
        self._known[community] = replace(known or _Known(), looked_up_s=now_s)
        task = asyncio.get_running_loop().create_task(self.look_up(community))
        self._looking[community] = task
        task.add_done_callback(lambda _: self._looking.pop(community))

    async def look_up(self, community: str) -> None:
        """Take into memory what a community has."""
        storage = self._services.storage
        with contextlib.suppress(StorageError):
            versions = await storage.versions.all(community)
            datasets = await storage.datasets.all(community)
            added = await storage.hub_models.all(community)
            self._known[community] = _Known(
                [each.full_name for each in versions],
                [each.name for each in added],
                [each.name for each in sorted(datasets, key=lambda one: one.is_archived)],
                time.monotonic(),
            )
