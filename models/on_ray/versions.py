"""Trained versions in the store, by their folders within the data folder: for other processes."""

import logging
from pathlib import Path

from models.on_ray.store import Store, StoreFailed

_PLACE = "versions"

log = logging.getLogger(__name__)


class Versions:
    """Its calls wait for the network: for threads. What fails in the store is told in the log."""

    def __init__(self, store: Store, data_dir: Path) -> None:
        self._store = store
        self._data_dir = data_dir.absolute()

    def keep(self, folder: Path) -> None:
        """Let others have a version, whose folder stands here."""
        try:
            self._store.write(self._name(folder), self._store.put(folder).encode())
        except StoreFailed as error:
            log.warning("%s is not in the store: %s", folder.name, error)

    def bring(self, folder: Path) -> None:
        """Fetch a version that another process trained, if there is one of that folder."""
        if folder.is_dir():
            return
        try:
            if digest := self._store.read(self._name(folder)):
                self._store.get(digest.decode(), folder)
        except StoreFailed as error:
            log.warning("%s does not come from the store: %s", folder.name, error)

    def remove(self, folder: Path, digest: str | None = None) -> None:
        """Forget a version; equal trainings have equal files, which stay as long as one does.

        `digest` tells the files of one that was discarded before it had a name here.
        """
        try:
            known = self._store.read(self._name(folder))
            self._store.forget(self._name(folder))
            for each in filter(None, {known, digest.encode() if digest else None}):
                if not any(self._store.read(one) == each for one in self._names()):
                    self._store.remove(each.decode())
        except StoreFailed as error:
            log.warning("%s stays in the store: %s", folder.name, error)

    def _names(self) -> list[str]:
        return self._store.names(_PLACE)

    def _name(self, folder: Path) -> str:
        return f"{_PLACE}/{folder.absolute().relative_to(self._data_dir).as_posix()}"
