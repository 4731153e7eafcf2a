"""`/dataset import hub:owner/name`: one file of a data set on the Hub, at one commit.

Where several files may be meant, the choice is kept as an import without content, and
`import:<number>:hub` chooses.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.guard.hub_account import may_use_account
from handlers.services import Services
from handlers.texts import say
from handlers.types import Language, Place, ProgressSink, Reply, Select, UserError
from models.canonical import folded, one_line
from models.errors import HubFailed
from models.hub.data_card import is_split
from models.hub.data_set import DataFile, DataSet
from models.reasons import Reason
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
_SHORT_COMMIT = 7
_NOT_PUBLIC = frozenset({Reason.NOT_FOUND, Reason.GATED, Reason.BAD_TOKEN})
_TELL_EVERY_S = 0.5
_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the Hub somebody wants, in words that can be kept as JSON."""

    repo_id: str
    revision: str | None
    config: str | None
    split: str | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file of a data set, with what its card says of it."""

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
        return await services.data_sets.look(wanted.repo_id, wanted.revision, with_token=with_token)
    except HubFailed as error:
        raise _in_this_place(error, services, with_token=with_token) from error


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


def file_called(files: Sequence[DataFile], option: str) -> DataFile:
    """Return the file that an option of the select stands for.

    Raises:
        UserError: there is none such.
    """
    for one in files:
        if _option(one) == option:
            return one
    raise UserError("import_gone")


async def fetched(
    services: Services, found: DataSet, file: DataFile, place: Place, told: "Told"
) -> Fetched:
    """Return one file of a data set, telling how far it has come.

    Raises:
        UserError: it is too large, or no file of rows at all.
        ModelError: it did not come, or not whole.
    """
    if file.size > MOST_BYTES:
        limit = MOST_BYTES // _MB
        raise UserError(
            "hub_too_large", name=file.path, size_mb=-(-file.size // _MB), limit_mb=limit
        )
    with_token = may_use_account(services, place)
    try:
        content = await _with_progress(services, found, file, told, with_token=with_token)
    except HubFailed as error:
        raise _in_this_place(error, services, with_token=with_token) from error
    name = f"{found.repo_id}@{found.revision[:_SHORT_COMMIT]}/{file.path}"
    suffix = file.path.rpartition(".")[2].lower()
    return Fetched(name, suffix, content, file.label_names, found.license)


def ask_file(one: Import, files: Sequence[DataFile], language: Language) -> Reply:
    """Let somebody choose one of several files."""
    options = tuple(dict.fromkeys(map(_option, files)))[:_MOST_SHOWN]
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


async def _with_progress(
    services: Services, found: DataSet, file: DataFile, told: Told, *, with_token: bool
) -> bytes:
    done = [0]

    def report(count: int, _: int) -> None:
        done[0] = count

    telling = asyncio.create_task(_tell(told, file, done))
    try:
        return await services.data_sets.fetch(found, file, report, with_token=with_token)
    finally:
        telling.cancel()
        await asyncio.gather(telling, return_exceptions=True)


async def _tell(told: Told, file: DataFile, done: Sequence[int]) -> None:
    while True:
        await asyncio.sleep(_TELL_EVERY_S)
        facts: dict[str, Any] = {"done": f"{done[0] / _MB:.1f}", "of": f"{file.size / _MB:.1f}"}
        said = say(told.language, "importing.fetching", file=one_line(file.path), **facts)
        await told.sink(Reply(text=said))


def _in_this_place(error: HubFailed, services: Services, *, with_token: bool) -> Exception:
    """Where the operator's account is not used, its rights are no advice."""
    name, reason = str(error.facts["name"]), error.facts["reason"]
    if not with_token and services.data_sets.has_token and reason in _NOT_PUBLIC:
        return UserError("hub_not_public", name=name)
    return error


def _is_meant(file: DataFile, wanted: Wanted) -> bool:
    is_config = wanted.config is None or folded(wanted.config) == folded(file.config)
    return is_config and (wanted.split is None or is_split(wanted.split, file.split))


def _option(file: DataFile) -> str:
    """The end of a path says more than its beginning."""
    path = one_line(file.path)
    return path if len(path) <= _LONGEST_OPTION else f"…{path[1 - _LONGEST_OPTION :]}"
