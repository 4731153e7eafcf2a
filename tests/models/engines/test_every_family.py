"""Every family answers as plain transformers does: alone, in a crowd of 64, and when measured."""

import functools
import inspect
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from torch.testing import assert_close
from transformers import (
    AutoModelForMaskedLM,
    AutoModelForSequenceClassification,
    AutoTokenizer,
    BatchEncoding,
    CanineConfig,
    CanineForSequenceClassification,
    CanineTokenizer,
    PerceiverConfig,
    PerceiverForSequenceClassification,
    PerceiverTokenizer,
)

from models.checkpoints.loading import embedded_tokens
from models.checkpoints.tokenizing.tokenizer import text_tokenizer
from models.engines.padding import Row, padding_of
from models.engines.torch_engine import TorchEngine
from models.errors import BrokenCheckpoint
from models.finetune.network.checkpoint import Head, load_base, load_trained
from models.finetune.network.loop import LoopSettings, predict, train_classifier
from models.reasons import Reason
from models.results import Checkpoint, Origin
from models.tasks.classification import CLASSIFICATION, Classifier, TextToClassify
from models.tasks.embedding import EMBEDDING
from models.tasks.fill_mask import FILLING_MASKS
from models.tasks.registry import load_for
from models.tasks.spec import NetworkTask, pipeline_config_of
from models.tasks.token_classification import TOKEN_CLASSIFICATION
from models.tasks.tokens.encoding import TextEncoder, every_token
from tests.models.engines.every_family import LABELS, LIMIT, make
from tests.models.tiny import save

CLASSIFIERS = [
    *("albert", "bart", "bert", "big_bird", "biogpt", "bloom", "camembert", "canine", "convbert"),
    *("ctrl", "data2vec-text", "deberta", "deberta-v2", "distilbert", "electra", "ernie", "esm"),
    *("falcon", "flaubert", "fnet", "funnel", "gpt2", "gpt_neo", "gpt_neox", "ibert"),
    *("llama", "longformer", "luke", "mbart", "megatron-bert", "mobilebert", "modernbert", "mpnet"),
    *("mpt", "nystromformer", "openai-gpt", "opt", "plbart", "qwen3", "rembert"),
    *("roberta", "roberta-prelayernorm", "roformer", "squeezebert", "t5", "xlm", "xlm-roberta"),
    *("xlnet", "xmod"),
]
FILLERS = [
    *("albert", "bert", "big_bird", "camembert", "convbert", "deberta", "distilbert", "electra"),
    *("ernie", "esm", "fnet", "funnel", "ibert", "longformer", "luke", "mobilebert", "modernbert"),
    *("mpnet", "nystromformer", "rembert", "roberta", "roformer", "squeezebert", "xlm-roberta"),
]
SIZES: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 64,
    "initializer_range": 0.5,
}
WORDS = ["the", "end", "good", "bad", "movie", "food", "오늘", "나", "밥", "학교", "a", "b", "c"]
_CHANCE = random.Random(0)
TEXTS = [" ".join(_CHANCE.choices(WORDS, k=_CHANCE.choice([1, 2, 3, 5, 9, 20]))) for _ in range(7)]
TEXTS = [*TEXTS, "good " * 200]
TIMES = 64 // len(TEXTS)
CROWD = TEXTS * TIMES


