"""`/dataset import hub:owner/name`: a file or split of a data set on the Hub, at one commit.

Where several may be meant, the choice is kept as an import without content, and
`import:<number>:hub` chooses.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from handlers.guard.hub_account import may_use_account
from handlers.importing.shards import TYPE, Joined, check_size, name_of, size_of, splits_of
from handlers.services import Services
from handlers.texts import say
from handlers.types import Language, Place, ProgressSink, Reply, Select, UserError
from models.canonical import folded, one_line
from models.errors import HubFailed
from models.hub.data.data_card import is_split
from models.hub.data_set import DataFile, DataSet
from models.hub.repository import SHORT_VERSION
from models.reasons import Reason
from models.units import MB
from storage.records import Import

MOST_BYTES = 50_000_000
"""Of a file: what is packed on the Hub is larger than what people send."""
_MOST_SHOWN = 100
_LONGEST_OPTION = 70
_REPO = re.compile(
    r"(?:https?://[^/\s]+/datasets/)?(?P<repo>[\w.-]{1,96}/[\w.-]{1,96})"
    r"(?:(?:@|/tree/)(?P<revision>[\w./-]{1,100}))?/?",
    re.ASCII,
)
_LONGEST_REPO = 96
_NOT_PUBLIC = frozenset({Reason.NOT_FOUND, Reason.GATED, Reason.BAD_TOKEN})
_TELL_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the Hub somebody wants, in words that can be kept as JSON."""

    repo_id: str
    revision: str | None
    config: str | None
    split: str | None
    label_names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """What the numbers of columns stand for, where somebody knows and the files do not say."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file of a data set, or all of a split, with what its card says of it."""

    name: str
    """For people: where it comes from."""
    type: str
    content: bytes
    label_names: Mapping[str, Sequence[str]]
    license: str | None


def wanted_of(typed: str, config: object = None, split: object = None) -> Wanted:
    """Return what is meant by `owner/name`, `owner/name@revision`, or the address of a page.

    Raises:
        UserError: it is none of these.
    """
    found = _REPO.fullmatch(typed.strip())
    repo_id = found["repo"] if found else ""
    if not found or len(repo_id) > _LONGEST_REPO or ".." in repo_id or "--" in repo_id:
        raise UserError("hub_no_repo", value=typed)
    named = [None if one is None else str(one).strip() for one in (config, split)]
    return Wanted(repo_id, found["revision"], named[0], named[1])


async def look(services: Services, wanted: Wanted, place: Place) -> DataSet:
    """Return what a data set has.

    Raises:
        UserError: it is not open to everybody, and this place reads no other.
        ModelError: the Hub could not say.
    """
    with_token = may_use_account(services, place)
    try:
        found = await services.data_sets.look(
            wanted.repo_id, wanted.revision, with_token=with_token
        )
    except HubFailed as error:
        raise _in_this_place(error, services, with_token=with_token) from error
    return replace(found, files=tuple(_named(one, wanted) for one in found.files))


def files_meant(found: DataSet, wanted: Wanted) -> Sequence[DataFile]:
    """Return the files that may be meant.

    Raises:
        UserError: there is none that can be read, or none of that configuration and split.
    """
    if not found.files:
        code = "hub_script" if found.has_script else "hub_no_rows"
        raise UserError(code, name=found.repo_id)
    meant = [one for one in found.files if _is_meant(one, wanted)]
    if not meant:
        named = dict.fromkeys(f"{one.config} · {one.split or '–'}" for one in found.files)
        raise UserError("hub_no_split", name=found.repo_id, splits=list(named)[:_MOST_SHOWN])
    return meant


def is_place(wanted: Wanted, config: str, split: str | None) -> bool:
    """Tell whether a configuration and a split may be meant."""
    is_config = wanted.config is None or folded(wanted.config) == folded(config)
    return is_config and (wanted.split is None or is_split(wanted.split, split))


def are_one_split(files: Sequence[DataFile]) -> bool:
    """Tell whether all of several files are one split that can be taken as a whole."""
    return len(files) == 1 or any(len(each) == len(files) for each in splits_of(files))


def files_called(files: Sequence[DataFile], option: str) -> Sequence[DataFile]:
    """Return the file, or those of the split, that an option of the select stands for.

    Raises:
        UserError: there is none such.
    """
    for each in _choices(files):
        if _option(each) == option:
            return each
    raise UserError("import_gone")


