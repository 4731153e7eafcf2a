"""`/finetune`: train a classifier from the labels gathered here."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import ceil

from handlers.guard.limits import TRAININGS, limit_of
from handlers.jobs.telling import follow_or_cancel
from handlers.services import Services
from handlers.table import LONGEST_NAME, Bilingual, Command, Kind, Option, model_option
from handlers.texts import say
from handlers.training.job import KIND, new_job
from handlers.training.plan import TrainingOrder, announce, make_plan
from handlers.training.repeated import repeated
from handlers.training.tuning import EPOCHS, TUNING_OPTIONS
from handlers.types import Place, Reply, Request, Role, UserError
from handlers.versions.removing import check_room
from models.finetune.plan import RecipeName

_DAY = timedelta(days=1)
_SILENT_S = 1.0
"""What takes no longer is not told of: it would stand where people read what is planned."""


async def finetune(request: Request, services: Services) -> Reply:
    """Answer `/finetune [model] [epochs] [name] [recipe] [dataset] [learning_rate] …`."""
    unended = await services.storage.jobs.unended(request.place.community, KIND)
    await check_room(services, request.place.community, coming=len(unended))
    await _check_trainings(services, request.place)
    language = request.actor.language
    order = await _planned(request, services)
    if order.plan.name in {job.params["name"] for job in unended}:
        raise UserError("training_busy", name=order.plan.name)
    snapshot = await services.storage.snapshots.take(order.snapshot)
    new, plan = new_job(order, snapshot, request, services)
    same_as = await repeated(services, new)
    said = announce(order, services, language, same_as)
    new = replace(new, params={**new.params, "same_as": same_as})
    job = await services.jobs.start(new, plan)
    # Said once the job is on disk: whoever reads it may ask for its status or cancel it.
    return await follow_or_cancel(services.jobs, job, language, request.progress, said)


RECIPES = (
    Bilingual(RecipeName.AUTO, "자동"),
    Bilingual(RecipeName.FULL, "전체"),
    Bilingual(RecipeName.HEAD, "헤드"),
    Bilingual(RecipeName.TRAINER, "트레이너"),
    Bilingual(RecipeName.LOOP, "루프"),
)

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
            EPOCHS,
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
            Bilingual("recipe", "방법"),
            Bilingual("How to learn (auto)", "어떻게 배울지 (기본 자동)"),
            Kind.CHOICE,
            choices=RECIPES,
        ),
        Option(
            Bilingual("dataset", "데이터셋"),
            Bilingual("What to learn from (the largest)", "무엇으로 배울지 (기본 가장 큰 것)"),
            Kind.DATASET,
            maximum=LONGEST_NAME,
        ),
        *TUNING_OPTIONS,
    ),
)


async def _check_trainings(services: Services, place: Place) -> None:
    """Refuse one too many in a day, where others want their turn."""
    if place.is_private_property:
        return
    community, storage = place.community, services.storage
    most = await limit_of(TRAININGS, community, storage.settings, services.rules)
    now = datetime.now(UTC)
    began = [job.created_at for job in await storage.jobs.recent(community, most, KIND)]
    today = [time for time in began if time > now - _DAY]
    if len(today) >= most:
        hours = ceil((min(today) + _DAY - now) / timedelta(hours=1))
        raise UserError("trainings_full", most=most, hours=hours)


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
