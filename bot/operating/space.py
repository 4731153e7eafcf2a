"""`tokki space`: the page of a model as a folder that runs without Tokki."""

import asyncio
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.app import running
from bot.doors import Say
from bot.operating.space_server import serve, what_lacks
from bot.settings import Settings
from handlers.asking.checkpoints import fetched, find
from handlers.guard.failures import FORESEEN, known_failure
from handlers.services import Services
from handlers.texts import say
from handlers.texts.reasons import explain_system_error
from handlers.types import Actor, Language, Place, Reply
from handlers.versions.card_facts import facts_of
from handlers.versions.card_text import card_of
from handlers.versions.space import examples_of, space_of, training_is_due
from models.checkpoints.files import folder_of
from models.releases.space_folder import FolderTaken, Space, write_space
from models.results import Checkpoint, Origin

_REFUSED = 2
_UNSAFE = re.compile(r"[^\w-]+")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody at this machine asks for."""

    name: str
    examples: Sequence[str]
    out: Path | None
    """None: a folder of its name, here; or none that stays, if it is served."""
    is_served: bool


@dataclass(frozen=True, slots=True)
class _Made:
    """A page, and where its weights are."""

    space: Space
    weights: Path


async def make_space(
    settings: Settings, wanted: Wanted, actor: Actor, place: Place, tell: Say
) -> int:
    """Write a page, and serve it where that is wanted; return the exit code, 2 where it is refused.

    Raises:
        StorageError: the database cannot be used.
    """
    language = actor.language
    if wanted.is_served and (lack := await what_lacks(language)):
        tell(lack)
        return _REFUSED
    try:
        async with running(settings, is_reading_enough=True) as app:
            made = await _made(app.services, wanted, actor, place, tell)
    except FORESEEN as error:
        tell(str(known_failure(error, language).text))
        return _REFUSED
    if wanted.out is None and wanted.is_served:
        with tempfile.TemporaryDirectory(prefix="tokki-space-") as name:
            return await _given(made, Path(name) / "space", wanted, settings, language, tell)
    folder = wanted.out or Path(f"{_UNSAFE.sub('-', made.space.name)}-space")
    return await _given(made, folder, wanted, settings, language, tell)


async def _made(services: Services, wanted: Wanted, actor: Actor, place: Place, tell: Say) -> _Made:
    async def progress(reply: Reply) -> None:
        tell(str(reply.text))

    examples = examples_of(wanted.examples)
    community, language = place.community, actor.language
    checkpoint = await find(services, community, wanted.name)
    checkpoint = await fetched(services, checkpoint, actor, progress)
    if await training_is_due(services, community, checkpoint.full_name):
        tell(say(language, "space.due", version=checkpoint.full_name))
    card = await _card(services, checkpoint, community)
    space = await space_of(services, community, checkpoint, card, examples)
    return _Made(space, folder_of(checkpoint))


async def _card(services: Services, checkpoint: Checkpoint, community: str) -> str | None:
    """Return the card of a version as it would be published; that of others is beside them."""
    if checkpoint.origin is not Origin.TRAINED:
        return None
    number = int(checkpoint.version)
    version = await services.storage.versions.find(community, checkpoint.name, number)
    assert version, "it has been found under this number"
    return card_of(await facts_of(services, version), "model").body


async def _given(
    made: _Made, folder: Path, wanted: Wanted, settings: Settings, language: Language, tell: Say
) -> int:
    """Write it where it is wanted, and serve it from there if it shall be."""
    try:
        await asyncio.to_thread(write_space, made.space, made.weights, folder)
    except FolderTaken:
        tell(say(language, "space.taken", path=folder))
        return _REFUSED
    except OSError as error:
        reason = explain_system_error(error, language)
        tell(say(language, "space.unwritable", path=folder, reason=reason))
        return _REFUSED
    except FORESEEN as error:
        tell(str(known_failure(error, language).text))
        return _REFUSED
    if wanted.out or not wanted.is_served:
        tell(say(language, "space.written", name=made.space.name, path=folder))
    if made.space.repo_id:
        tell(say(language, "space.fetches"))
    if not wanted.is_served:
        return 0
    return await serve(folder, made.space.name, settings, language, tell)
