"""`/translate`: a text in another language, of those that a model has learned."""

from handlers.asking.checkpoints import ready
from handlers.asking.query_log import Stopwatch
from handlers.services import Services
from handlers.table import LONGEST_NAME, Bilingual, Command, Kind, Option, model_option, text_option
from handlers.texts import say
from handlers.types import Language, Reply, Request
from handlers.writing.answering import write, written_reply
from handlers.writing.languages import code_of, name_of
from handlers.writing.model_choice import default_model
from models.results import Task, Written
from models.tasks.text_to_text import Purpose, TextToRewrite

_MADE_FOR = (Purpose.TRANSLATION, Task.REWRITE)
"""What does nothing else comes before what may do so, too, as T5."""


async def translate(request: Request, services: Services) -> Reply:
    """Answer `/translate text to [from] [model]`."""
    default = await default_model(services, request, _MADE_FOR, "no_translator")
    checkpoint = await ready(services, request, "model", default)
    watch, text = Stopwatch(), str(request.options["text"])
    target = code_of(str(request.options["to"]))
    source = code_of(str(request.options["from"])) if "from" in request.options else None
    written = await write(
        request,
        services,
        checkpoint,
        lambda pen: TextToRewrite(text, Purpose.TRANSLATION, target, source, pen=pen),
    )
    title = _title(written, request.actor.language)
    return await written_reply(request, services, checkpoint, written, watch, text, title)


TRANSLATE = Command(
    name=Bilingual("translate", "번역"),
    description=Bilingual("A text in another language", "글을 번역해 줘요"),
    handler=translate,
    example=Bilingual("/translate The bus is late to:Korean", "/번역 버스가 늦게 와요 언어:영어"),
    options=(
        text_option("The text to translate", "옮길 글"),
        Option(
            Bilingual("to", "언어"),
            Bilingual("Into which language, such as Korean or ko", "옮길 언어 (예: 영어, en)"),
            Kind.TEXT,
            is_required=True,
            maximum=LONGEST_NAME,
        ),
        Option(
            Bilingual("from", "원문"),
            Bilingual("The language of the text (guessed)", "글의 언어 (기본 짐작해요)"),
            Kind.TEXT,
            maximum=LONGEST_NAME,
        ),
        model_option("Which model (the first allowed)", "쓸 모델 (기본 첫 모델)", Task.REWRITE),
    ),
)


def _title(written: Written, language: Language) -> str | None:
    """Say from which language into which, as far as the model says it."""
    if written.target is None:
        return None
    target = name_of(written.target, language)
    if written.source is None:
        return say(language, "translate.into", target=target)
    return say(language, "translate.both", source=name_of(written.source, language), target=target)
