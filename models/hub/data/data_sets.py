"""Data sets on the Hub: looked at, fetched and published, without ever blocking the event loop."""

import asyncio
from collections.abc import Callable

from models.hub.data_set import DataFile, DataSet
from models.hub.repositories import Repositories

Report = Callable[[int, int], None]
"""Hears in the event loop how many bytes are done, of how many."""


class DataSets(Repositories):
    """The data sets of the Hub, or of another server that speaks as it does."""

    def __init__(self, endpoint: str | None, token: str | None) -> None:
        super().__init__(endpoint, token, "dataset")

    async def look(self, repo_id: str, revision: str | None, *, with_token: bool) -> DataSet:
        """Return what a data set has at a revision, or at its newest commit.

        Raises:
            HubFailed: it is not there, may not be read, or the Hub could not say.
        """
        from models.hub.data.data_files import look  # noqa: PLC0415  (slow, so only where it is needed)

        wanted = self._wanted(repo_id, revision or "", with_token=with_token)
        return await self._in_thread(lambda _: look(wanted, revision))

    async def fetch(
        self, found: DataSet, file: DataFile, report: Report, *, with_token: bool
    ) -> bytes:
        """Return what is in a file of a data set; a caller who is cancelled stops it.

        Raises:
            HubFailed: it did not come, or not whole.
        """
        from models.hub.data.data_files import fetch  # noqa: PLC0415

        loop = asyncio.get_running_loop()
        wanted = self._wanted(found.repo_id, found.revision, with_token=with_token)

        def tell(done: int, total: int) -> None:
            loop.call_soon_threadsafe(report, done, total)

        return await self._in_thread(lambda stop: fetch(wanted, file, tell, stop))
