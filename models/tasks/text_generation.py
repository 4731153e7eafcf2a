"""Text generation: a prompt in, what comes behind it out; of a chat model, its answer."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from models.canonical import legible, without_surrogates
from models.checkpoints.loading import LoadedModel, embedded_tokens
from models.checkpoints.rehearsal import Rehearsal
from models.checkpoints.tokenizing.chat_frame import ChatFrame, chat_frame
from models.engines.protocol import Limits
from models.results import Checkpoint, Question, Reading, Task, TokenCount, Way, Written
from models.tasks.generation import MOST_READ, Pen, TextWriter, ToWrite
from models.tasks.spec import WritingTask
from models.tasks.tokens.encoding import estimate_tokens, require_known

if TYPE_CHECKING:
    from models.engines.torch_generator import TorchGenerator

_ROOM_OF_A_TEMPLATE = 8
"""A text that is cut may have some tokens more where it is put into its template."""


@dataclass(frozen=True, slots=True)
class Prompt(Question[Written]):
    """What a causal model is asked."""

    text: str
    limits: Limits = Limits()  # noqa: RUF009 - frozen
    pen: Pen = field(default_factory=Pen, compare=False)


class PromptReader:
    """Puts a prompt into the words of a chat where a model has some, and cuts what is too long."""

    def __init__(
        self, loaded: LoadedModel, generator: "TorchGenerator", frame: ChatFrame | None
    ) -> None:
        self._tokenizer = loaded.tokenizer
        self._generator = generator
        self._frame = frame
        self._limit = loaded.limit
        """How many tokens the network has places for, what is written included."""
        self._vocabulary_size = embedded_tokens(loaded.model)

    def size(self, item: Prompt) -> int:
        """Guess the tokens that are read."""
        return estimate_tokens(item.text, MOST_READ)

    def read(self, item: Prompt) -> ToWrite:
        """Encode a prompt.

        Raises:
            EngineError: its tokenizer is of another network.
        """
        text = legible(without_surrogates(item.text))
        limits = self._fitting(item.limits)
        room = min(MOST_READ, self._limit - (limits.most_tokens or 0))
        ids = self._ids(text)
        require_known(ids, self._vocabulary_size)
        tokens = TokenCount(min(len(ids), room), len(ids))
        reading = Reading(Way.CHAT if self._frame else Way.PROMPT, room)
        if len(ids) > room:
            ids, kept = self._cut(text, ids, room)
            reading = replace(reading, kept=kept)
        return ToWrite(ids, tokens, limits, reading)

    def _fitting(self, limits: Limits) -> Limits:
        """At least half of what a network has places for is left to the prompt."""
        wanted = self._generator.most_tokens(limits, {})
        return replace(limits, most_tokens=max(1, min(wanted, self._limit // 2)))

    def _ids(self, text: str) -> list[int]:
        if self._frame is None:
            found = self._tokenizer(text, verbose=False)
        else:
            framed = self._frame.put(text)
            found = self._tokenizer(framed, add_special_tokens=False, verbose=False)
        return list(found["input_ids"]) or [self._filler()]

    def _cut(self, text: str, ids: list[int], room: int) -> tuple[list[int], int | None]:
        """Keep the end of a text that is gone on with, and the beginning of what is answered.

        Returns:
            The tokens, and how many of a message's own are among them.
        """
        if self._frame is None:
            return ids[-room:], None
        own = self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
        around = len(ids) - len(own)
        kept = max(0, room - around - _ROOM_OF_A_TEMPLATE)
        return self._ids(str(self._tokenizer.decode(own[:kept])))[:room], kept

    def _filler(self) -> int:
        """What stands for a text without any token."""
        ends = (self._tokenizer.bos_token_id, self._tokenizer.eos_token_id)
        return next((each for each in ends if each is not None), 0)


def _writer(
    checkpoint: Checkpoint, loaded: LoadedModel, threads: int, rehearsal: Rehearsal | None
) -> TextWriter[Prompt]:
    # Needs torch, which only a pool thread may import; see models.runtime.
    from models.engines.torch_generator import TorchGenerator  # noqa: PLC0415

    generator = TorchGenerator(loaded.model, threads)
    frame = rehearsal.frame if rehearsal else chat_frame(checkpoint, loaded.tokenizer)
    return TextWriter(generator, loaded.tokenizer, PromptReader(loaded, generator, frame))


WRITING: WritingTask[Prompt, Written] = WritingTask(
    task=Task.WRITE,
    question=Prompt,
    question_bytes=lambda question: len(question.text),
    answer_bytes=lambda answer: len(answer.text),
    heads=("LMHeadModel", "ForCausalLM"),
    auto_class="AutoModelForCausalLM",
    writer=_writer,
    first=Prompt("안녕 hi", Limits(2)),
)
