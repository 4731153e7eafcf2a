"""`/jobs`: what runs here and has run, for everybody.

What runs can be cancelled, and an import can be taken back, by whoever may start one. What is
being taken back cannot be cancelled.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from handlers.batch import job as batch
from handlers.importing import carrying
from handlers.importing import telling as importing
from handlers.jobs.telling import job_reply, list_reply
from handlers.services import Services
from handlers.table import Bilingual, Command, ControlFamily, Kind, Option
from handlers.texts import say
from handlers.types import (
    Actor,
    Button,
    Control,
    Press,
    Reply,
    Request,
    Role,
    UserError,
    Visibility,
)
from storage.errors import NoSuchImport
from storage.records import ImportState, Job, JobState

_SHOWN = 10
_ID = re.compile(r"job:(?P<number>\d{1,15}):cancel")
_MAY_CANCEL = {carrying.KIND: Role.MODERATOR, batch.KIND: Role.MODERATOR}
"""Whoever may start one, and may always stop their own; of other kinds, an admin."""


async def jobs(request: Request, services: Services) -> Reply:
    """Answer `/jobs [number]`.

    Raises:
        UserError: there is no such job here.
    """
    community = request.place.community
    if "number" not in request.options:
        found = await services.storage.jobs.recent(community, _SHOWN)
        return replace(list_reply(found, request.actor), controls=_controls(found, request))
    number = request.number("number", 0)
    job = await services.storage.jobs.get(community, number)
    if job is None:
        raise UserError("unknown_job", number=str(number))
    controls = _controls([job], request) + await _undo(job, request, services)
    return replace(job_reply(job, request.actor), controls=controls)


async def _undo(job: Job, request: Request, services: Services) -> tuple[Control, ...]:
    if not importing.brought_something(job) or request.actor.role < _least_role(job):
        return ()
    with suppress(NoSuchImport):
        one = await services.storage.imports.get(job.community, int(str(job.params["import"])))
        if one.state is not ImportState.UNDONE:
            words = say(request.actor.language, "jobs.undo", name=job.params["name"])
            return (importing.undo(job, words),)
    return ()


def _controls(found: Sequence[Job], request: Request) -> tuple[Control, ...]:
    language = request.actor.language
    return tuple(
        Button(f"job:{job.id}:cancel", say(language, "jobs.cancel", name=job.params["name"]), "bad")
        for job in found
        if _is_cancellable(job) and _may_cancel(job, request.actor)
    )


def _is_cancellable(job: Job) -> bool:
    return job.state is JobState.RUNNING and not importing.takes_back(job)


def _may_cancel(job: Job, actor: Actor) -> bool:
    is_own = job.kind == batch.KIND and job.user == actor.id
    return is_own or actor.role >= _least_role(job)


def _least_role(job: Job) -> Role:
    return _MAY_CANCEL.get(job.kind, Role.ADMIN)


JOBS = Command(
    name=Bilingual("jobs", "작업"),
    description=Bilingual(
        "Trainings, imports and other long work here, now and before",
        "학습과 가져오기처럼 오래 걸리는 일을, 지난 것까지 보여 줘요",
    ),
    handler=jobs,
    visibility=Visibility.PRIVATE,
    is_quick=True,
    example=Bilingual("/jobs", "/작업"),
    options=(
        Option(
            Bilingual("number", "번호"),
            Bilingual("One job, in detail", "자세히 볼 작업의 번호"),
            Kind.INTEGER,
            takes_free_text=True,
            minimum=1,
            maximum=999_999_999,
        ),
    ),
)


async def press_job(press: Press, services: Services) -> Reply:
    """Ask a job to stop, from wherever it runs.

    Raises:
        UserError: the id is not ours, no such job runs here, or it cannot be stopped half way.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    community, number = press.place.community, int(found["number"])
    job = await services.storage.jobs.get(community, number)
    if job is not None and not _may_cancel(job, press.actor):
        raise UserError(f"role_{_least_role(job).name.lower()}")
    if job is not None and not job.has_ended and importing.takes_back(job):
        raise UserError("import_taking_back", name=job.params["name"])
    if job is None or not await services.jobs.cancel(community, number):
        raise UserError("nothing_to_cancel")
    return Reply(text=say(press.actor.language, "jobs.cancelling", name=job.params["name"]))


JOB_CONTROLS = ControlFamily("job", press_job)
