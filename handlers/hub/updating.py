"""`/hub update`: what has changed in a model's repository since it was added, and then its taking.

`hubtake:<model>:<commit>` takes it.
"""

import re
from collections.abc import Iterator, Mapping

from handlers.hub.adding import begin
from handlers.hub.bounds import check_model, check_place
from handlers.hub.showing import looked, renamed
from handlers.hub.verdict import megabytes
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.types import Button, Language, Place, Press, Reply, Request, Role, UserError
from models.canonical import lowered, one_line
from models.errors import HubFailed
from models.hub.repository import SHORT_VERSION, ModelPage, RepoFile
from models.reasons import Reason
from storage.records import HubModel

_MOST_CHANGES = 20
_ID = re.compile(r"hubtake:(?P<model>\d{1,15}):(?P<commit>[0-9a-f]{40})", re.ASCII)


async def update(request: Request, services: Services) -> Reply:
    """Answer `/hub update name`.

    Raises:
        UserError: there is no such model here, or it is gone from the Hub.
        ModelError: what it is now cannot be run, or the Hub could not say.
    """
    check_place(services, request.place)
    language = request.actor.language
    model = await added_model(services, request.place.community, str(request.options["name"]))
    now = await _now(services, model, request.place)
    old, new = (one.revision[:SHORT_VERSION] for one in (model, now))
    if (now.repo_id, now.revision) == (model.repo_id, model.revision):
        return Reply(text=say(language, "hub.newest", name=model.name, revision=old))
    before = await _before(services, model, request.place)
    await check_model(services, now, model.name, request.actor, request.place)
    lines = renamed(model.repo_id, now, language)
    lines.append(
        say(language, "hub.changed_from", old=old, new=new)
        if before
        else say(language, "hub.commit_gone", revision=old)
    )
    lines += _changed_words(before, now, language) if before else []
    changes = list(_changed_files(before, now)) if before else []
    return Reply(
        title=say(language, "hub.changed", name=model.name),
        text="\n".join([*lines, say(language, "hub.still", revision=old)]),
        code="\n".join(changes[:_MOST_CHANGES]) or None,
        controls=(Button(f"hubtake:{model.id}:{now.revision}", say(language, "hub.take"), "good"),),
    )


async def press_take(press: Press, services: Services) -> Reply:
    """Take a newer commit of a model; the old one answers until the new one has been tried.

    Raises:
        UserError: the id is not ours, or the model is not here any more.
        ModelError: it cannot be run, or the Hub could not say.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    check_place(services, press.place)
    models = await services.storage.hub_models.all(press.place.community)
    model = next((one for one in models if one.id == int(found["model"])), None)
    if model is None:
        raise UserError("hub_view_gone")
    page = await looked(services, model.repo_id, found["commit"], press.place)
    return await begin(services, page, model.name, press.actor, press.place, press.progress)


HUB_TAKE = ControlFamily("hubtake", press_take, Role.ADMIN, is_long=True)


async def added_model(services: Services, community: str, typed: str) -> HubModel:
    """Return a model that was added here, by its name or its repository.

    Raises:
        UserError: there is none.
    """
    wanted = lowered(typed).partition("@")[0]
    for one in await services.storage.hub_models.all(community):
        if wanted in (one.name, one.repo_id.lower()):
            return one
    raise UserError("hub_not_added", name=typed)


async def _now(services: Services, model: HubModel, place: Place) -> ModelPage:
    try:
        return await looked(services, model.repo_id, None, place)
    except HubFailed as error:
        if error.facts["reason"] == Reason.NOT_FOUND:
            raise UserError("hub_gone", name=model.name, repo=model.repo_id) from error
        raise
    except UserError as error:
        if error.code == "hub_model_not_public":
            raise UserError("hub_gone", name=model.name, repo=model.repo_id) from error
        raise


async def _before(services: Services, model: HubModel, place: Place) -> ModelPage | None:
    """What it was; None where its owner has thrown that commit away."""
    try:
        return await looked(services, model.repo_id, model.revision, place)
    except HubFailed as error:
        if error.facts["reason"] == Reason.NO_REVISION:
            return None
        raise


def _changed_words(before: ModelPage, now: ModelPage, language: Language) -> Iterator[str]:
    if before.license != now.license:
        facts = {"old": one_line(before.license or "–"), "new": one_line(now.license or "–")}
        yield say(language, "hub.changed_license", **facts)
    if before.labels != now.labels:
        facts = {"old": ", ".join(before.labels) or "–", "new": ", ".join(now.labels) or "–"}
        yield say(language, "hub.changed_labels", **{k: one_line(v) for k, v in facts.items()})


def _changed_files(before: ModelPage, now: ModelPage) -> Iterator[str]:
    old, new = _by_name(before.files), _by_name(now.files)
    for name in sorted({*old, *new}):
        was, is_ = old.get(name), new.get(name)
        if was is None and is_ is not None:
            yield f"+ {one_line(name)}  {megabytes(is_.size)}"
        elif is_ is None and was is not None:
            yield f"- {one_line(name)}  {megabytes(was.size)}"
        elif was and is_ and was.digest != is_.digest:
            yield f"~ {one_line(name)}  {megabytes(was.size)} → {megabytes(is_.size)}"


def _by_name(files: tuple[RepoFile, ...]) -> Mapping[str, RepoFile]:
    return {one.name: one for one in files}
