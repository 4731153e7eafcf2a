"""Files that a job is about, in memory alone: nobody's rows are kept on disk for a question."""

from collections import OrderedDict
from uuid import uuid4

from handlers.types import File

_MOST_BYTES = 100_000_000


class FilesAtHand:
    """Holds files by keys that nobody guesses; of too many the oldest go."""

    def __init__(self) -> None:
        self._files: OrderedDict[str, File] = OrderedDict()

    def keep(self, file: File) -> str:
        """Hold a file; return its key."""
        key = uuid4().hex
        self._files[key] = file
        while sum(len(each.content) for each in self._files.values()) > _MOST_BYTES:
            self._files.popitem(last=False)
        return key

    def get(self, key: object) -> File | None:
        """Return a file; None where it is not held any more."""
        return self._files.get(str(key))

    def drop(self, key: object) -> None:
        """Let a file go."""
        self._files.pop(str(key), None)
