"""`/summarize`: a long text in short, by a model that has learned it."""

from handlers.asking.checkpoints import ready
from handlers.asking.query_log import Stopwatch
from handlers.services import Services
from handlers.table import Bilingual, Command, model_option, text_option
from handlers.types import Reply, Request
from handlers.writing.answering import write, written_reply
from handlers.writing.model_choice import default_model
from models.results import Task
from models.tasks.text_to_text import Purpose, TextToRewrite


async def summarize(request: Request, services: Services) -> Reply:
    """Answer `/summarize text [model]`."""
    default = await default_model(services, request, [Task.REWRITE], "no_summarizer")
    checkpoint = await ready(services, request, "model", default)
    watch, text = Stopwatch(), str(request.options["text"])
    written = await write(
        request,
        services,
        checkpoint,
        lambda pen: TextToRewrite(text, Purpose.SUMMARY, pen=pen),
    )
    return await written_reply(request, services, checkpoint, written, watch, text)


SUMMARIZE = Command(
    name=Bilingual("summarize", "요약"),
    description=Bilingual("A long text in short", "긴 글을 짧게 줄여 줘요"),
    handler=summarize,
    example=Bilingual(
        "/summarize The meeting began late, and then nobody knew what it was about",
        "/요약 회의가 늦게 시작됐고, 무슨 회의인지 아무도 몰랐어요",
    ),
    options=(
        text_option("The text to shorten", "줄일 글"),
        model_option("Which model (the first allowed)", "쓸 모델 (기본 첫 모델)", Task.REWRITE),
    ),
)
