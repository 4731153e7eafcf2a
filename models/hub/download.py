"""Fetch one repository at one commit. Everything here blocks, so it runs in a thread of its own.

A snapshot is whole when its manifest is there. It is written last, after every file has been
compared with the hash in the Hub's listing, which huggingface_hub does not do over plain HTTP.
"""

import hashlib
import json
import shutil
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, cast

import httpx2
from huggingface_hub import hf_hub_download

from models.hub.client import FetchError, configure
from models.hub.listing import NOBODY, HubFile, Wanted, files_to_fetch
from models.hub.reasons import failed
from models.reasons import Reason

TELL_EVERY_S = 0.2
FORGOTTEN_AFTER_S = 3600
LEAST_BYTES_A_S = 2_000
LOOKED_AT_EVERY_S = 30.0
LONGEST_S = 3 * 3600.0
"""Whoever sends more slowly, or for longer, keeps others from their turn."""

Tell = Callable[[int, int], None]
"""Hears how many bytes have come, of how many."""
FAILURES = (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError)
"""What huggingface_hub raises where a fetch fails; `reasons.explain` says what it means."""


class GivenUp(Exception):
    """Nobody waits for this download any more."""


class Meter:
    """Counts bytes for people to see: ever upward, and not too often."""

    def __init__(
        self,
        total: int,
        tell: Tell,
        stop: threading.Event,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._total = total
        self._clock = clock
        self._begun_at = self._looked_at = clock()
        self._since = 0
        """How many bytes have come since it was looked at."""
        self._tell = tell
        self._stop = stop
        self._count = self._shown = self._ceiling = 0
        self._told_at = self._begun_at
        tell(0, total)

    def begin(self, file: HubFile) -> None:
        """Files come one after another; one that is larger than announced is cut off."""
        self.check()
        self._looked_at, self._since = self._clock(), 0  # comparing what came takes time, too
        self._ceiling += file.size

    def end(self) -> None:
        """Count the file as done, however little of it had to come."""
        self._count = self._ceiling
        if self._count == self._total:
            self._show()

    def add(self, count: int) -> None:
        """Count some more bytes, or fewer, where a server had to start again."""
        self.check()
        self._count += count
        if self._count > self._ceiling:
            raise FetchError(Reason.DAMAGED, "longer than announced")
        self._since += max(0, count)
        self._require_speed()
        if self._clock() - self._told_at >= TELL_EVERY_S:
            self._show()

    def check(self) -> None:
        """Raise where nobody waits any more."""
        if self._stop.is_set():
            raise GivenUp

    def _require_speed(self) -> None:
        now = self._clock()
        if now - self._begun_at > LONGEST_S:
            raise FetchError(Reason.DRIPPING, f"not done after {LONGEST_S:g} s")
        passed_s = now - self._looked_at
        if passed_s < LOOKED_AT_EVERY_S:
            return
        if self._since < LEAST_BYTES_A_S * passed_s:
            raise FetchError(Reason.DRIPPING, f"{self._since} bytes in {passed_s:.0f} s")
        self._looked_at, self._since = now, 0

    def _show(self) -> None:
        self._shown = max(self._shown, self._count)
        self._told_at = self._clock()
        self._tell(self._shown, self._total)


class ProgressBar:
    """What huggingface_hub takes for a progress bar."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def __enter__(self) -> "ProgressBar":
        return self

    def __exit__(self, *_: object) -> None:
        """There is nothing to close."""

    def update(self, count: int) -> None:
        """Called for every piece, in the thread of the download; raising ends it."""
        self._meter.add(count)


def stored(wanted: Wanted) -> Path | None:
    """Find the folder of a snapshot that is whole, without any network."""
    try:
        sizes: dict[str, int] = json.loads(_manifest(wanted).read_text())
        is_whole = all(
            (wanted.snapshot / name).stat().st_size == size for name, size in sizes.items()
        )
    except (OSError, ValueError):
        return None
    return wanted.snapshot if is_whole else None


def remove(wanted: Wanted) -> int:
    """Take one commit of a repository off the disk; return how many bytes that frees.

    What other commits of it need as well stays.
    """
    _manifest(wanted).unlink(missing_ok=True)
    others = [one for one in wanted.snapshot.parent.glob("*") if one != wanted.snapshot]
    shared = {file.resolve() for other in others for file in other.rglob("*")}
    freed = 0
    for file in [one for one in wanted.snapshot.rglob("*") if not one.is_dir()]:
        blob = file.resolve()
        if blob not in shared and blob.is_file():
            freed += blob.stat().st_size
            _discard(wanted, file)
    shutil.rmtree(wanted.snapshot, ignore_errors=True)
    if not others:
        shutil.rmtree(wanted.home, ignore_errors=True)
    return freed


def download(wanted: Wanted, tell: Tell, stop: threading.Event) -> Path:
    """Fetch what is missing and return the folder. Setting `stop` ends it with GivenUp."""
    if (folder := stored(wanted)) is not None:
        return folder
    configure()
    try:
        return _download(wanted, tell, stop)
    except FAILURES as error:
        raise failed(wanted, error) from error


def _download(wanted: Wanted, tell: Tell, stop: threading.Event) -> Path:
    files = files_to_fetch(wanted)
    _sweep(wanted.home / "blobs")
    meter = Meter(sum(file.size for file in files), tell, stop)
    for file in files:
        meter.begin(file)
        obtain(wanted, file, meter)
        meter.end()
    _write_manifest(wanted, files)
    return wanted.snapshot


def _sweep(blobs: Path) -> None:
    """Remove what killed downloads left. A living one writes at least every few seconds."""
    for file in blobs.glob("*.incomplete"):
        if time.time() - file.stat().st_mtime > FORGOTTEN_AFTER_S:
            file.unlink(missing_ok=True)


def obtain(wanted: Wanted, file: HubFile, meter: Meter) -> None:
    """Fetch a file unless it is here, and compare it with what the Hub has announced.

    Raises:
        FetchError: it is another one.
    """
    path = wanted.snapshot / file.name
    if path.exists() and _is_intact(path, file, meter):
        return
    _discard(wanted, path)
    if _get(wanted, file, meter) != path:
        raise FetchError(Reason.DAMAGED, f"{file.name} is of another commit")
    if not _is_intact(path, file, meter):
        _discard(wanted, path)
        raise FetchError(Reason.DAMAGED, f"{file.name} has another hash")


def _get(wanted: Wanted, file: HubFile, meter: Meter) -> Path:
    bar = cast(Any, lambda **_: ProgressBar(meter))
    path = hf_hub_download(
        wanted.repo_id,
        file.name,
        repo_type=wanted.repo_type,
        revision=wanted.revision,
        cache_dir=wanted.cache_dir,
        endpoint=wanted.endpoint,
        token=wanted.auth,
        headers=NOBODY,
        tqdm_class=bar,
    )
    return Path(path)


def _is_intact(path: Path, file: HubFile, meter: Meter) -> bool:
    if path.stat().st_size != file.size:
        return False
    if file.sha256 is not None:
        return _digest(path, hashlib.sha256(), meter) == file.sha256
    as_git = hashlib.sha1(f"blob {file.size}\0".encode(), usedforsecurity=False)
    return file.git_sha1 is None or _digest(path, as_git, meter) == file.git_sha1


def _digest(path: Path, hasher: "hashlib._Hash", meter: Meter) -> str:
    with path.open("rb") as opened:
        while piece := opened.read(1 << 20):
            meter.check()
            hasher.update(piece)
    return hasher.hexdigest()


def _discard(wanted: Wanted, path: Path) -> None:
    """Remove a file with the blob that it points to, or the next try would find it again."""
    blob = path.resolve()
    path.unlink(missing_ok=True)
    if blob.is_relative_to(wanted.home.resolve()):
        blob.unlink(missing_ok=True)


def _manifest(wanted: Wanted) -> Path:
    return wanted.home / "checked" / f"{wanted.revision}.json"


def _write_manifest(wanted: Wanted, files: Iterable[HubFile]) -> None:
    manifest = _manifest(wanted)
    manifest.parent.mkdir(parents=True, exist_ok=True)
    draft = manifest.with_suffix(f".{threading.get_ident()}.draft")
    draft.write_text(json.dumps({file.name: file.size for file in files}))
    draft.replace(manifest)
