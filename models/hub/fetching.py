"""Fetch checkpoints from the Hub, once however many ask, without ever blocking the event loop."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from models.results import Checkpoint, DownloadProgress

if TYPE_CHECKING:
    from models.hub.listing import Wanted

DOWNLOADS_AT_ONCE = 2

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

    async def fetch(self, checkpoint: Checkpoint, report: Report) -> Checkpoint:
        """Return the checkpoint with its folder, downloading what is not on disk yet.

        `report` is called in the event loop, at most about five times a second, and at the end
        with all bytes done; not at all when nothing has to come. A caller may be cancelled: the
        download goes on as long as somebody else waits for it, and else stops.
        """
        if checkpoint.folder is not None:
            return checkpoint
        folder = await asyncio.to_thread(self._stored, checkpoint)
        if folder is None:
            folder = await self._join(checkpoint, report)
        return replace(checkpoint, folder=folder)

    async def kept(self, checkpoint: Checkpoint) -> Checkpoint:
        """Return the checkpoint with its folder if it is on the disk already, else as it is."""
        return replace(checkpoint, folder=await asyncio.to_thread(self._stored, checkpoint))

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

    async def _join(self, checkpoint: Checkpoint, report: Report) -> Path:
        wanted = self._wanted(checkpoint)
        key = (wanted.repo_id, wanted.revision)
        if key not in self._flights:
            flight = self._flights[key] = _Flight(self._pool, wanted)
            flight.folder.add_done_callback(lambda _: self._forget(key, flight))
        flight = self._flights[key]
        try:
            return await flight.wait(
                lambda done, total: report(DownloadProgress(checkpoint.name, done, total))
            )
        finally:
            if flight.is_stopped:
                self._forget(key, flight)

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
        self.folder = self._loop.run_in_executor(pool, download, wanted, self._tell, self._stop)

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
