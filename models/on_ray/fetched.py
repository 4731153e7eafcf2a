"""Checkpoints from the store on the disk of a machine, whose replicas share them."""

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from filelock import BaseFileLock, FileLock

from models.on_ray.store import Store

_MOST_BYTES = 20_000_000_000
"""Of all together; each can be fetched again."""
_SERVED_S = 3600.0
"""What was asked so lately may be read just now, by any replica."""
_TELL_EVERY_S = 600.0


class Fetched:
    """What is asked stays; of the rest, as much as the bound lets, those asked last."""

    def __init__(self, store: Store, folder: Path) -> None:
        """Begin nothing yet."""
        self._store = store
        self._folder = folder
        self._told_s: dict[str, float] = {}

    def is_due(self, digest: str) -> bool:
        """Whether one that was given is to be asked for anew, since the others have to know."""
        told_s = self._told_s.get(digest)
        return told_s is not None and time.monotonic() - told_s > _TELL_EVERY_S

    def get(self, digest: str) -> Path:
        """Return the folder of a checkpoint, which is there for an hour. It waits: for threads.

        Raises:
            StoreFailed: it cannot be had.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        folder = self._folder / digest
        if not self._tell_used(folder):
            self._store.get(digest, folder)
            self._remove_unused()
        self._told_s[digest] = time.monotonic()
        return folder

    def _tell_used(self, folder: Path) -> bool:
        with self._alone(), suppress(FileNotFoundError):
            os.utime(folder)
            return True
        return False

    def _remove_unused(self) -> None:
        """Keep to the bound; where that cannot be done, the next who fetches tries again."""
        with (
            suppress(OSError),
            TemporaryDirectory(prefix=".unused-", dir=self._folder) as aside,
            self._alone(),  # it ends before the removal does: others wait who answer
        ):
            for folder in self._unused():
                folder.rename(Path(aside) / folder.name)

    def _unused(self) -> Iterator[Path]:
        """Yield what goes; what a killed replica has half fetched or removed is among it."""
        found = [(*_looked_at(path), path) for path in self._folder.iterdir() if path.is_dir()]
        left, served_since_s = _MOST_BYTES, time.time() - _SERVED_S
        for used_s, size, folder in sorted(found, reverse=True):
            left -= size
            if left < 0 and used_s < served_since_s:
                yield folder

    def _alone(self) -> BaseFileLock:
        return FileLock(self._folder / "lock")


def _looked_at(folder: Path) -> tuple[float, int]:
    """When it was used last, and its bytes; one that somebody moves just now is in use."""
    try:
        all_of_it = [path.stat() for path in (folder, *folder.rglob("*"))]
    except OSError:
        return time.time(), 0
    return max(one.st_mtime for one in all_of_it), sum(one.st_size for one in all_of_it)
