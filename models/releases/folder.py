"""Which files of a checkpoint others get: all that transformers reads, none hidden or of ours."""

from collections.abc import Sequence
from pathlib import Path

from models.errors import BrokenCheckpoint
from models.exporting.shipped import SHIPPED_FILE
from models.reasons import Reason

CARD_FILE = "README.md"
_NOT_GIVEN = frozenset({CARD_FILE, SHIPPED_FILE})


def files_of(folder: Path, name: str) -> Sequence[Path]:
    """Return the files of a checkpoint by their names, the card not among them.

    Raises:
        BrokenCheckpoint: they are gone.
    """
    try:
        found = sorted(path for path in folder.iterdir() if _is_given(path))
    except OSError as error:
        raise BrokenCheckpoint(name=name, reason=Reason.FOLDER_MISSING) from error
    if not found:
        raise BrokenCheckpoint(name=name, reason=Reason.FOLDER_MISSING)
    return [path for path in found if path.name not in _NOT_GIVEN]


def size_bytes(files: Sequence[Path]) -> int:
    """Return how much they are together."""
    return sum(path.stat().st_size for path in files)


def _is_given(path: Path) -> bool:
    """A link might lead anywhere, and what is hidden is of a training that was cut."""
    return path.is_file() and not path.is_symlink() and not path.name.startswith(".")
