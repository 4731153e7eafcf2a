"""What a data set on the Hub has at one commit, and one of its files. Everything here blocks."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from threading import Event

from huggingface_hub.hf_api import DatasetInfo

from models.hub.client import configure
from models.hub.data.data_card import label_names, place_of
from models.hub.data_set import DataFile, DataSet
from models.hub.download import FAILURES, Meter, Tell, obtain
from models.hub.listing import HubFile, Wanted, ask, hub_file
from models.hub.reasons import failed

_ROWS = frozenset({".csv", ".tsv", ".jsonl", ".json", ".parquet", ".xlsx"})
_PERHAPS_ROWS = frozenset({".txt"})
_NO_ROWS = frozenset(
    {"dataset_infos.json", "dataset_info.json", "dataset_dict.json", "state.json", "metadata.json"}
)
_MOST_FILES = 10_000


def look(wanted: Wanted, revision: str | None) -> DataSet:
    """Ask the Hub once what a data set has, at a revision, or at the newest commit.

    Raises:
        HubFailed: it could not say.
    """
    configure()
    try:
        info = ask(wanted, revision, DatasetInfo)
        card = vars(info.card_data) if info.card_data else {}
        return DataSet(
            repo_id=wanted.repo_id,
            revision=str(info.sha),
            files=tuple(_data_files(info, card)),
            license=_license(card),
            has_script=_has_script(wanted.repo_id, info),
        )
    except FAILURES as error:
        raise failed(wanted, error) from error


def fetch(wanted: Wanted, file: DataFile, tell: Tell, stop: Event) -> bytes:
    """Return what is in a file, compared with its hash; nothing of it stays on the disk.

    Raises:
        HubFailed: it did not come, or not whole.
        GivenUp: nobody waits any more.
    """
    configure()
    listed = HubFile(file.path, file.size, file.sha256, file.git_sha1)
    with TemporaryDirectory(prefix="tokki-") as folder:
        here = replace(wanted, cache_dir=Path(folder).resolve())
        try:
            meter = Meter(file.size, tell, stop)
            meter.begin(listed)
            obtain(here, listed, meter)
            meter.end()
            return (here.snapshot / file.path).read_bytes()
        except FAILURES as error:
            raise failed(wanted, error) from error


def _data_files(info: DatasetInfo, card: Mapping[str, object]) -> Iterator[DataFile]:
    siblings = (info.siblings or [])[:_MOST_FILES]
    inside = [one for one in siblings if _is_inside(one.rfilename)]
    rows = [one for one in inside if _is_of(one.rfilename, _ROWS)]
    for sibling in rows or [one for one in inside if _is_of(one.rfilename, _PERHAPS_ROWS)]:
        place = place_of(card, sibling.rfilename)
        if place is not None:
            file, (config, split) = hub_file(sibling), place
            names = label_names(card, config)
            facts = (file.sha256, file.git_sha1)
            yield DataFile(file.name, file.size, config, split, names, *facts)


def _is_inside(name: object) -> bool:
    """Nothing that climbs, or that another system would read as something else."""
    if not isinstance(name, str) or any(mark in name for mark in '\\:*?"<>|\0'):
        return False
    return all(part and not part.startswith(".") for part in name.split("/"))


def _is_of(name: str, suffixes: frozenset[str]) -> bool:
    path = PurePosixPath(name)
    return path.suffix.lower() in suffixes and path.name not in _NO_ROWS


def _has_script(repo_id: str, info: DatasetInfo) -> bool:
    script = f"{repo_id.rpartition('/')[2]}.py"
    return any(one.rfilename == script for one in info.siblings or ())


def _license(card: Mapping[str, object]) -> str | None:
    said = card.get("license")
    names = said if isinstance(said, list) else [said]
    return ", ".join(name for name in names if isinstance(name, str)) or None
