"""Models and data sets of the Hub, looked for and looked at, beside the event loop."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from models.checkpoints.card import Card, read_card
from models.checkpoints.folder_contents import CONFIG_FILE
from models.describing.overview import overview
from models.errors import ModelError
from models.hub.repositories import Repositories
from models.hub.repository import DATA_SET, MODEL, SHORT_VERSION, Hits, ModelPage, RowsPage, Search
from models.inspection.inspector import Inspector
from models.reports import Overview
from models.results import Checkpoint, Origin

if TYPE_CHECKING:
    from models.hub.fitness import RequireRoom, Terms
    from models.hub.listing import Wanted
    from models.hub.looking import Looked

_MOST_WORDS = 20


class HubPages(Repositories):
    """What people see of the Hub before anything of it is here."""

    def __init__(
        self,
        endpoint: str | None,
        token: str | None,
        max_download_bytes: int,
        room: "Callable[[], RequireRoom]",
        inspector: Inspector | None = None,
    ) -> None:
        """`room` tells in the event loop what there is; its answer is asked in threads.

        `inspector` reads what strangers wrote first; without it that is trusted.
        """
        super().__init__(endpoint, token, MODEL)
        self._limit_bytes = max_download_bytes
        self._room = room
        self._inspector = inspector

    async def search(self, what: Search, *, with_token: bool) -> Hits:
        """Return one page of what the Hub finds.

        Raises:
            HubFailed: it could not say.
        """
        from models.hub.searching import search  # noqa: PLC0415  (slow, so only where needed)

        wanted = self._wanted(what.text or "…", "", with_token=with_token)
        terms = self._terms(with_token=with_token)
        return await self._in_thread(lambda _: search(wanted, what, terms))

    async def look(self, repo_id: str, revision: str | None, *, with_token: bool) -> ModelPage:
        """Return what a model has, at a revision or at its newest commit.

        Raises:
            HubFailed: it is not there, may not be read, or the Hub could not say.
        """
        from models.hub import looking  # noqa: PLC0415

        wanted = self._wanted(repo_id, revision or "", with_token=with_token)
        wanted = replace(wanted, limit_bytes=self._limit_bytes)
        terms = self._terms(with_token=with_token)
        # Who leaves early does not wait for the thread, which may write there for a moment yet.
        with TemporaryDirectory(prefix="tokki-", ignore_cleanup_errors=True) as folder:
            place = Path(folder)
            looked = await self._in_thread(
                lambda stop: looking.look(wanted, revision, place, terms, stop)
            )
            return await self._page(looked)

    async def splits(self, repo_id: str, *, with_token: bool) -> Sequence[tuple[str, str]]:
        """Return the configurations and splits that the viewer shows; none without a viewer."""
        from models.hub.data.viewer import splits  # noqa: PLC0415

        wanted = self._data_set(repo_id, with_token=with_token)
        return await self._in_thread(lambda stop: splits(wanted, stop))

    async def rows(
        self, repo_id: str, place: tuple[str, str], first: int, count: int, *, with_token: bool
    ) -> RowsPage | None:
        """Return some rows of a configuration and split; None where no viewer has them."""
        from models.hub.data.viewer import rows  # noqa: PLC0415

        wanted = self._data_set(repo_id, with_token=with_token)
        return await self._in_thread(lambda stop: rows(wanted, place, first, count, stop))

    async def _page(self, looked: "Looked") -> ModelPage:
        from models.hub.fitness import is_gated, parameters_of  # noqa: PLC0415
        from models.hub.searching import tagged, whole  # noqa: PLC0415

        info, refusal = looked.info, looked.refusal
        known, card = Overview(None), Card()
        checkpoint = Checkpoint(info.id, str(info.sha)[:SHORT_VERSION], Origin.HUB, looked.folder)
        if await asyncio.to_thread(looked.folder.is_dir):
            try:
                card = await self._card(checkpoint)
                known = await self._overview(checkpoint)
            except ModelError as error:
                refusal = refusal or error
        return ModelPage(
            repo_id=info.id,
            revision=str(info.sha),
            files=looked.files,
            download_bytes=sum(one.size for one in looked.useful),
            largest_bytes=max((one.size for one in looked.useful), default=0),
            license=card.licence or next(iter(tagged(info.tags, "license")), None),
            task=known.task,
            labels=known.labels,
            languages=card.languages[:_MOST_WORDS],
            data=tagged(info.tags, "dataset")[:_MOST_WORDS],
            base=card.base,
            heading=card.heading,
            figure=card.figure,
            parameters=parameters_of(info),
            likes=whole(info.likes),
            downloads=whole(info.downloads),
            changed_at=info.last_modified,
            is_gated=is_gated(info),
            refusal=refusal,
        )

    async def _card(self, checkpoint: Checkpoint) -> Card:
        if self._inspector:
            return await self._inspector.card(checkpoint)
        assert checkpoint.folder is not None
        return await asyncio.to_thread(read_card, checkpoint.folder)

    async def _overview(self, checkpoint: Checkpoint) -> Overview:
        assert checkpoint.folder is not None
        if not await asyncio.to_thread((checkpoint.folder / CONFIG_FILE).exists):
            return Overview(None)
        if self._inspector:
            return await self._inspector.overview(checkpoint)
        return await asyncio.to_thread(overview, checkpoint)

    def _terms(self, *, with_token: bool) -> "Terms":
        from models.hub.fitness import Terms  # noqa: PLC0415

        return Terms(with_token and self.has_token, self._room())

    def _data_set(self, repo_id: str, *, with_token: bool) -> "Wanted":
        return replace(self._wanted(repo_id, "", with_token=with_token), repo_type=DATA_SET)