async def fetched(
    services: Services,
    found: DataSet,
    files: Sequence[DataFile],
    place: Place,
    told: "Told",
    *,
    is_counted: bool = True,
) -> Fetched:
    """Return one file of a data set, or all of a split as one, telling how far it has come.

    Raises:
        UserError: it is too large, or a file has no rows at all.
        ModelError: it did not come, or not whole.
    """
    for file in files:
        check_size(file.path, file.size, MOST_BYTES)
    if is_counted:
        await services.quota.fetch(place)
    with_token = may_use_account(services, place)
    whole = f"{found.repo_id}@{found.revision[:SHORT_VERSION]}"
    fetching = _Fetching(services, found, told, size_of(files), with_token=with_token)
    try:
        if len(files) > 1:
            name = name_of(files)
            content = await _joined(fetching, files, name)
            return Fetched(f"{whole}/{name}", TYPE, content, {}, found.license)
        (file,) = files
        content = await fetching.content(file)
    except HubFailed as error:
        raise _in_this_place(error, services, with_token=with_token) from error
    suffix = file.path.rpartition(".")[2].lower()
    return Fetched(f"{whole}/{file.path}", suffix, content, file.label_names, found.license)


def ask_file(one: Import, files: Sequence[DataFile], language: Language) -> Reply:
    """Let somebody choose one of several files, or a split of which there are several."""
    options = tuple(dict.fromkeys(map(_option, _choices(files))))[:_MOST_SHOWN]
    lines = [say(language, "importing.nothing_yet")]
    if len(files) > _MOST_SHOWN:
        lines.append(say(language, "importing.hub_more", n=f"{len(files) - _MOST_SHOWN:,}"))
    return Reply(
        title=say(language, "importing.hub_which", name=one_line(one.name)),
        text=" ".join(lines),
        controls=(Select(f"import:{one.id}:hub", say(language, "importing.hub_file"), options),),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """Who is told how far a file has come."""

    sink: ProgressSink
    language: Language


class _Fetching:
    """Fetches files one after another, telling how far all of them have come."""

    def __init__(
        self, services: Services, found: DataSet, told: Told, size: int, *, with_token: bool
    ) -> None:
        self._services = services
        self._found = found
        self._told = told
        self._size = size
        self._with_token = with_token
        self._before = 0

    async def content(self, file: DataFile) -> bytes:
        """Return what is in the next file."""
        done = [self._before]

        def report(count: int, _: int) -> None:
            done[0] = self._before + count

        telling = asyncio.create_task(self._tell(file, done))
        try:
            return await self._services.data_sets.fetch(
                self._found, file, report, with_token=self._with_token
            )
        finally:
            self._before += file.size
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)

    async def _tell(self, file: DataFile, done: Sequence[int]) -> None:
        while True:
            await asyncio.sleep(_TELL_EVERY_S)
            facts: dict[str, Any] = {"of": f"{self._size / MB:.1f}"}
            facts |= {"done": f"{done[0] / MB:.1f}", "file": one_line(file.path)}
            await self._told.sink(
                Reply(text=say(self._told.language, "importing.fetching", **facts))
            )


async def _joined(fetching: _Fetching, files: Sequence[DataFile], name: str) -> bytes:
    """One file is in memory at a time, beside the rows of those before it."""
    joined = Joined(name)
    for file in files:
        await asyncio.to_thread(joined.add, file, await fetching.content(file))
    return joined.content


def _in_this_place(error: HubFailed, services: Services, *, with_token: bool) -> Exception:
    """Where the operator's account is not used, its rights are no advice."""
    name, reason = str(error.facts["name"]), error.facts["reason"]
    if not with_token and services.data_sets.has_token and reason in _NOT_PUBLIC:
        return UserError("hub_not_public", name=name)
    return error


def _named(file: DataFile, wanted: Wanted) -> DataFile:
    """Parquet says itself what its numbers stand for, and a number is never named twice."""
    if file.label_names or file.path.lower().endswith(".parquet"):
        return file
    return replace(file, label_names={key: tuple(of) for key, of in wanted.label_names.items()})


def _is_meant(file: DataFile, wanted: Wanted) -> bool:
    return is_place(wanted, file.config, file.split)


def _choices(files: Sequence[DataFile]) -> Sequence[Sequence[DataFile]]:
    """Splits of several files, and then each file."""
    return [*splits_of(files), *([file] for file in files)]


def _option(files: Sequence[DataFile]) -> str:
    """The end of a path says more than its beginning."""
    path = one_line(files[0].path if len(files) == 1 else name_of(files))
    return path if len(path) <= _LONGEST_OPTION else f"…{path[1 - _LONGEST_OPTION :]}"
