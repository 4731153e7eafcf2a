"""From the name that somebody typed to a checkpoint that is ready to answer."""

import asyncio
from collections.abc import Sequence
from math import ceil

from handlers.reading.spelling import nearest
from handlers.services import Services
from handlers.texts import say
from handlers.types import Actor, Language, Press, ProgressSink, Reply, Request, UserError
from models.canonical import lowered
from models.errors import NotAllowed, UnknownModel
from models.reports import DownloadProgress, Outlook
from models.results import Checkpoint, Task
from storage.records import HubModel, JobState

_MOST_DIGITS = 9
_LONG_S = 2.0
"""Who waits no longer than this need not be told."""


async def find(services: Services, community: str, typed: str) -> Checkpoint:
    """Return the checkpoint of a name such as `sentiment`, `ours@2` or `org/repo`.

    A bare name is the version that the community decided to use, else what the operator allows by
    that name, else the first version of the community's own.

    Raises:
        UserError: no such model, none of its versions may answer yet, or it is still being trained.
        ModelError: the name is known, but may not or cannot be used.
    """
    name, _, number = lowered(typed).partition("@")
    chosen = await _chosen(services, community, name, number)
    if chosen:
        return chosen
    try:
        return await provided(services, community, f"{name}@{number}" if number else name)
    except UnknownModel:
        live = None if number else await services.storage.live_versions.get(community, name)
        if live and (first := await _version(services, community, name, live.number)):
            return first
    if not number:
        await _raise_if_none_answers(services, community, name)
    await _raise_if_training(services, community, name)
    near = nearest(typed, await names(services, community))
    raise UserError("unknown_model", name=typed, nearest=near)


async def provided(services: Services, community: str, name: str) -> Checkpoint:
    """Return what the operator allows by a name, or what the community has added of the Hub.

    Raises:
        ModelError: neither.
    """
    try:
        return services.models.find(name)
    except (UnknownModel, NotAllowed):
        added = await services.storage.hub_models.all(community)
        if found := _among(services, added, name):
            return found
        raise


def provided_among(services: Services, added: Sequence[HubModel], name: str) -> Checkpoint:
    """Return the same, of a community of which is known what it has added."""
    try:
        return services.models.find(name)
    except (UnknownModel, NotAllowed):
        if found := _among(services, added, name):
            return found
        raise


def _among(services: Services, added: Sequence[HubModel], name: str) -> Checkpoint | None:
    base, _, version = lowered(name).partition("@")
    for one in added:
        if base in (one.name, one.repo_id.lower()):
            found = services.models.added(one.name, one.repo_id, one.revision)
            if not version or version == found.version:
                return found
    return None


async def provided_names(services: Services, community: str) -> Sequence[str]:
    """Return the names that `provided` knows."""
    added = await services.storage.hub_models.all(community)
    return [*services.models.names(), *(one.name for one in added)]


async def names(services: Services, community: str) -> Sequence[str]:
    """Return every name that can be asked here."""
    versions = await services.storage.versions.all(community)
    trained = [version.full_name for version in versions]
    return [*await provided_names(services, community), *trained]


async def ready(services: Services, request: Request, option: str, default: str) -> Checkpoint:
    """Find the checkpoint that a request's option names, fetch it, and say what takes time."""
    typed = str(request.options.get(option, default))
    checkpoint = await find(services, request.place.community, typed)
    return await fetched(services, checkpoint, request.actor, request.progress)


async def again(services: Services, press: Press, name: str) -> Checkpoint:
    """Return a checkpoint that was asked before, ready to answer, under a press.

    Raises:
        UserError: it is there no more.
        ModelError: it may not or cannot be used any more.
    """
    checkpoint = await find(services, press.place.community, name)
    return await fetched(services, checkpoint, press.actor, press.progress)


async def fetched(
    services: Services, checkpoint: Checkpoint, actor: Actor, progress: ProgressSink
) -> Checkpoint:
    """Return the checkpoint with its files on disk, telling how the download goes."""
    shown: set[asyncio.Task[None]] = set()

    def report(download: DownloadProgress) -> None:
        task = asyncio.ensure_future(_show(download, actor, progress))
        shown.add(task)
        task.add_done_callback(shown.discard)

    checkpoint = await services.models.fetch(checkpoint, report)
    await asyncio.gather(*shown, return_exceptions=True)
    return checkpoint


async def say_if_slow(
    services: Services, checkpoint: Checkpoint, request: Request, task: Task | None = None
) -> None:
    """Tell the one who asked what takes time: weights that are read first, or others in line.

    Only for a tokenizer does the task have to be said.
    """
    outlook = services.models.outlook(checkpoint, request.place.community, task)
    if text := _what_takes_time(outlook, checkpoint.full_name, request.actor.language):
        await request.progress(Reply(text=text))


def _what_takes_time(outlook: Outlook, model: str, language: Language) -> str | None:
    if outlook.is_loaded:
        if outlook.seconds < _LONG_S:
            return None
        place, seconds = f"{outlook.before + 1:,}", f"{ceil(outlook.seconds):,}"
        return say(language, "models.in_line", model=model, place=place, seconds=seconds)
    if outlook.usual_load_s is None:
        return say(language, "models.loading", model=model)
    seconds = f"{max(1, round(outlook.usual_load_s)):,}"
    return say(language, "models.loading_usually", model=model, seconds=seconds)


async def _show(download: DownloadProgress, actor: Actor, progress: ProgressSink) -> None:
    text = say(
        actor.language,
        "models.downloading",
        model=download.name,
        done=f"{download.done_bytes / 1e6:,.1f}",
        total=f"{download.total_bytes / 1e6:,.1f}",
    )
    await progress(Reply(text=text))


async def _chosen(services: Services, community: str, name: str, number: str) -> Checkpoint | None:
    """The community's version of a typed number, or of a bare name the one that was decided on."""
    if number:
        is_ours = number.isdecimal() and len(number) <= _MOST_DIGITS
        return await _version(services, community, name, int(number)) if is_ours else None
    live = (await services.storage.live_versions.all(community)).get(name)
    if live and live.decided_by:
        return await _version(services, community, name, live.number)
    return None


async def _version(services: Services, community: str, name: str, number: int) -> Checkpoint | None:
    """A version that the community has trained; there is none of number 0."""
    version = await services.storage.versions.find(community, name, number) if number else None
    if version is None:
        return None
    return services.models.trained(version.name, version.number, version.folder)


async def _raise_if_none_answers(services: Services, community: str, name: str) -> None:
    """A name whose versions all got something wrong that must be right means none of them."""
    versions = await services.storage.versions.all(community)
    found = [one.full_name for one in versions if one.name == name]
    if found:
        raise UserError("none_answers", name=name, versions=found, newest=found[-1])


async def _raise_if_training(services: Services, community: str, name: str) -> None:
    for job in await services.storage.jobs.unended(community, "finetune"):
        if job.state is JobState.RUNNING and job.params.get("name") == name:
            raise UserError("model_training", name=name)
