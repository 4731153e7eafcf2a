"""`/hub add`: a model of the Hub comes onto the community's list, at its present commit."""

from handlers.hub import telling
from handlers.hub.bounds import check_model, check_place
from handlers.hub.job import new_job
from handlers.hub.naming import model_of
from handlers.hub.showing import looked
from handlers.jobs.telling import follow_or_cancel
from handlers.services import Services
from handlers.types import Actor, Place, ProgressSink, Reply, Request, UserError
from models.canonical import lowered
from models.hub.repository import ModelPage

MOST_MODELS = 20
"""Of one community."""


async def add(request: Request, services: Services) -> Reply:
    """Answer `/hub add repo [name]`.

    Raises:
        UserError: not here, not this one, or not by that name.
        ModelError: it cannot be run, or the Hub could not say.
    """
    check_place(services, request.place)
    repo_id, revision = model_of(str(request.options["repo"]))
    page = await looked(services, repo_id, revision, request.place)
    given = request.options.get("name")
    name = lowered(page.repo_id if given is None else str(given))
    await _check_name(services, request.place.community, name, page)
    return await begin(services, page, name, request.actor, request.place, request.progress)


async def begin(
    services: Services,
    page: ModelPage,
    name: str,
    actor: Actor,
    place: Place,
    progress: ProgressSink,
) -> Reply:
    """Fetch a model as a job, and tell how that goes.

    Raises:
        UserError, ModelError, StorageError: it may not be added.
    """
    await check_model(services, page, name, actor, place)
    started = await services.jobs.start(*new_job(page, name, actor, place.community))
    begun = telling.begun(started, actor.language)
    return await follow_or_cancel(services.jobs, started, actor.language, progress, begun)


async def _check_name(services: Services, community: str, name: str, page: ModelPage) -> None:
    """A name means one thing: nothing that can be asked here already is called so."""
    added = await services.storage.hub_models.all(community)
    if any(one.name == name or one.repo_id == page.repo_id for one in added):
        known = next(one for one in added if one.name == name or one.repo_id == page.repo_id)
        raise UserError("hub_added_already", name=known.name, repo=known.repo_id)
    trained = [one.name for one in await services.storage.versions.all(community)]
    if name in services.models.names() or name in trained:
        raise UserError("hub_name_taken", name=name)
    if len(added) >= MOST_MODELS:
        raise UserError("hub_models_many", most=MOST_MODELS)
