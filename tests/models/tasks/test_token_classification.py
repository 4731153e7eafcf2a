"""Spans are those of transformers' own pipeline, in the places where people typed them."""

import asyncio
import gc
import json
import shutil
import tracemalloc
import unicodedata
import warnings
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from tokenizers import Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram
from transformers import AutoTokenizer, BertConfig, PreTrainedTokenizerFast

from models.canonical import legible, legible_places
from models.errors import BrokenCheckpoint, WrongTask
from models.results import Aggregation, Checkpoint, Entities, Entity, Origin, TokenCount
from models.tasks.classification import TextToClassify
from models.tasks.fill_mask import MaskedText
from models.tasks.token_classification import TOKEN_CLASSIFICATION, TextToTag, kinds_of
from tests.models.tiny import roberta_tokenizer, save, wordpiece

LABELS = dict(enumerate(["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "MISC", "B-x-y"]))
LIMIT = 128
TEXTS = [
    "good bad movie food",
    "오늘 나는 학교에 간다. The end!",
    "밥은 good🐰 movie🐰food 밥",
    "나",
    "🐰",
    "  two  spaces\tand a\nline ",
    "goodbad moviegood, the.end",
    "(오늘)학교의 밥을…",
    "[SEP] 오늘 <s>",
    "the movie " * 12,
    "오늘학교에간다" * 5,
]


def unigram() -> Any:
    letters = sorted({letter for text in TEXTS for letter in text if not letter.isspace()})
    words = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    words += [(f"▁{word}", -3.0) for word in ("good", "bad", "movie", "오늘", "학교", "the")]
    words += [(letter, -5.0) for letter in letters]
    tokenizer = Tokenizer(Unigram(words, unk_id=3))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Nmt(), normalizers.NFKC()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        "<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        model_input_names=["input_ids", "attention_mask"],
    )


OF_TRANSFORMERS = [way for way in Aggregation if way is not Aggregation.PATH]
TOKENIZERS = {"wordpiece": wordpiece, "bytes": roberta_tokenizer, "unigram": unigram}


def make(folder: Path, tokenizer: Any) -> Checkpoint:
    torch.manual_seed(4)
    tokenizer.model_max_length = LIMIT
    config = BertConfig(
        vocab_size=max(tokenizer.get_vocab().values()) + 1,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        initializer_range=0.5,
        max_position_embeddings=LIMIT,
        id2label=LABELS,
    )
    save(folder, transformers.BertForTokenClassification(config), tokenizer)
    return Checkpoint(folder.name, "0", Origin.FOLDER, folder)


@pytest.fixture(scope="module")
def taggers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Checkpoint]:
    root = tmp_path_factory.mktemp("taggers")
    return {kind: make(root / kind, tokenizer()) for kind, tokenizer in TOKENIZERS.items()}


def plain(checkpoint: Checkpoint, text: str, aggregation: str) -> list[tuple[str, int, int, float]]:
    """What the pipeline of transformers says, but for white space at the ends."""
    pipeline = transformers.pipeline("token-classification", str(checkpoint.folder))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = pipeline(text, aggregation_strategy=aggregation)
    spans = []
    for each in found:
        inside = text[each["start"] : each["end"]]
        start = each["start"] + len(inside) - len(inside.lstrip())
        if inside.strip():
            label = each.get("entity_group") or each["entity"]
            spans.append((label, start, start + len(inside.strip()), float(each["score"])))
    return spans


def spans(answer: Entities) -> list[tuple[str, int, int]]:
    return [(each.label, each.start, each.end) for each in answer.spans]


@pytest.mark.parametrize("aggregation", OF_TRANSFORMERS)
@pytest.mark.parametrize("kind", TOKENIZERS)
async def test_spans_are_those_of_transformers(service, taggers, kind, aggregation):
    checkpoint, seen = taggers[kind], 0
    for text in TEXTS:
        answer = await service.ask(checkpoint, TextToTag(text, aggregation))
        expected = plain(checkpoint, text, aggregation)
        assert not answer.tokens.is_cut
        assert spans(answer) == [each[:3] for each in expected], text
        scores = [each.score for each in answer.spans]
        assert scores == pytest.approx([each[3] for each in expected], abs=1e-5)
        seen += len(expected)
    assert seen > 20, "nothing to compare"


@pytest.mark.parametrize("kind", TOKENIZERS)
async def test_a_crowd_is_answered_as_each_alone(service, taggers, kind):
    alone = [await service.ask(taggers[kind], TextToTag(text)) for text in TEXTS]
    asked = [TextToTag(text) for text in TEXTS * 6]
    crowd = await asyncio.gather(*(service.ask(taggers[kind], each) for each in asked[:64]))
    for answer, expected in zip(crowd, (alone * 6)[:64], strict=True):
        assert spans(answer) == spans(expected)
        scores = [each.score for each in expected.spans]
        assert [each.score for each in answer.spans] == pytest.approx(scores, abs=1e-4)


async def test_a_checkpoint_may_say_how_its_spans_are_put_together(service, taggers, tmp_path):
    usual = taggers["wordpiece"]
    shutil.copytree(usual.folder, tmp_path / "path")
    config = json.loads((tmp_path / "path/config.json").read_text())
    config["calibration"] = {"aggregation": "path"}
    (tmp_path / "path/config.json").write_text(json.dumps(config))
    careful = Checkpoint("path", "0", Origin.FOLDER, tmp_path / "path")
    for text in TEXTS:
        answer = await service.ask(careful, TextToTag(text))
        assert answer.spans == (await service.ask(usual, TextToTag(text, Aggregation.PATH))).spans
    simple = await service.ask(careful, TextToTag(TEXTS[6], Aggregation.SIMPLE))
    assert simple.spans != (await service.ask(careful, TextToTag(TEXTS[6]))).spans


async def test_places_are_those_of_the_text_as_it_was_typed(service, taggers):
    composed = "오늘 나는 학교에 간다. movie"
    typed = unicodedata.normalize("NFD", composed).replace(" ", " \u200b")
    one, other = [
        await service.ask(taggers["wordpiece"], TextToTag(text, Aggregation.NONE, frozenset()))
        for text in (composed, typed)
    ]
    assert [each.label for each in one.spans] == [each.label for each in other.spans]
    for here, there in zip(one.spans, other.spans, strict=True):
        assert legible(typed[there.start : there.end]) == composed[here.start : here.end]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "e\u200b\u0301é",
        "\u1112\u1161\u11ab\ufeffa",
        "가\u11a8\u0301",
        "\u0301a",
        "👩\u200d👩",
    ],
)
def test_every_legible_character_was_typed_somewhere(text):
    read, places = legible(text), legible_places(text)
    assert len(places) == len(read)
    for letter, (start, end) in zip(read, places, strict=True):
        assert letter in legible(text[start:end])
    assert places == sorted(places)


