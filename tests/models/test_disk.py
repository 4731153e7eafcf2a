"""Waiting for the disk, also where it knows no waiting for names."""

import errno
import os
import stat
from collections.abc import Callable

import pytest

from models.disk import sync_folder, sync_names, write_whole


def failing(number: int) -> Callable[[int], None]:
    """Return the sync of a disk that does so for files, and fails in this way for folders."""
    sync = os.fsync

    def fail(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))
        sync(descriptor)

    return fail


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EIO])
def test_a_disk_that_knows_no_waiting_for_names_is_no_failure(tmp_path, monkeypatch, number):
    write_whole(tmp_path / "file", b"whole")
    monkeypatch.setattr(os, "fsync", failing(number))
    if number == errno.EINVAL:
        sync_folder(tmp_path)
    else:
        with pytest.raises(OSError, match=os.strerror(number)):
            sync_names(tmp_path)


def test_who_has_a_link_to_a_file_keeps_what_it_was(tmp_path):
    file, link = tmp_path / "file.json", tmp_path / "link"
    write_whole(file, b"one")
    link.hardlink_to(file)
    write_whole(file, b"two")
    assert (link.read_bytes(), file.read_bytes()) == (b"one", b"two")
    assert sorted(tmp_path.iterdir()) == [file, link]
