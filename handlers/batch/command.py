"""`/classify file:`: each row of a file, which comes back with the answers."""

import asyncio
from dataclasses import replace

from handlers.asking.checkpoints import say_if_slow
from handlers.batch.job import KIND
from handlers.batch.rows import read_batch
from handlers.jobs.telling import follow_or_cancel
from handlers.services import Services
from handlers.texts import say
from handlers.types import File, Reply, Request, UserError
from models.canonical import one_line
from models.results import Checkpoint, Task
from models.tasks.classification import TextToClassify
from storage.records import Job, JobState, NewJob


async def classify_file(request: Request, services: Services, checkpoint: Checkpoint) -> Reply:
    """Answer `/classify file:feedback.csv [model]`.

    Raises:
        UserError: there is something else as well, or the file cannot be read or has none; or it
            is more text than they may have read.
        ModelError: the model cannot be used.
        StorageError: they have a file asked already.
    """
    file = request.options["file"]
    assert isinstance(file, File)
    if {"text", "pair", "top"} & request.options.keys():
        raise UserError("batch_and_text")
    await _try(request, services, checkpoint, file)
    job = await _start(request, services, checkpoint, file)
    language = request.actor.language
    first = Reply(text=say(language, "batch.begun", name=job.params["name"]))
    reply = await follow_or_cancel(services.jobs, job, language, request.progress, first)
    return await _with_file(reply, services, job)


async def _try(request: Request, services: Services, checkpoint: Checkpoint, file: File) -> None:
    """Ask one row: what is wrong with the file or the model is said before a job begins."""
    batch = await asyncio.to_thread(read_batch, file)
    text = next(filter(None, batch.texts), None)
    if text is None:
        raise UserError("batch_empty")
    await say_if_slow(services, checkpoint, request, Task.CLASSIFY)
    letters = sum(map(len, batch.texts))
    await services.quota.read(request.actor, request.place, letters)
    await services.models.ask(checkpoint, TextToClassify(text), request.place.community)


async def _start(request: Request, services: Services, checkpoint: Checkpoint, file: File) -> Job:
    community, actor = request.place.community, request.actor
    key = services.files.keep(file)
    params = {
        "name": one_line(file.name),
        "model": checkpoint.full_name,
        "language": str(actor.language),
    }
    job = NewJob(community, actor.id, KIND, params, scope=f"of {actor.id}")
    try:
        return await services.jobs.start(job, {"file": key, "model": checkpoint.full_name})
    except BaseException:
        services.files.drop(key)
        raise


async def _with_file(reply: Reply, services: Services, job: Job) -> Reply:
    """Put the file that came of it under what is told, once."""
    ended = await services.storage.jobs.get(job.community, job.id)
    if ended is None or ended.state is not JobState.DONE:
        return reply
    key = ended.metrics["file"]
    file = services.files.get(key)
    services.files.drop(key)
    return replace(reply, files=(file,)) if file else reply
