"""Repositories of the operator's account on the Hub, made and filled beside the event loop."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from models.hub.data_set import Publication, Published

if TYPE_CHECKING:
    from models.hub.listing import Wanted

AT_ONCE = 2

Result = TypeVar("Result")


class Repositories:
    """Those of one kind, on the Hub or another server that speaks as it does."""

    def __init__(self, endpoint: str | None, token: str | None, kind: str) -> None:
        """`kind` is `model`, `dataset` or `space`."""
        self._endpoint = endpoint.rstrip("/") if endpoint else None
        self._token = token or None
        self._kind = kind
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix=f"hub-{kind}")
        self._stops: set[threading.Event] = set()

    @property
    def has_token(self) -> bool:
        """Whether there is an account to read what is private with, and to publish by."""
        return self._token is not None

    async def account(self) -> str:
        """Return the name of whose token there is.

        Raises:
            HubFailed: the Hub does not take the token, or could not say.
        """
        from models.hub.uploading import account  # noqa: PLC0415  (slow, so only where needed)

        wanted = self._wanted("", "", with_token=True)
        return await self._in_thread(lambda _: account(wanted))

    async def is_there(self, repo_id: str) -> bool:
        """Tell whether there is such a repository, as far as the account may know.

        Raises:
            HubFailed: the Hub could not say.
        """
        from models.hub.uploading import is_there  # noqa: PLC0415

        wanted = self._wanted(repo_id, "", with_token=True)
        return await self._in_thread(lambda _: is_there(wanted))

    async def make(self, repo_id: str) -> None:
        """Make an empty repository that nobody else sees.

        Raises:
            HubFailed: there is one of that name, the token does not suffice, or it failed.
        """
        from models.hub.uploading import make  # noqa: PLC0415

        wanted = self._wanted(repo_id, "", with_token=True)
        await self._in_thread(lambda _: make(wanted))

    async def put(self, new: Publication) -> Published:
        """Put files into a repository as one commit: all of them or none.

        Raises:
            HubFailed: the token does not suffice, or it failed.
        """
        from models.hub.uploading import put  # noqa: PLC0415

        wanted = self._wanted(new.repo_id, "", with_token=True)
        return await self._in_thread(lambda _: put(wanted, new))

    async def show(self, repo_id: str, *, is_private: bool) -> None:
        """Let everybody see a repository, or only those of its account.

        Raises:
            HubFailed: the token does not suffice, or it failed.
        """
        from models.hub.uploading import show  # noqa: PLC0415

        wanted = self._wanted(repo_id, "", with_token=True)
        await self._in_thread(lambda _: show(wanted, is_private=is_private))

    def close(self) -> None:
        """Stop every download; a process could not end before its threads do."""
        for stop in self._stops:
            stop.set()
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _in_thread(self, work: Callable[[threading.Event], Result]) -> Result:
        stop = threading.Event()
        self._stops.add(stop)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, stop)
        finally:
            stop.set()
            self._stops.discard(stop)

    def _wanted(self, repo_id: str, revision: str, *, with_token: bool) -> "Wanted":
        from models.hub.listing import Wanted  # noqa: PLC0415

        return Wanted(
            name=repo_id,
            repo_id=repo_id,
            revision=revision,
            cache_dir=Path(),
            endpoint=self._endpoint,
            token=self._token if with_token else None,
            limit_bytes=0,
            repo_type=self._kind,
        )
