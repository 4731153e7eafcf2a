"""`/finetune`: train a classifier from the labels gathered here."""

import asyncio

from handlers.jobs.telling import follow_or_cancel
from handlers.services import Services
from handlers.table import LONGEST_NAME, Bilingual, Command, Kind, Option, model_option
from handlers.texts import say
from handlers.training.job import KIND, new_job
from handlers.training.plan import TrainingOrder, announce, make_plan
from handlers.types import Reply, Request, Role, UserError
from handlers.versions.removing import check_room
from storage.records import Job

_SHOWN_RUNS = 10
_SILENT_S = 1.0
"""What takes no longer is not told of: it would stand where people read what is planned."""


async def finetune(request: Request, services: Services) -> Reply:
    """Answer `/finetune [model] [epochs] [name] [dataset]`."""
    busy = await _unended(request, services)
    if busy:
        raise UserError("training_busy", name=busy.params["name"])
    await check_room(services, request.place.community)
    language = request.actor.language
    order = await _planned(request, services)
    said = announce(order, services, language)
    snapshot = await services.storage.snapshots.take(order.snapshot)
    job = await services.jobs.start(*new_job(order, snapshot, request, services))
    # Said once the job is on disk: whoever reads it may ask for its status or cancel it.
    return await follow_or_cancel(services.jobs, job, language, request.progress, said)


FINETUNE = Command(
    name=Bilingual("finetune", "학습"),
    description=Bilingual(
        "Train a classifier from the labels gathered here",
        "여기서 모은 라벨로 분류 모델을 학습해요",
    ),
    handler=finetune,
    role=Role.ADMIN,
    is_long=True,
    former_words=("action", "할일", "start", "시작", "cancel", "취소", "status", "상태"),
    example=Bilingual("/finetune epochs:3 name:ours", "/학습 에폭:3 이름:우리모델"),
    options=(
        model_option("Which model to begin from (fillmask)", "출발점이 될 모델 (기본 fillmask)"),
        Option(
            Bilingual("epochs", "에폭"),
            Bilingual("How often to go through the labels", "라벨 전체를 몇 번 볼지"),
            Kind.INTEGER,
            minimum=1,
            maximum=50,
        ),
        Option(
            Bilingual("name", "이름"),
            Bilingual("What to call the new model", "새 모델의 이름"),
            Kind.NAME,
        ),
        Option(
            Bilingual("dataset", "데이터셋"),
            Bilingual("What to learn from (the largest)", "무엇으로 배울지 (기본 가장 큰 것)"),
            Kind.DATASET,
            maximum=LONGEST_NAME,
        ),
    ),
)


async def _planned(request: Request, services: Services) -> TrainingOrder:
    waiting = asyncio.create_task(_tell_of_waiting(request))
    try:
        return await make_plan(request, services)
    finally:
        waiting.cancel()
        await asyncio.wait({waiting})


async def _tell_of_waiting(request: Request) -> None:
    await asyncio.sleep(_SILENT_S)
    await request.progress(Reply(text=say(request.actor.language, "finetune.preparing")))


async def _unended(request: Request, services: Services) -> Job | None:
    jobs = await services.storage.jobs.recent(request.place.community, _SHOWN_RUNS, KIND)
    return next((job for job in jobs if not job.has_ended), None)
