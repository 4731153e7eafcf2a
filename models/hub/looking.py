"""What a model's repository has, before its weights are here. Everything here blocks."""

from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

from huggingface_hub.hf_api import ModelInfo

from models.checkpoints.folder_contents import CONFIG_FILE
from models.errors import ModelError
from models.hub.client import configure
from models.hub.download import FAILURES, Meter, obtain
from models.hub.fitness import Terms, refusal_of
from models.hub.listing import HubFile, Wanted, ask, require_size, useful_files
from models.hub.reasons import failed
from models.hub.repository import RepoFile
from models.reasons import Reason

READ_FIRST = ("README.md", CONFIG_FILE)
"""What tells what it is for."""
_LARGEST_READ_BYTES = 2_000_000
_MOST_FILES = 1_000
_NOT_FOR_US = frozenset({Reason.GATED, Reason.NO_ACCESS, Reason.FORBIDDEN})


@dataclass(frozen=True, slots=True)
class Looked:
    """What the Hub says of a model, and where what tells what it is for lies."""

    info: ModelInfo
    useful: tuple[HubFile, ...]
    folder: Path
    refusal: ModelError | None

    @property
    def files(self) -> tuple[RepoFile, ...]:
        """All files, whether they are of use or not."""
        return tuple(
            RepoFile(one.rfilename, one.size or 0, one.lfs.sha256 if one.lfs else one.blob_id)
            for one in (self.info.siblings or [])[:_MOST_FILES]
            if isinstance(one.rfilename, str)
        )


def look(wanted: Wanted, revision: str | None, folder: Path, terms: Terms, stop: Event) -> Looked:
    """Ask the Hub what a model has, and put its card and config into a folder.

    Raises:
        HubFailed: it could not say, or they did not come.
        GivenUp: nobody waits any more.
    """
    configure()
    try:
        info = ask(wanted, revision, ModelInfo)
        files = useful_files(info)
    except FAILURES as error:
        raise failed(wanted, error) from error
    here = replace(wanted, repo_id=info.id, revision=str(info.sha), cache_dir=folder.resolve())
    refusal = refusal_of(info, terms, files) or _too_large(replace(wanted, name=info.id), files)
    refusal = _read(here, files, stop) or refusal
    return Looked(info, tuple(files), here.snapshot, refusal)


def _too_large(wanted: Wanted, files: list[HubFile]) -> ModelError | None:
    try:
        require_size(wanted, files)
    except ModelError as error:
        return error
    return None


def _read(here: Wanted, files: list[HubFile], stop: Event) -> ModelError | None:
    """Fetch what is read first; return why, where its owner does not let it come."""
    few = [one for one in files if one.name in READ_FIRST and one.size <= _LARGEST_READ_BYTES]
    meter = Meter(sum(one.size for one in few), lambda _done, _of: None, stop)
    try:
        for file in few:
            meter.begin(file)
            obtain(here, file, meter)
            meter.end()
    except FAILURES as error:
        failure = failed(here, error)
        if failure.facts["reason"] in _NOT_FOR_US:
            return failure
        raise failure from error
    return None
