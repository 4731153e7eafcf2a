"""What the disk is waited for, told to whoever asks."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def syncs(place: Path) -> Iterator[list[tuple[int, bool]]]:
    """Yield the inode of each file and folder in turn, and whether `place` was there by then."""
    found: list[tuple[int, bool]] = []
    sync = os.fsync

    def note(descriptor: int) -> None:
        found.append((os.fstat(descriptor).st_ino, place.exists()))
        sync(descriptor)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", note)
        yield found
