"""Networks that are prepared for this processor: once for all processes that tests start.

Each with a data folder of its own would take seconds to do so, and few tests wait for that.
"""

from contextlib import suppress
from pathlib import Path

_shared: list[Path] = []


def share(folder: Path) -> None:
    """Let all that are started from now on keep them in this folder."""
    _shared.append(folder)


def find_shared(data_dir: Path) -> None:
    """Let a data folder have what others have prepared; outside of tests nothing is shared."""
    own = data_dir / "models" / "exports"
    with suppress(OSError):  # where a folder cannot be, that is what a test is about
        if _shared and data_dir.is_absolute() and not own.exists():
            own.parent.mkdir(parents=True, exist_ok=True)
            own.symlink_to(_shared[-1], target_is_directory=True)
