"""`/finetune`: train a classifier from the labels gathered here; cancel it; see how runs went."""

from handlers.jobs.telling import follow_or_cancel, status_reply
from handlers.learning.finetune_job import KIND, new_job
from handlers.learning.finetune_plan import announce, make_plan
from handlers.services import Services
from handlers.texts import say
from handlers.types import Reply, Request, UserError
from storage.records import Job

_SHOWN_RUNS = 10


async def finetune(request: Request, services: Services) -> Reply:
    """Answer `/finetune [action] [model] [epochs] [name]`."""
    match request.options.get("action", "start"):
        case "cancel":
            return await _cancel(request, services)
        case "status":
            jobs = await services.storage.jobs.recent(request.place.community, _SHOWN_RUNS, KIND)
            return status_reply(jobs, request.actor.language)
        case _:
            return await _start(request, services)


async def _start(request: Request, services: Services) -> Reply:
    busy = await _unended(request, services)
    if busy:
        raise UserError("training_busy", name=busy.params["name"])
    order = await make_plan(request, services)
    language = request.actor.language
    said = announce(order, services, language)
    job = await services.jobs.start(*new_job(order, request))
    # Said once the job is on disk: whoever reads it may ask for its status or cancel it.
    return await follow_or_cancel(services.jobs, job, language, request.progress, said)


async def _cancel(request: Request, services: Services) -> Reply:
    running = await _unended(request, services)
    if not running or not await services.jobs.cancel(request.place.community, running.id):
        raise UserError("nothing_to_cancel")
    return Reply(
        text=say(request.actor.language, "finetune.cancelling", name=running.params["name"])
    )


async def _unended(request: Request, services: Services) -> Job | None:
    jobs = await services.storage.jobs.recent(request.place.community, _SHOWN_RUNS, KIND)
    return next((job for job in jobs if not job.has_ended), None)
