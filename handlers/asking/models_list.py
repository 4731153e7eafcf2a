"""`/models`: every model that can be asked here, with what it is for and how it stands."""

from handlers.asking.checkpoints import find, names
from handlers.services import Services
from handlers.table import Bilingual, Command
from handlers.texts import say
from handlers.types import Language, Reply, Request, Table, UserError, Visibility
from models.errors import ModelError
from models.results import Checkpoint
from storage.records import JobState


async def models_list(request: Request, services: Services) -> Reply:
    """Answer `/models`."""
    language = request.actor.language
    community = request.place.community
    rows = [
        await _row(services, community, name, language) for name in await names(services, community)
    ]
    for job in await services.storage.jobs.recent(community, 5, "finetune"):
        if job.state is JobState.RUNNING:
            rows.append((str(job.params["name"]), "–", say(language, "models.training"), "–"))
    columns = ("name", "task", "state", "origin")
    return Reply(
        title=say(language, "models.title"),
        text=say(language, "models.hint"),
        table=Table(tuple(say(language, f"models.{c}") for c in columns), tuple(rows)),
    )


MODELS = Command(
    name=Bilingual("models", "모델목록"),
    description=Bilingual("Which models can be asked", "물어볼 수 있는 모델을 보여 줘요"),
    handler=models_list,
    visibility=Visibility.PRIVATE,
    example=Bilingual("/models", "/모델목록"),
)


async def _row(
    services: Services, community: str, name: str, language: Language
) -> tuple[str, str, str, str]:
    try:
        # A name of the operator's may mean a version of the community's, which has its own row.
        is_trained = "@" in name
        checkpoint = (
            await find(services, community, name) if is_trained else services.models.find(name)
        )
        task = services.models.task_of(checkpoint)
    except (UserError, ModelError):
        return (name, "–", say(language, "models.broken"), "–")
    return (
        checkpoint.full_name,
        task or "–",
        say(language, f"models.{_state(services, checkpoint)}"),
        say(language, f"origin.{checkpoint.origin}"),
    )


def _state(services: Services, checkpoint: Checkpoint) -> str:
    state = services.models.state(checkpoint)
    if state.is_loaded:
        return "loaded"
    if state.is_loading:
        return "being_loaded"
    if checkpoint.folder is None:
        return "to_download"
    return "on_disk" if checkpoint.folder.is_dir() else "broken"
