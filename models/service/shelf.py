"""Which checkpoints there are, and how they get onto the disk."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from models.errors import ModelError, WrongTask
from models.hub.repository import SHORT_VERSION
from models.reports import DownloadProgress
from models.results import Checkpoint, Origin, Task
from models.serving.elsewhere import Elsewhere
from models.serving.slots import Identity, identity_of
from models.tasks.registry import can_do, network_task, task_in

_REMEMBERED_TASKS = 1024

Report = Callable[[DownloadProgress], None]


class Catalog(Protocol):
    """Which checkpoints there are."""

    def names(self) -> tuple[str, ...]:
        """All names."""
        ...

    def find(self, name: str) -> Checkpoint:
        """Find one, or raise UnknownModel or NotAllowed."""
        ...


class Hub(Protocol):
    """Gets checkpoints onto the disk; does nothing where they are there."""

    async def fetch(self, checkpoint: Checkpoint, report: Report) -> Checkpoint:
        """Return it with its folder."""
        ...

    async def kept(self, checkpoint: Checkpoint) -> Checkpoint:
        """Return it with its folder if it is on the disk already, else as it is."""
        ...

    async def remove(self, checkpoint: Checkpoint) -> int:
        """Take it off the disk; return how many bytes that frees."""
        ...


class Shelf:
    """Finds checkpoints, and has those fetched that are not on the disk."""

    def __init__(
        self, catalog: Catalog, hub: Hub, data_dir: Path, elsewhere: Elsewhere | None
    ) -> None:
        self._catalog = catalog
        self._hub = hub
        self._data_dir = data_dir
        self._elsewhere = elsewhere
        self._known_task = lru_cache(_REMEMBERED_TASKS)(task_in)
        self._fetched: dict[Identity, Checkpoint] = {}

    def names(self, task: Task | None = None) -> Sequence[str]:
        """Return all names, or those that can do the task or may turn out to."""
        names = self._catalog.names()
        return names if task is None else tuple(each for each in names if self._may_do(each, task))

    def find(self, name: str) -> Checkpoint:
        """Return a checkpoint by name.

        Raises:
            UnknownModel: no such name.
            NotAllowed: the name is a repository that the operator does not allow.
        """
        return self._catalog.find(name)

    def trained(self, name: str, number: int, folder: str) -> Checkpoint:
        """Return a version that a community trained; its folder is one of the data folder."""
        return Checkpoint(name, str(number), Origin.TRAINED, self._data_dir / folder)

    def added(self, name: str, repo_id: str, revision: str) -> Checkpoint:
        """Return what a community has added of the Hub, at one commit."""
        version = revision[:SHORT_VERSION]
        return Checkpoint(name, version, Origin.HUB, None, repo_id=repo_id, revision=revision)

    def task_of(self, checkpoint: Checkpoint) -> str | None:
        """Return what a checkpoint is made for: a `Task`, or the Hub's name of what we do not do.

        "" of a body without a head; None while nobody can know.
        """
        checkpoint = self._fetched.get(identity_of(checkpoint), checkpoint)
        if checkpoint.folder is None:
            return None
        try:
            return self._known_task(checkpoint)
        except ModelError:
            return None

    async def fetch(self, checkpoint: Checkpoint, report: Report) -> Checkpoint:
        """Return the checkpoint with its files on disk.

        Raises:
            HubFailed: the Hub could not give it.
            ModelRefused: a rule forbids it.
        """
        await self._bring(checkpoint)
        fetched = await self._hub.fetch(checkpoint, report)
        if checkpoint.folder is None:
            self._fetched[identity_of(checkpoint)] = fetched
        return fetched

    def _is_of_the_operator(self, checkpoint: Checkpoint) -> bool:
        """Whether the same files are on the operator's allow-list, by whatever name."""
        for name in self._catalog.names():
            with suppress(ModelError):
                found = self._catalog.find(name)
                if (found.repo_id, found.revision) == (checkpoint.repo_id, checkpoint.revision):
                    return True
        return False

    async def _bring(self, checkpoint: Checkpoint) -> None:
        """Fetch a version that another process trained."""
        folder = checkpoint.folder if checkpoint.origin is Origin.TRAINED else None
        if self._elsewhere and folder and not folder.is_dir():
            await self._elsewhere.bring(checkpoint)

    async def _on_disk(self, checkpoint: Checkpoint) -> Checkpoint:
        if checkpoint.folder is not None:
            await self._bring(checkpoint)
            return checkpoint
        return await self.fetch(checkpoint, lambda _: None)

    def _may_do(self, name: str, task: Task) -> bool:
        spec = network_task(task)
        if spec is None:
            return True
        try:
            made_for = self.task_of(self.find(name))
            return made_for is None or can_do(spec, made_for)
        except ModelError:
            return False

    def _with_alternatives(self, error: WrongTask, checkpoint: Checkpoint, task: Task) -> WrongTask:
        others = [name for name in self.names(task) if name != checkpoint.name]
        return WrongTask(**{**error.facts, "instead": others})
