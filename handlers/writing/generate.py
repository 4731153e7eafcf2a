"""`/generate`: what a model writes behind a prompt, or in answer to it."""

from handlers.asking.checkpoints import ready
from handlers.asking.query_log import Stopwatch
from handlers.services import Services
from handlers.table import LONGEST_TEXT, Bilingual, Command, Kind, Option, model_option
from handlers.types import Reply, Request
from handlers.writing.answering import write, written_reply
from handlers.writing.model_choice import default_model
from handlers.writing.options import WRITING_OPTIONS, limits_of
from models.errors import WrongTask
from models.results import Checkpoint, Question, Task, Written
from models.tasks.generation import Pen
from models.tasks.text_generation import Prompt
from models.tasks.text_to_text import Purpose, TextToRewrite

_MADE_FOR = (Task.WRITE, Task.REWRITE)


async def generate(request: Request, services: Services) -> Reply:
    """Answer `/generate prompt [model] [length] [temperature] [beams] [seed]`."""
    limits, prompt = limits_of(request), str(request.options["prompt"])
    default = await default_model(services, request, _MADE_FOR, "no_writer")
    checkpoint = await ready(services, request, "model", default)
    made_for = _required(services, checkpoint)
    watch = Stopwatch()

    def ask(pen: Pen) -> Question[Written]:
        if made_for == Task.REWRITE:
            return TextToRewrite(prompt, limits=limits, pen=pen)
        return Prompt(prompt, limits, pen)

    written = await write(request, services, checkpoint, ask)
    seed = limits.seed
    return await written_reply(request, services, checkpoint, written, watch, prompt, seed=seed)


def _required(services: Services, checkpoint: Checkpoint) -> str | None:
    """Return what a model is made for; what only translates has no use for a prompt."""
    made_for = services.models.task_of(checkpoint)
    if made_for == Purpose.TRANSLATION:
        facts = {"can": str(made_for), "wanted": str(Task.WRITE), "instead": []}
        raise WrongTask(name=checkpoint.full_name, **facts)
    return made_for


GENERATE = Command(
    name=Bilingual("generate", "생성"),
    description=Bilingual("What a model writes to a prompt", "프롬프트에 이어 글을 써요"),
    handler=generate,
    example=Bilingual("/generate Once upon a time", "/생성 옛날 옛적에"),
    options=(
        Option(
            Bilingual("prompt", "프롬프트"),
            Bilingual("What to go on with, or to answer", "이어 쓰거나 대답할 글"),
            Kind.TEXT,
            is_required=True,
            takes_free_text=True,
            maximum=LONGEST_TEXT,
        ),
        model_option("Which model (the first allowed)", "쓸 모델 (기본 첫 모델)"),
        *WRITING_OPTIONS,
    ),
)
