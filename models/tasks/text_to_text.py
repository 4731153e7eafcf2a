"""One text into another: summaries, translations, and whatever a prompt asks of such a network."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from models.checkpoints.files import Config
from models.checkpoints.loading import LoadedModel, embedded_tokens
from models.checkpoints.rehearsal import Rehearsal
from models.checkpoints.tokenizing.tokenizer import text_tokenizer
from models.engines.protocol import Limits
from models.errors import WrongTask
from models.results import Checkpoint, Question, Reading, Task, Way, Written
from models.tasks.generation import MOST_READ, Pen, TextWriter, ToWrite
from models.tasks.spec import WritingTask
from models.tasks.tokens.encoding import TextEncoder, estimate_tokens
from models.tasks.translation import TRANSLATORS, Direction, own_params, translator_of

if TYPE_CHECKING:
    from models.engines.torch_generator import TorchGenerator


class Purpose(StrEnum):
    """What the other text is to be, by the Hub's names of such tasks."""

    ANY = "text2text-generation"
    """Whatever the text asks for."""
    SUMMARY = "summarization"
    TRANSLATION = "translation"


@dataclass(frozen=True, slots=True)
class TextToRewrite(Question[Written]):
    """What a network is asked that reads one text and writes another."""

    text: str
    purpose: Purpose = Purpose.ANY
    target: str | None = None
    """Of a translation: into which language, by anybody's code."""
    source: str | None = None
    """None: the checkpoint says it, or it is guessed."""
    limits: Limits = Limits()  # noqa: RUF009 - frozen
    pen: Pen = field(default_factory=Pen, compare=False)


class TextReader:
    """Encodes a text as the checkpoint wants it for a purpose."""

    def __init__(
        self, checkpoint: Checkpoint, loaded: LoadedModel, generator: "TorchGenerator"
    ) -> None:
        self._checkpoint = checkpoint
        self._config: Any = loaded.model.config
        self._generator = generator
        self._translator = translator_of(loaded.tokenizer, self._config)
        self._is_translator = self._config.model_type in TRANSLATORS
        self._limit = loaded.limit
        tokenizer = text_tokenizer(loaded.tokenizer)
        vocabulary_size = embedded_tokens(loaded.model)
        limit = min(MOST_READ, loaded.limit)
        self._encoder = TextEncoder(tokenizer, limit, False, vocabulary_size)
        self._languages = frozenset(getattr(self._translator, "ids", {}).values())

    def size(self, item: TextToRewrite) -> int:
        """Guess the tokens that are read."""
        return estimate_tokens(item.text, self._encoder.limit)

    def read(self, item: TextToRewrite) -> ToWrite:
        """Encode a text, with what stands before it for the purpose.

        Raises:
            WrongTask: the checkpoint is not made for the purpose.
            LanguageMissing: it does not know one of the languages.
            EngineError: its tokenizer does not belong to the network.
        """
        direction = self._direction(item)
        (read,) = self._encoder.encode([direction.prefix + item.text])
        replaced = self._spoken(read.ids, direction.source_id)
        ids = list(read.ids)
        for place, id_ in replaced:
            ids[place] = id_
        most = self._encoder.limit
        return ToWrite(
            ids=ids,
            tokens=read.tokens,
            limits=self._fitting(item.limits, direction.settings),
            reading=Reading(Way.TEXT, most, prefix=direction.prefix, replaced=replaced),
            settings=direction.settings,
            source=direction.source,
            target=direction.target,
        )

    def _direction(self, item: TextToRewrite) -> Direction:
        name = self._checkpoint.full_name
        if item.purpose is Purpose.TRANSLATION:
            if self._translator is None or item.target is None:
                raise self._not_made_for(item.purpose)
            return self._translator.direction(name, item.text, item.source, item.target)
        if self._is_translator and item.purpose is Purpose.SUMMARY:
            raise self._not_made_for(item.purpose)
        own = own_params(self._config, item.purpose)
        return Direction(None, None, prefix=str(own.get("prefix") or ""), settings=own)

    def _not_made_for(self, purpose: Purpose) -> WrongTask:
        can = Purpose.TRANSLATION if self._is_translator else Task.REWRITE
        facts = {"can": str(can), "wanted": str(purpose), "instead": []}
        return WrongTask(name=self._checkpoint.full_name, **facts)

    def _spoken(self, ids: list[int], source_id: int | None) -> list[tuple[int, int]]:
        """Return where the source's token is to stand, not the tokenizer's usual language."""
        if source_id is None:
            return []
        head, tail = self._encoder.frame
        around = (*range(head), *range(-tail, 0))
        return [(place, source_id) for place in around if ids[place] in self._languages]

    def _fitting(self, limits: Limits, settings: Mapping[str, Any]) -> Limits:
        """A decoder has as many places as what it reads from, and begins with a token or two."""
        wanted = self._generator.most_tokens(limits, settings)
        return replace(limits, most_tokens=max(1, min(wanted, self._limit - 2)))


def _purpose_of(config: Config) -> str:
    """Return what such a network is made for, where its type tells."""
    is_translator = config.get("model_type") in TRANSLATORS
    return Purpose.TRANSLATION if is_translator else Task.REWRITE


def _writer(
    checkpoint: Checkpoint, loaded: LoadedModel, threads: int, _: Rehearsal | None
) -> TextWriter[TextToRewrite]:
    # Needs torch, which only a pool thread may import; see models.runtime.
    from models.engines.torch_generator import TorchGenerator  # noqa: PLC0415

    generator = TorchGenerator(loaded.model, threads)
    return TextWriter(generator, loaded.tokenizer, TextReader(checkpoint, loaded, generator))


REWRITING: WritingTask[TextToRewrite, Written] = WritingTask(
    task=Task.REWRITE,
    question=TextToRewrite,
    question_bytes=lambda question: len(question.text),
    answer_bytes=lambda answer: len(answer.text),
    heads=("ForConditionalGeneration", "MTModel"),
    auto_class="AutoModelForSeq2SeqLM",
    writer=_writer,
    first=TextToRewrite("안녕 hi", limits=Limits(2)),
    purpose_of=_purpose_of,
    purposes=frozenset({Purpose.TRANSLATION}),
)
