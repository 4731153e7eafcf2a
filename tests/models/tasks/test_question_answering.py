"""The passage is that of a plain reference: each window by itself, the best of them all."""

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers

from models.errors import BrokenCheckpoint, QuestionTooLong, WrongTask
from models.results import Checkpoint, FoundAnswer, Origin
from models.tasks.classification import TextToClassify
from models.tasks.question_answering import MOST_TOKENS, ContextQuestion
from models.tasks.tokens.windows import MOST_WINDOWS, windows_of
from tests.models.engine_help import running
from tests.models.tiny import LIMIT, roberta_tokenizer, save, wordpiece

QUESTION = "나는 good movie?"
CONTEXTS = [
    "오늘 나는 학교에 간다. good movie 🐰 The end!",
    "bad",
    "🐰🐰 밥은 정말 맛있었다, the movie (the end)",
    "나는  학교의   movie\n밥을 good bad food " * 12,
    "the movie the end bad food 오늘 " * 40,
]
_SIZES: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "initializer_range": 0.4,
}


def make(folder: Path, kind: str = "bert") -> Checkpoint:
    torch.manual_seed(5)
    if kind == "bert":
        tokenizer = wordpiece()
        config = transformers.BertConfig(
            vocab_size=len(tokenizer), max_position_embeddings=LIMIT, **_SIZES
        )
        save(folder, transformers.BertForQuestionAnswering(config), tokenizer)
    else:
        tokenizer = roberta_tokenizer()
        config = transformers.RobertaConfig(
            vocab_size=len(tokenizer),
            max_position_embeddings=LIMIT + 2,
            type_vocab_size=1,
            pad_token_id=1,
            **_SIZES,
        )
        save(folder, transformers.RobertaForQuestionAnswering(config), tokenizer)
    return Checkpoint(kind, "0", Origin.FOLDER, folder)


def reference(checkpoint: Checkpoint, question: str, context: str) -> tuple[int, int, float, float]:
    """The old pipeline's arithmetic over `return_overflowing_tokens` of plain transformers.

    Returns where the best passage begins and ends, its score, and that of no answer.
    """
    tokenizer = transformers.AutoTokenizer.from_pretrained(checkpoint.folder)
    model = transformers.AutoModelForQuestionAnswering.from_pretrained(checkpoint.folder).eval()
    around = len(tokenizer(question, "")["input_ids"])
    room = LIMIT - around
    encoded = tokenizer(
        question,
        context,
        truncation="only_second",
        max_length=LIMIT,
        stride=room // 4,
        return_overflowing_tokens=True,
        return_offsets_mapping=True,
    )
    best, least_none = (0, 0, 0.0), 1.0
    for window in range(min(MOST_WINDOWS, len(encoded["input_ids"]))):
        names = [name for name in ("input_ids", "token_type_ids") if name in encoded]
        inputs = {name: torch.tensor([encoded[name][window]]) for name in names}
        with torch.inference_mode():
            output = model(**inputs)
        own = np.array([each == 1 for each in encoded.sequence_ids(window)])
        seen = own.copy()
        seen[0] = True
        chances = []
        for logits in (output.start_logits[0].numpy(), output.end_logits[0].numpy()):
            masked = np.where(seen, logits.astype(np.float64), -np.inf)
            powers = np.exp(masked - masked.max())
            chances.append(powers / powers.sum())
        least_none = min(least_none, float(chances[0][0] * chances[1][0]))
        for first in np.flatnonzero(own):
            for last in np.flatnonzero(own):
                score = float(chances[0][first] * chances[1][last])
                if first <= last < first + MOST_TOKENS and score > best[2]:
                    places = encoded["offset_mapping"][window]
                    best = (places[first][0], places[last][1], score)
    return (*best, least_none)