Made = Callable[[str, str], Checkpoint]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Checkpoints by kind and class, each made once, for tests that only read them."""
    root = tmp_path_factory.mktemp("families")
    return functools.cache(lambda kind, auto_class: make(root / auto_class, kind, auto_class))


def taken(model: Any, batch: BatchEncoding) -> dict[str, torch.Tensor]:
    names = inspect.signature(model.forward).parameters
    return {name: tensor for name, tensor in batch.items() if name in names}


def plain(checkpoint: Checkpoint, least: int) -> torch.Tensor:
    """What plain transformers says of each text alone; those that it fails at are filled up."""
    tokenizer = AutoTokenizer.from_pretrained(checkpoint.folder)
    model = AutoModelForSequenceClassification.from_pretrained(checkpoint.folder).eval()
    rows = []
    with torch.inference_mode():
        for text in TEXTS:
            batch = tokenizer(text, truncation=True, max_length=LIMIT, return_tensors="pt")
            if batch["input_ids"].shape[1] < least:
                batch = tokenizer(text, padding="max_length", max_length=least, return_tensors="pt")
            rows.append(model(**taken(model, batch)).logits[0].float())
    return torch.stack(rows).softmax(-1)


def scores(classifier: Classifier, texts: list[str]) -> torch.Tensor:
    answers = classifier.prepare([TextToClassify(text) for text in texts])()
    by_name = [{each.label: each.score for each in answer.scores} for answer in answers]
    return torch.tensor([[row[name] for name in LABELS.values()] for row in by_name])


@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_a_classifier_answers_and_is_measured_as_plain_transformers(kind: str, made: Made) -> None:
    checkpoint = made(kind, "AutoModelForSequenceClassification")
    loaded = load_for(checkpoint, CLASSIFICATION)
    tokenizer = text_tokenizer(loaded.tokenizer)
    engine = TorchEngine(loaded.model, tokenizer.facts)
    classifier = CLASSIFICATION.assemble(engine, tokenizer, pipeline_config_of(loaded))
    measuring = load_trained(checkpoint.folder)
    expected = plain(checkpoint, measuring.padding.least)
    assert expected.std(0).max() > 1e-3, "so small that nothing would be told apart"
    alone = torch.cat([scores(classifier, [text]) for text in TEXTS])
    assert_close(alone, expected, atol=1e-4, rtol=0)
    crowd = scores(classifier, CROWD)
    assert_close(crowd, expected.repeat(TIMES, 1), atol=1e-4, rtol=0)
    rows = measuring.encode(CROWD)
    measured = predict(measuring.model, rows, padding=measuring.padding).softmax(-1)
    assert_close(measured, expected.repeat(TIMES, 1), atol=1e-4, rtol=0)


@pytest.mark.parametrize("kind", CLASSIFIERS)
def test_what_can_be_asked_can_be_trained(kind: str, made: Made) -> None:
    checkpoint = made(kind, "AutoModelForSequenceClassification")
    trained, _ = load_base(checkpoint.folder, ("a", "b"))
    losses: list[float] = []
    train_classifier(
        trained.model,
        trained.encode(TEXTS[:4]),
        [0, 1, 0, 1],
        LoopSettings(epochs=1, batch_size=4),
        lambda report: losses.append(report.loss),
        padding=trained.padding,
    )
    assert all(torch.isfinite(torch.tensor(losses)))


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("mra", Reason.TYPE_NEEDS_KERNEL.of("MRA")), ("reformer", Reason.TYPE_RANDOM.of("Reformer"))],
)
def test_what_would_answer_anything_is_refused_by_name(
    kind: str, reason: str, tmp_path: Path
) -> None:
    checkpoint = make(tmp_path, kind, "AutoModelForSequenceClassification")
    with pytest.raises(BrokenCheckpoint, match=reason):
        load_for(checkpoint, CLASSIFICATION)
    with pytest.raises(BrokenCheckpoint, match=reason):
        load_base(tmp_path / kind, ("a", "b"))


@pytest.mark.parametrize("kind", ["bart", "mbart", "plbart", "t5"])
def test_texts_with_an_end_within_and_without_one_go_together(kind: str, made: Made) -> None:
    """BART reads classes off the end of a text, and people may type one."""
    checkpoint = made(kind, "AutoModelForSequenceClassification")
    loaded = load_for(checkpoint, CLASSIFICATION)
    engine = TorchEngine(loaded.model, text_tokenizer(loaded.tokenizer).facts)
    rows = [Row([2, 7, 9, 3]), Row([2, 7, 3, 9, 3]), Row([2, 8, 3]), Row([2, 3, 3, 3])]
    alone = torch.cat([torch.from_numpy(engine.logits([row])) for row in rows])
    assert_close(torch.from_numpy(engine.logits(rows)), alone, atol=1e-4, rtol=0)


OF_LETTERS: dict[str, Callable[[], tuple[Any, Any]]] = {
    "canine": lambda: (
        CanineForSequenceClassification(
            CanineConfig(local_transformer_stride=8, num_hash_buckets=64, **SIZES)
        ),
        CanineTokenizer(),
    ),
    "perceiver": lambda: (
        PerceiverForSequenceClassification(
            PerceiverConfig(
                d_model=32,
                d_latents=32,
                num_latents=8,
                num_self_attends_per_block=1,
                num_self_attention_heads=4,
                num_cross_attention_heads=4,
                max_position_embeddings=128,
                initializer_range=0.5,
            )
        ),
        PerceiverTokenizer(model_max_length=128),
    ),
}


@pytest.mark.parametrize("kind", OF_LETTERS)
def test_what_reads_letters_answers_and_can_be_trained(kind: str, tmp_path: Path) -> None:
    torch.manual_seed(5)
    model, tokenizer = OF_LETTERS[kind]()
    save(tmp_path, model, tokenizer)
    loaded = load_for(Checkpoint(kind, "0", Origin.FOLDER, tmp_path), CLASSIFICATION)
    own = text_tokenizer(loaded.tokenizer)
    engine = TorchEngine(loaded.model, own.facts)
    texts = ["a", "hello there", "영화 정말 재미있어요", "b c"]
    rows = [Row(ids) for ids, _ in own.encode(texts)]
    expected = []
    with torch.inference_mode():
        for text in texts:
            least = {"padding": "max_length", "max_length": 4} if text == "a" else {}
            batch = tokenizer(text, return_tensors="pt", **least)
            given = {"inputs": batch.pop("input_ids")} if kind == "perceiver" else {}
            expected.append(model.eval()(**given, **taken(model, batch)).logits[0])
    crowd = torch.from_numpy(engine.logits(rows * 16)).softmax(-1)
    assert_close(crowd, torch.stack(expected).softmax(-1).repeat(16, 1), atol=1e-4, rtol=0)
    trained, head = load_base(tmp_path, ("x", "y", "z"))
    assert (head, len(trained.labels)) == (Head.FRESH, 3)


@pytest.mark.parametrize("kind", FILLERS)
def test_a_filler_fills_alone_and_in_a_crowd_as_plain_transformers(
    kind: str, tmp_path: Path
) -> None:
    checkpoint = make(tmp_path, kind, "AutoModelForMaskedLM")
    loaded = load_for(checkpoint, FILLING_MASKS)
    tokenizer = text_tokenizer(loaded.tokenizer)
    engine = TorchEngine(loaded.model, tokenizer.facts)
    texts = [f"{text[:60]} [MASK] good" for text in TEXTS]
    model = AutoModelForMaskedLM.from_pretrained(checkpoint.folder).eval()
    plain_tokenizer = AutoTokenizer.from_pretrained(checkpoint.folder)
    rows = [Row(ids, types) for ids, types in tokenizer.encode(texts)]
    places = [row.ids.index(tokenizer.facts.mask_id) for row in rows]
    expected = []
    with torch.inference_mode():
        for text, place in zip(texts, places, strict=True):
            batch = plain_tokenizer(text, return_tensors="pt")
            expected.append(model(**taken(model, batch)).logits[0, place])
    wanted = torch.stack(expected).softmax(-1)
    at = (torch.arange(64).numpy(), torch.tensor(places * TIMES).numpy())
    crowd = torch.from_numpy(engine.logits(rows * TIMES, at)).softmax(-1)
    assert_close(crowd, wanted.repeat(TIMES, 1), atol=1e-4, rtol=0)


TAGGERS = [
    *("albert", "bert", "big_bird", "biogpt", "bloom", "camembert", "convbert", "data2vec-text"),
    *("deberta", "deberta-v2", "distilbert", "electra", "ernie", "esm", "falcon", "flaubert"),
    *("fnet", "funnel", "gpt2", "gpt_neo", "gpt_neox", "ibert", "llama", "longformer", "luke"),
    *("megatron-bert", "mobilebert", "modernbert", "mpnet", "mpt", "nystromformer", "qwen3"),
    *("rembert", "roberta", "roberta-prelayernorm", "roformer", "squeezebert", "t5", "xlm"),
    *("xlm-roberta", "xlnet", "xmod"),
]
BODIES = [*TAGGERS, "bart", "mbart", "opt", "plbart"]


def gives(model: Any, batch: BatchEncoding) -> torch.Tensor:
    """What plain transformers gives for each token; of what also writes, its encoder."""
    if model.config.is_encoder_decoder and type(model).__name__.endswith("Model"):
        model = model.get_encoder()
    given = model(**taken(model, batch))
    return (given.logits if "logits" in given else given.last_hidden_state)[0].float()


@pytest.mark.parametrize(
    ("kind", "spec"),
    [(kind, TOKEN_CLASSIFICATION) for kind in TAGGERS] + [(kind, EMBEDDING) for kind in BODIES],
    ids=lambda value: value if isinstance(value, str) else value.task,
)
def test_each_token_is_given_what_plain_transformers_gives_alone_and_in_a_crowd(
    kind: str, spec: NetworkTask[Any, Any], tmp_path: Path
) -> None:
    checkpoint = make(tmp_path, kind, spec.auto_class)
    loaded = load_for(checkpoint, spec)
    tokenizer = text_tokenizer(loaded.tokenizer)
    engine = TorchEngine(loaded.model, tokenizer.facts)
    encoder = TextEncoder(tokenizer, loaded.limit, engine.has_types, embedded_tokens(loaded.model))
    rows, least = encoder.encode(TEXTS), padding_of(loaded.model, tokenizer.facts).least
    model = getattr(transformers, spec.auto_class).from_pretrained(checkpoint.folder).eval()
    plain_tokenizer, expected = AutoTokenizer.from_pretrained(checkpoint.folder), []
    with torch.inference_mode():
        for text, row in zip(TEXTS, rows, strict=True):
            batch = plain_tokenizer(text, truncation=True, max_length=LIMIT, return_tensors="pt")
            if len(row.ids) < least:
                batch = plain_tokenizer(
                    text, padding="max_length", max_length=least, return_tensors="pt"
                )
            expected.append(gives(model, batch)[: len(row.ids)])
    wanted = torch.cat(expected)
    assert wanted.std(0).max() > 1e-3, "so small that nothing would be told apart"
    alone = [torch.from_numpy(engine.logits([row], every_token([row]))) for row in rows]
    tolerance = 1e-4 * max(1.0, float(wanted.abs().max()))
    assert_close(torch.cat(alone), wanted, atol=tolerance, rtol=0)
    crowd = torch.from_numpy(engine.logits(rows * TIMES, every_token(rows * TIMES)))
    assert_close(crowd, wanted.repeat(TIMES, 1), atol=tolerance, rtol=0)
