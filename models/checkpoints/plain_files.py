"""Whether a checkpoint's folder holds files of its own and nothing else, and what tells it apart.

A name may be a pipe, which is never read to its end, or lead to a file that is somebody else's.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from models.checkpoints.files import broken, folder_of
from models.reasons import Reason
from models.results import Checkpoint

_MOST_FILES = 10_000
_SNAPSHOTS, _BLOBS = "snapshots", "blobs"


def require_plain(checkpoint: Checkpoint) -> str:
    """Return what changes with the files of a folder: a hash of their names, sizes and times.

    Blocks: call it in a thread.

    Raises:
        BrokenCheckpoint: one of them is a pipe or a device, leads out of the folder, or there are
            too many.
    """
    folder = folder_of(checkpoint)
    roots = _roots(folder)
    digest = hashlib.sha256(os.fsencode(folder))
    try:
        for count, path in enumerate(_paths(folder)):
            if count >= _MOST_FILES:
                raise broken(checkpoint, Reason.FOLDER_TOO_FULL)
            facts = _facts(checkpoint, path, roots)
            if facts is not None:
                seen = (facts.st_size, facts.st_mtime_ns, facts.st_ino)
                digest.update(f"{path.name}\0{seen}\0".encode(errors="surrogateescape"))
    except OSError as error:
        raise broken(checkpoint, Reason.FOLDER_UNREADABLE) from error
    return digest.hexdigest()


def _roots(folder: Path) -> tuple[Path, ...]:
    """Where files may be: in the folder, or where the Hub's cache keeps them for its snapshots."""
    own = folder.resolve()
    is_of_a_cache = own.parent.name == _SNAPSHOTS
    return (own, own.parent.parent / _BLOBS) if is_of_a_cache else (own,)


def _paths(folder: Path) -> Iterator[Path]:
    """Yield what is in a folder and in the folders in it, in an order of its own."""
    for path in sorted(folder.iterdir()):
        yield path
        if path.is_dir() and not path.name.startswith("."):
            yield from sorted(path.iterdir())


def _facts(checkpoint: Checkpoint, path: Path, roots: tuple[Path, ...]) -> os.stat_result | None:
    """Return what the system knows of a file; None of a folder, or of a link to nothing."""
    name = path.name
    if path.is_symlink() and not any(path.resolve().is_relative_to(root) for root in roots):
        raise broken(checkpoint, Reason.FILE_ASTRAY.of(name))
    try:
        facts = path.stat()
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(facts.st_mode):
        return None
    if not stat.S_ISREG(facts.st_mode):
        raise broken(checkpoint, Reason.FILE_NO_FILE.of(name))
    return facts
