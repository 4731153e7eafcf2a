"""A backup as a file: a compressed tar of a data folder, with a list of what has to be in it.

The list, `backup.json`, comes first; it has the SHA-256 of each file, so a backup that was cut or
changed is noticed before anything of it is used.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

LIST_NAME = "backup.json"
FORM = 1
_LARGEST_LIST = 16 * 1024 * 1024
_CHUNK = 1024 * 1024


class BadArchive(Exception):
    """`code` names the sentence, `backup.<code>`; `facts` fill its blanks."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup has in it."""

    form: int
    tokki: str
    """The version that made it."""
    made_at: str
    """In UTC, as ISO 8601 has it."""
    has_secrets: bool
    files: Mapping[str, str]
    """SHA-256 of each file by its path in the data folder."""


def pack(folder: Path, contents: Contents, target: Path) -> None:
    """Write a folder as a backup, which stands under its name only once it is whole and on disk.

    Raises:
        OSError: it cannot be written.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        with _private(part) as stream:
            with tarfile.open(fileobj=stream, mode="w:gz", compresslevel=1) as archive:
                _add_list(archive, contents)
                for name in contents.files:
                    archive.add(folder / name, name, recursive=False)
            stream.flush()
            os.fsync(stream.fileno())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def unpack(source: Path, folder: Path) -> Contents:
    """Put what a backup has into an empty folder, every file of it as it was.

    Raises:
        BadArchive: it is no backup, is not whole, or is of a newer form.
        OSError: it cannot be read, or the folder cannot be written.
    """
    try:
        with tarfile.open(source, "r|gz") as archive:
            members = iter(archive)
            contents = _read_list(archive, next(members, None))
            _check_names(contents)
            found = {
                member.name: _put(archive, member, folder)
                for member in members
                if member.name in contents.files
            }
    except (tarfile.TarError, EOFError, ValueError, TypeError, KeyError) as error:
        raise BadArchive("unreadable", path=source) from error
    spoilt = [name for name, digest in contents.files.items() if found.get(name) != digest]
    if spoilt:
        raise BadArchive("not_whole", path=source, file=spoilt[0])
    return contents


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    """A new file that only its owner may read: what people have asked is in it."""
    number = os.open(path, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
    with os.fdopen(number, "wb") as stream:
        yield stream


def _add_list(archive: tarfile.TarFile, contents: Contents) -> None:
    told = json.dumps(asdict(contents), indent=1).encode()
    entry = tarfile.TarInfo(LIST_NAME)
    entry.size, entry.mode = len(told), 0o600
    archive.addfile(entry, io.BytesIO(told))


def _read_list(archive: tarfile.TarFile, first: tarfile.TarInfo | None) -> Contents:
    stream = archive.extractfile(first) if first and first.name == LIST_NAME else None
    if stream is None:
        raise ValueError("it has no list")
    contents = Contents(**json.loads(stream.read(_LARGEST_LIST)))
    if contents.form > FORM:
        raise BadArchive("newer", tokki=contents.tokki)
    return contents


def _check_names(contents: Contents) -> None:
    """Let nothing be written outside of the folder, whoever made the file."""
    for name in contents.files:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or name != str(path):
            raise ValueError(f"{name!r} is no place in a data folder")


def _put(archive: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> str:
    """Write one file; return its SHA-256."""
    stream = archive.extractfile(member) if member.isreg() else None
    if stream is None:
        raise ValueError(f"{member.name!r} is no file")
    target = folder / member.name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with _private(target) as file:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()