async def test_korean_particles_are_not_swallowed(service, taggers):
    """Only who asks for whole words gets them: each token is judged by its own label."""
    for text in TEXTS:
        tokens = await service.ask(taggers["wordpiece"], TextToTag(text, Aggregation.NONE))
        simple = await service.ask(taggers["wordpiece"], TextToTag(text))
        inside = {at for each in tokens.spans for at in range(each.start, each.end)}
        ends = {at for each in simple.spans for at in (each.start, each.end - 1)}
        assert ends <= inside


async def test_a_long_text_is_read_whole_in_windows(service, taggers):
    text = " ".join(["오늘 나는 학교에 간다", "good movie"] * 40)
    answer = await service.ask(taggers["wordpiece"], TextToTag(text, Aggregation.NONE, frozenset()))
    tokenizer = AutoTokenizer.from_pretrained(taggers["wordpiece"].folder)
    encoded = tokenizer(text, return_offsets_mapping=True, verbose=False)
    assert [(each.start, each.end) for each in answer.spans] == encoded["offset_mapping"][1:-1]
    assert answer.tokens.used == answer.tokens.total == len(encoded["input_ids"])


async def test_what_is_beyond_the_windows_is_said_to_be_cut(service, taggers):
    answer = await service.ask(taggers["wordpiece"], TextToTag("good " * 2000))
    assert answer.tokens.total == 2002
    assert answer.tokens.used == 2 + 126 + 15 * (126 - 31)
    assert answer.tokens.is_cut


async def test_a_text_of_nothing_has_no_spans(service, taggers):
    for text in ("", "\u200b", " \n"):
        assert (await service.ask(taggers["wordpiece"], TextToTag(text))).spans == ()


async def test_a_tokenizer_without_places_is_refused_by_name(service, taggers, tmp_path):
    checkpoint = make(tmp_path / "letters", wordpiece())
    for path in (tmp_path / "letters").glob("*token*"):
        path.unlink()
    transformers.ByT5Tokenizer().save_pretrained(tmp_path / "letters")
    with pytest.raises(BrokenCheckpoint) as refused:
        await service.ask(checkpoint, TextToTag("good"))
    assert refused.value.facts["reason"] == "tokenizer_without_places"


async def test_other_heads_are_refused_by_name(service, taggers, tiny):
    with pytest.raises(WrongTask):
        await service.ask(tiny.get("bert"), TextToTag("good"))
    with pytest.raises(WrongTask):
        await service.ask(taggers["wordpiece"], TextToClassify("good"))
    with pytest.raises(WrongTask):
        await service.ask(taggers["wordpiece"], MaskedText("[MASK]", 1))


def test_how_much_an_answer_takes_is_known():
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    spans = tuple(Entity("PER", at / 7, at + 1_000, at + 1_007) for at in range(1_000))
    answer = Entities(spans, TokenCount(3, 3))
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert taken / 1.5 < TOKEN_CLASSIFICATION.answer_bytes(answer) < taken * 1.5


def test_kinds_are_named_once():
    assert kinds_of(list(LABELS.values())) == ("PER", "LOC", "MISC", "x-y")
