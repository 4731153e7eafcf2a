"""`/hub remove`: a model of the Hub leaves the community's list, and the disk."""

from handlers.guard.audit import deed
from handlers.hub.job import free
from handlers.hub.updating import added_model
from handlers.hub.verdict import megabytes
from handlers.services import Services
from handlers.texts import say
from handlers.types import Reply, Request, UserError
from storage.records import Deed


async def remove(request: Request, services: Services) -> Reply:
    """Answer `/hub remove name`. Questions that it is answering are still answered.

    Raises:
        UserError: there is no such model here.
    """
    community, actor = request.place.community, request.actor
    model = await added_model(services, community, str(request.options["name"]))
    noted = deed(actor, community, Deed.HUB_REMOVED, name=model.name, repo=model.repo_id)
    # Its files go first: where this is cut off, it is still on the list, and can be removed again.
    freed = await free(services, model.name, model.repo_id, model.revision, model.id)
    removed = await services.storage.hub_models.remove(community, model.name, noted)
    if removed is None:
        raise UserError("hub_not_added", name=model.name)
    # Who has asked it meanwhile has had it fetched again.
    freed += await free(services, removed.name, removed.repo_id, removed.revision)
    said = say(actor.language, "hub.removed", name=removed.name, size=megabytes(freed))
    return Reply(text=said)
