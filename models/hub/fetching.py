"""Fetch checkpoints from the Hub, once however many ask, without ever blocking the event loop."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from models.reports import DownloadProgress
from models.results import Checkpoint

if TYPE_CHECKING:
    from models.hub.listing import Wanted

DOWNLOADS_AT_ONCE = 2
LONGEST_PIECE_S = 30.0
"""A thread hears at its next piece that it is to stop."""

Report = Callable[[DownloadProgress], None]


class Hub:
    """The Hugging Face Hub, or another server that speaks as it does, with a cache on disk."""

    def __init__(
        self, cache_dir: Path, endpoint: str | None, token: str | None, max_download_bytes: int
    ) -> None:
        self._cache_dir = cache_dir.expanduser().resolve()
        self._endpoint = endpoint.rstrip("/") if endpoint else None
        self._token = token or None
        self._limit_bytes = max_download_bytes
        self._pool = ThreadPoolExecutor(DOWNLOADS_AT_ONCE, thread_name_prefix="hub")
        self._flights: dict[tuple[str, str], _Flight] = {}
        self._threads: dict[tuple[str, str], Future[Path]] = {}
        """The latest of each commit, which goes on for a moment when nobody waits any more."""
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """Of each repository: nothing of it is begun while some of it is removed."""

    async def fetch(self, checkpoint: Checkpoint, report: Report) -> Checkpoint:
        """Return the checkpoint with its folder, downloading what is not on disk yet.

        `report` is called in the event loop, at most about five times a second, and at the end
        with all bytes done; not at all when nothing has to come. A caller may be cancelled: the
        download goes on as long as somebody else waits for it, and else stops.
        """
        if checkpoint.folder is not None:
            return checkpoint
        wanted = self._wanted(checkpoint)
        async with self._lock(wanted.repo_id):
            folder = await asyncio.to_thread(self._stored, checkpoint)
            flight = None if folder else self._flight(wanted)
        if flight:
            folder = await self._join(wanted, flight, report)
        return replace(checkpoint, folder=folder)

    async def kept(self, checkpoint: Checkpoint) -> Checkpoint:
        """Return the checkpoint with its folder if it is on the disk already, else as it is."""
        return replace(checkpoint, folder=await asyncio.to_thread(self._stored, checkpoint))

    async def remove(self, checkpoint: Checkpoint) -> int:
        """Take a checkpoint off the disk, and return the bytes.

        It stays while somebody fetches any commit of its repository, which may need the same files.
        """
        from models.hub.download import remove  # noqa: PLC0415

        wanted = self._wanted(checkpoint)
        async with self._lock(wanted.repo_id):
            if any(repo_id == wanted.repo_id for repo_id, _ in self._flights):
                return 0
            keys = [key for key in self._threads if key[0] == wanted.repo_id]
            if threads := [self._threads.pop(key) for key in keys]:
                await asyncio.to_thread(wait, threads, LONGEST_PIECE_S)
            return await asyncio.to_thread(remove, wanted)

    def close(self) -> None:
        """Stop every download; a process could not end before its threads do."""
        for flight in tuple(self._flights.values()):
            flight.stop()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _wanted(self, checkpoint: Checkpoint) -> "Wanted":
        from models.hub.listing import Wanted  # noqa: PLC0415  (slow, so only where it is needed)

        if checkpoint.repo_id is None or checkpoint.revision is None:
            raise ValueError(f"{checkpoint.full_name} has neither a folder nor a pinned repository")
        return Wanted(
            name=checkpoint.name,
            repo_id=checkpoint.repo_id,
            revision=checkpoint.revision,
            cache_dir=self._cache_dir,
            endpoint=self._endpoint,
            token=self._token,
            limit_bytes=self._limit_bytes,
        )

    def _stored(self, checkpoint: Checkpoint) -> Path | None:
        from models.hub.download import stored  # noqa: PLC0415

        return stored(self._wanted(checkpoint))

    def _lock(self, repo_id: str) -> asyncio.Lock:
        return self._locks.setdefault(repo_id, asyncio.Lock())

    def _flight(self, wanted: "Wanted") -> "_Flight":
        """Return the download of a commit, which begins where there is none."""
        key = (wanted.repo_id, wanted.revision)
        if key not in self._flights:
            flight = self._flights[key] = _Flight(self._pool, wanted)
            flight.folder.add_done_callback(lambda _: self._forget(key, flight))
            self._threads[key] = flight.thread
        return self._flights[key]

    async def _join(self, wanted: "Wanted", flight: "_Flight", report: Report) -> Path:
        try:
            return await flight.wait(
                lambda done, total: report(DownloadProgress(wanted.name, done, total))
            )
        finally:
            if flight.is_stopped:
                self._forget((wanted.repo_id, wanted.revision), flight)

    def _forget(self, key: tuple[str, str], flight: "_Flight") -> None:
        # Somebody may have begun anew since.
        if self._flights.get(key) is flight:
            del self._flights[key]


class _Flight:
    """One download in its thread, and everybody who waits for it."""

    def __init__(self, pool: ThreadPoolExecutor, wanted: "Wanted") -> None:
        from models.hub.download import download  # noqa: PLC0415

        self._loop = asyncio.get_running_loop()
        self._stop = threading.Event()
        self._listeners: list[Callable[[int, int], None]] = []
        self.thread = pool.submit(download, wanted, self._tell, self._stop)
        self.folder = asyncio.wrap_future(self.thread)

    @property
    def is_stopped(self) -> bool:
        return self._stop.is_set()

    async def wait(self, listener: Callable[[int, int], None]) -> Path:
        """Wait with the others; the last one to leave early stops it."""
        self._listeners.append(listener)
        try:
            return await asyncio.shield(self.folder)
        finally:
            self._listeners.remove(listener)
            if not self._listeners:
                self.stop()

    def stop(self) -> None:
        """Let the thread end at its next piece. Without effect on what has ended."""
        self._stop.set()
        self.folder.cancel()

    def _tell(self, done: int, total: int) -> None:
        """Called by the thread."""
        self._loop.call_soon_threadsafe(self._tell_listeners, done, total)

    def _tell_listeners(self, done: int, total: int) -> None:
        for listener in tuple(self._listeners):
            self._loop.call_soon(listener, done, total)
