"""Folders by URL, for all machines: on a shared disk, in S3, in Google's cloud.

A folder is kept under the digest of its files, and what is read is held against it: a file that
was cut short or changed is never loaded. `fsspec` speaks to each kind of store; s3fs and gcsfs are
installed by whoever uses them.
"""

import errno
import hashlib
import json
import shutil
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import fsspec

from models.disk import sync_folder, sync_names
from models.reasons import Reason

_MANIFEST = "manifest.json"
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_SAYS_FULL = ("StorageFull", "QuotaExceeded", "InsufficientStorage")
"""Words of stores that speak S3: none of them is a number of the operating system."""


class StoreFailed(Exception):
    """The message is a `Reason`."""


class Store:
    """Folders and small files. Its calls wait for the network: for threads, any of them."""

    def __init__(self, url: str) -> None:
        """Begin nothing yet, but that the kind of store is known.

        Raises:
            StoreFailed: nothing here speaks to such a store.
        """
        self.trouble = ""
        """Why it took nothing when it was last written to, a `Reason`; empty where it did."""
        how = {}
        if url.startswith("file:"):
            url, how = unquote(url), {"auto_mkdir": True}
        with _failures():
            self._files, root = fsspec.core.url_to_fs(url, **how)
        self._root = root.rstrip("/")

    def put(self, folder: Path) -> str:
        """Keep a folder; return its digest.

        Raises:
            StoreFailed: it takes nothing more, or cannot be reached.
        """
        facts = facts_of(folder)
        digest = _digest(facts)
        place = self._folder(digest)
        with self._noting_failures():
            if self._files.exists(f"{place}/{_MANIFEST}"):
                return digest
            try:
                self._upload(folder, facts, place)
            except BaseException:
                with suppress(Exception):  # what is half there would keep the store full
                    self._files.rm(place, recursive=True)
                raise
        self.trouble = ""
        return digest

    def get(self, digest: str, folder: Path) -> None:
        """Fetch a folder, which is there whole or not at all, even after a power cut.

        Raises:
            StoreFailed: it is not what was put, or cannot be had.
        """
        if folder.is_dir():
            return
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=".fetching-", dir=folder.parent))
        try:
            with _failures(Reason.DISK_FULL):  # what is written is written here
                facts = json.loads(self._files.cat_file(f"{self._folder(digest)}/{_MANIFEST}"))
                for name in facts:
                    self._download(f"{self._folder(digest)}/files/{name}", _within(beside, name))
            if _digest(facts) != digest or facts_of(beside) != facts:
                raise StoreFailed(Reason.STORE_CHANGED)
            with _failures(Reason.DISK_FULL):
                sync_folder(beside)
                with suppress(OSError):  # another process was quicker
                    beside.rename(folder)
                sync_names(folder.parent)
        finally:
            shutil.rmtree(beside, ignore_errors=True)

    def try_out(self) -> None:
        """Write something and read it.

        Raises:
            StoreFailed: that cannot be done.
        """
        name, word = f"trials/{uuid.uuid4().hex}", b"tokki"
        self.write(name, word)
        if self.read(name) != word:
            raise StoreFailed(Reason.STORE_CHANGED)
        self.forget(name)

    def remove(self, digest: str) -> None:
        """Forget a folder that may be there."""
        self._remove(self._folder(digest))

    def write(self, name: str, content: bytes) -> None:
        """Keep a small file in place of the one before.

        Raises:
            StoreFailed: it takes nothing more, or cannot be reached.
        """
        sealed = hashlib.sha256(content).hexdigest().encode() + b"\n" + content
        with self._noting_failures():
            self._files.pipe_file(f"{self._root}/{name}", sealed)
        self.trouble = ""

    def read(self, name: str) -> bytes | None:
        """Return a small file; None: there is none.

        Raises:
            StoreFailed: it is not what was written, or cannot be had.
        """
        with _failures():
            try:
                sealed = self._files.cat_file(f"{self._root}/{name}")
            except FileNotFoundError:
                return None
        digest, _, content = sealed.partition(b"\n")
        if hashlib.sha256(content).hexdigest().encode() != digest:
            raise StoreFailed(Reason.STORE_CHANGED)
        return bytes(content)

    def names(self, place: str) -> list[str]:
        """Return the small files below a name.

        Raises:
            StoreFailed: they cannot be told.
        """
        with _failures():
            found = self._files.find(f"{self._root}/{place}")
        return [each.removeprefix(f"{self._root}/") for each in found]

    def forget(self, name: str) -> None:
        """Remove a small file, or all below a name."""
        self._remove(f"{self._root}/{name}")

    @contextmanager
    def _noting_failures(self) -> Iterator[None]:
        try:
            with _failures():
                yield
        except StoreFailed as failed:
            self.trouble = str(failed)
            raise

    def _remove(self, place: str) -> None:
        with _failures(), suppress(FileNotFoundError):
            self._files.rm(place, recursive=True)

    def _folder(self, digest: str) -> str:
        return f"{self._root}/folders/{digest}"

    def _upload(self, folder: Path, facts: Mapping[str, object], place: str) -> None:
        for name in facts:
            self._files.put_file(str(folder / name), f"{place}/files/{name}")
        self._files.pipe_file(f"{place}/{_MANIFEST}", _line(facts))

    def _download(self, source: str, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        self._files.get_file(source, str(target))


def facts_of(folder: Path) -> dict[str, list[object]]:
    """Return the size and the digest of each file of a folder, by its name within it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): _facts(path) for path in files}


def digest_of(folder: Path) -> str:
    """Return what a folder would be kept under."""
    return _digest(facts_of(folder))


def _facts(path: Path) -> list[object]:
    with path.open("rb") as file:
        return [path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()]


def _digest(facts: Mapping[str, object]) -> str:
    return hashlib.sha256(_line(facts)).hexdigest()


def _line(facts: Mapping[str, object]) -> bytes:
    return json.dumps(facts, sort_keys=True, separators=(",", ":")).encode()


def _within(folder: Path, name: str) -> Path:
    """Never follow a name out of the folder, whoever has written the manifest."""
    parts = PurePosixPath(name)
    if parts.is_absolute() or ".." in parts.parts:
        raise StoreFailed(Reason.STORE_CHANGED)
    return folder / parts


@contextmanager
def _failures(full: str = Reason.STORE_FULL) -> Iterator[None]:
    """Each kind of store fails in its own way."""
    try:
        yield
    except StoreFailed:
        raise
    except Exception as error:
        raise StoreFailed(_reason(error, full)) from error


def _reason(error: Exception, full: str) -> str:
    if isinstance(error, OSError) and error.errno in _FULL:
        return full
    if any(word in str(error) for word in _SAYS_FULL):
        return Reason.STORE_FULL
    if isinstance(error, PermissionError):
        return Reason.STORE_DENIED
    return Reason.STORE_FAILED.of(type(error).__name__)
