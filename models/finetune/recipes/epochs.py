"""What each epoch came to, kept for whoever goes on, and told in the card."""

import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from models.disk import write_whole
from models.finetune.kept_files import EPOCHS
from models.finetune.plan import Epoch


class Epochs:
    """The epochs of one training, in the folder of what it keeps."""

    def __init__(self, kept: Path) -> None:
        self._file = kept / EPOCHS
        self._found: list[Epoch] = []
        with suppress(OSError, ValueError, TypeError):
            self._found = [Epoch(**one) for one in json.loads(self._file.read_bytes())]

    def up_to(self, done: int) -> None:
        """Forget what came behind the epoch from which a training goes on."""
        self._found = self._found[:done]

    def add(self, epoch: Epoch) -> None:
        """Keep one more."""
        self._found.append(epoch)
        found = [asdict(one) for one in self._found]
        write_whole(self._file, json.dumps(found).encode())

    @property
    def all(self) -> tuple[Epoch, ...]:
        """Return them in their order."""
        return tuple(self._found)
