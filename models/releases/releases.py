"""`handlers.needs.models.Releases`: versions with their cards, packed or put on the Hub."""

import asyncio
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from models.checkpoints.certainty.calibration import CONFIG_KEY, Calibration, read_calibration
from models.checkpoints.folder_contents import CONFIG_FILE
from models.errors import BrokenCheckpoint
from models.hub.data_set import Publication, Published
from models.hub.repositories import Repositories
from models.reasons import Reason
from models.releases.archive import packed
from models.releases.card import ModelCard, as_text
from models.releases.folder import CARD_FILE, files_of, size_bytes
from models.releases.space_folder import Space, files_of_space


class Releases:
    """Trained checkpoints, by their folders within the data folder. It belongs to one event loop.

    Every call may raise `BrokenCheckpoint`, where the files are gone.
    """

    def __init__(self, data_dir: Path, endpoint: str | None, token: str | None) -> None:
        self._data_dir = data_dir
        self.repositories = Repositories(endpoint, token, "model")
        """Where they are published."""
        self.spaces = Repositories(endpoint, token, "space")
        """Where their pages are."""

    async def calibration(self, folder: str) -> Calibration:
        """Return how the logits of a checkpoint are read; nothing measured where it is gone."""
        return await asyncio.to_thread(_calibration, self._data_dir / folder)

    async def sizes(self, folder: str, name: str) -> Mapping[str, int]:
        """Return the bytes of each file that others would get, by its name."""
        files = await asyncio.to_thread(files_of, self._data_dir / folder, name)
        return {path.name: size_bytes([path]) for path in files}

    async def text(self, folder: str, card: ModelCard) -> str:
        """Return README.md as it would be written."""
        return await asyncio.to_thread(as_text, card, self._data_dir / folder)

    async def write_card(self, folder: str, card: ModelCard) -> None:
        """Put the card beside the weights: whole, or not at all."""
        await asyncio.to_thread(_write, self._data_dir / folder, card)

    async def packed(self, folder: str, card: ModelCard, name: str) -> bytes:
        """Return a zip of the checkpoint, in a folder called `name`."""

        def work() -> bytes:
            where = self._data_dir / folder
            return packed(files_of(where, card.name), as_text(card, where), name)

        return await asyncio.to_thread(work)

    async def put(self, folder: str, card: ModelCard, repo_id: str, message: str) -> Published:
        """Put weights, tokenizer and card into a repository as one commit.

        Raises:
            HubFailed: the token does not suffice, or it failed; nothing of it is there then.
        """

        def new() -> Publication:
            where = self._data_dir / folder
            files: dict[str, bytes | Path] = {one.name: one for one in files_of(where, card.name)}
            text = as_text(card, where).encode("utf-8", "replace")
            return Publication(repo_id, {CARD_FILE: text, **files}, message)

        return await self.repositories.put(await asyncio.to_thread(new))

    async def put_space(self, folder: str, space: Space, repo_id: str, message: str) -> Published:
        """Put the page of a checkpoint into a Space as one commit; its weights stay where they are.

        Raises:
            HubFailed: the token does not suffice, or it failed; nothing of it is there then.
        """
        files = await asyncio.to_thread(files_of_space, space, self._data_dir / folder)
        return await self.spaces.put(Publication(repo_id, files, message))

    def close(self) -> None:
        """Begin no more uploads."""
        self.repositories.close()
        self.spaces.close()


def _calibration(folder: Path) -> Calibration:
    with suppress(OSError, ValueError):
        config = json.loads((folder / CONFIG_FILE).read_text("utf-8"))
        if isinstance(config, Mapping):
            return read_calibration(config.get(CONFIG_KEY))
    return Calibration()


def _write(folder: Path, card: ModelCard) -> None:
    """Through a hidden file: who reads meanwhile, reads the old one."""
    growing = folder / f".{CARD_FILE}.part"
    text = as_text(card, folder)
    try:
        with growing.open("w", encoding="utf-8", errors="replace") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        growing.replace(folder / CARD_FILE)
    except FileNotFoundError as error:
        raise BrokenCheckpoint(name=card.name, reason=Reason.FOLDER_MISSING) from error
    except OSError:
        growing.unlink(missing_ok=True)
        raise
