"""A file system of its own that is soon full, where this machine lets one be mounted."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NoDisk(Exception):
    """Nobody may mount anything here."""


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Mount one of this size, such as `512k`, at a new folder.

    Raises:
        NoDisk: that is not allowed here.
    """
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tokki-test", str(folder)]
    if not shutil.which("mount") or subprocess.run(command, check=False).returncode:
        raise NoDisk("mounting a small disk is not allowed here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Leave no room on it; return the file that takes it."""
    ballast = disk / "ballast"
    with ballast.open("ab", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError:
                continue
    return ballast


def freeze(disk: Path) -> None:
    """Let it only be read."""
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
