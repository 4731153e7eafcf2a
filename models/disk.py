"""What is written stays so when the power is cut: whoever goes on waits until the disk has it."""

import errno
import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Wait until the disk has all files of a folder, so that its new name never stands for half.

    Raises:
        OSError: the disk does not take them.
    """
    for path in (folder, *folder.rglob("*")):
        if path.is_dir():
            sync_names(path)
        else:
            with path.open("rb+") as stream:
                os.fsync(stream.fileno())


def sync_names(folder: Path) -> None:
    """Wait until the disk has the names in a folder: a rename is one of its folder, not its files.

    Raises:
        OSError: the disk does not take them.
    """
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a kind of disk that does so by itself, or never
            raise
    finally:
        os.close(descriptor)


def write_whole(file: Path, content: bytes) -> None:
    """Put a file in place of the one before: who reads it, or has a link to it, never has half.

    Raises:
        OSError: it cannot be written.
    """
    beside = file.with_name(f"{file.name}.part")
    with beside.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(file)