@pytest.mark.parametrize("kind", ["bert", "roberta"])
async def test_the_answer_is_that_of_the_reference_alone_and_in_a_crowd(
    kind: str, tmp_path: Path
) -> None:
    checkpoint = make(tmp_path / kind, kind)
    expected = [reference(checkpoint, QUESTION, context) for context in CONTEXTS]
    questions = [ContextQuestion(QUESTION, CONTEXTS[n % len(CONTEXTS)]) for n in range(64)]
    async with running(tmp_path) as service:
        alone = [await service.ask(checkpoint, each) for each in questions[: len(CONTEXTS)]]
        crowd = await asyncio.gather(*(service.ask(checkpoint, each) for each in questions))
    for n, found in enumerate([*alone, *crowd]):
        context = CONTEXTS[n % len(CONTEXTS)]  # the crowd begins anew where those alone end
        start, end, score, none = expected[n % len(CONTEXTS)]
        assert context[found.start : found.end] == context[start:end].strip()
        assert abs(found.score - score) < 1e-5 and abs(found.none_score - none) < 1e-5
    is_long = kind == "roberta"  # a byte is a token
    assert [found.windows > 1 for found in alone] == [is_long, False, is_long, True, True]
    assert alone[-1].tokens.is_cut == (kind == "roberta")


def test_windows_overlap_by_a_quarter() -> None:
    assert list(windows_of(10, 8)) == [(0, 8), (6, 10)]


async def test_no_answer_is_told_where_that_is_likelier(tmp_path: Path) -> None:
    checkpoint = make(tmp_path / "bert")
    model = transformers.BertForQuestionAnswering.from_pretrained(tmp_path / "bert").eval()
    tokenizer = wordpiece()
    inputs = tokenizer(QUESTION, CONTEXTS[1], return_tensors="pt")
    with torch.inference_mode():
        first = model.bert(**inputs).last_hidden_state[0, 0]
        model.qa_outputs.weight[:] = first  # whatever is like [CLS] is an answer: [CLS] itself
        model.qa_outputs.bias[:] = 0
    save(tmp_path / "none", model, tokenizer)
    none = Checkpoint("none", "0", Origin.FOLDER, tmp_path / "none")
    async with running(tmp_path) as service:
        found = await service.ask(none, ContextQuestion(QUESTION, CONTEXTS[1]))
        assert found.is_none and found.none_score > found.score
        empty = await service.ask(checkpoint, ContextQuestion(QUESTION, "\u200b"))
    assert empty == FoundAnswer(0, 0, 0.0, 0.0, empty.tokens, 0) and empty.is_none


async def test_places_count_in_the_text_as_it_was_typed(tmp_path: Path) -> None:
    checkpoint = make(tmp_path / "bert")
    plain = "나는 학교에 간다"
    typed = "\u200b나\u200b는 학교에 간다"
    async with running(tmp_path) as service:
        one = await service.ask(checkpoint, ContextQuestion(QUESTION, plain))
        other = await service.ask(checkpoint, ContextQuestion(QUESTION, typed))
    inside = typed[other.start : other.end].replace("\u200b", "")
    assert inside == plain[one.start : one.end]


async def test_a_hundred_thousand_characters_are_read_as_far_as_sixteen_windows_go(
    tmp_path: Path,
) -> None:
    checkpoint = make(tmp_path / "bert")
    async with running(tmp_path) as service:
        found = await service.ask(checkpoint, ContextQuestion(QUESTION, "good movie " * 9_000))
    assert found.windows == MOST_WINDOWS and found.tokens.is_cut


async def test_a_question_that_leaves_no_room_is_refused_alone(tmp_path: Path) -> None:
    checkpoint = make(tmp_path / "bert")
    async with running(tmp_path) as service:
        asked = (
            service.ask(checkpoint, ContextQuestion(question, "good movie"))
            for question in (QUESTION, "the movie " * 20)
        )
        fits, refused = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(fits, FoundAnswer)
    assert isinstance(refused, QuestionTooLong)
    assert refused.facts == {"used": 43, "maximum": LIMIT // 2}


async def test_other_heads_and_tokenizers_without_places_are_refused(tmp_path: Path) -> None:
    checkpoint = make(tmp_path / "bert")
    async with running(tmp_path) as service:
        with pytest.raises(WrongTask):
            await service.ask(checkpoint, TextToClassify("good"))
        for path in (tmp_path / "bert").glob("*token*"):
            path.unlink()
        transformers.ByT5Tokenizer().save_pretrained(tmp_path / "bert")
        with pytest.raises(BrokenCheckpoint):
            await service.ask(checkpoint, ContextQuestion(QUESTION, "good movie"))
