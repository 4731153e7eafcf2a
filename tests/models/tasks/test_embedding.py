"""Vectors are those of sentence-transformers: its poolings, dense layers and normalization."""

import asyncio
import gc
import json
import tracemalloc
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel

from benchmarks.serving.inputs.examples import Missing
from benchmarks.serving.inputs.trained import body_folder
from models.errors import BrokenCheckpoint, FreshHead
from models.results import Checkpoint, Origin, Pooling, TextVector, TokenCount
from models.tasks.classification import TextToClassify
from models.tasks.embedding import EMBEDDING, TextToEmbed, cosine
from tests.models.tiny import LIMIT, TEXTS, save, wordpiece

HIDDEN = 32
MODES = ["cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"]
POOLING: dict[str, Any] = {"embedding_dimension": HIDDEN, "pooling_mode": "mean"}


def make(folder: Path) -> Checkpoint:
    torch.manual_seed(4)
    tokenizer = wordpiece()
    config = BertConfig(
        vocab_size=max(tokenizer.get_vocab().values()) + 1,
        hidden_size=HIDDEN,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        initializer_range=0.5,
        max_position_embeddings=LIMIT,
    )
    save(folder, BertModel(config), tokenizer)
    return Checkpoint(folder.name, "0", Origin.FOLDER, folder)


def write_modules(folder: Path, pooling: Mapping[str, Any], *others: str) -> None:
    kinds = ["Transformer", "Pooling", *others]
    modules = [
        {
            "idx": place,
            "name": str(place),
            "path": f"{place}_{kind}" if place else "",
            "type": f"sentence_transformers.models.{kind}",
        }
        for place, kind in enumerate(kinds)
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    for module in modules[1:]:
        (folder / module["path"]).mkdir(exist_ok=True)
    (folder / "1_Pooling/config.json").write_text(json.dumps(pooling))


def write_dense(folder: Path, outputs: int, activation: str) -> tuple[Any, Any]:
    chance = np.random.default_rng(1)
    weights = chance.normal(size=(outputs, HIDDEN)).astype(np.float32) / 8
    bias = chance.normal(size=outputs).astype(np.float32)
    save_file({"linear.weight": weights, "linear.bias": bias}, folder / "model.safetensors")
    config = {
        "in_features": HIDDEN,
        "out_features": outputs,
        "bias": True,
        "activation_function": f"torch.nn.modules.activation.{activation}",
    }
    (folder / "config.json").write_text(json.dumps(config))
    return weights, bias


def states(checkpoint: Checkpoint, text: str, limit: int = LIMIT) -> np.ndarray:
    """What plain transformers gives for each token."""
    tokenizer = AutoTokenizer.from_pretrained(checkpoint.folder)
    model = AutoModel.from_pretrained(checkpoint.folder).eval()
    batch = tokenizer(text, truncation=True, max_length=limit, return_tensors="pt")
    with torch.inference_mode():
        return model(**batch).last_hidden_state[0].float().numpy()


def pooled(given: np.ndarray, mode: str) -> np.ndarray:
    """As its documentation has it, written out."""
    count = len(given)
    match mode:
        case "cls":
            return given[0]
        case "lasttoken":
            return given[count - 1]
        case "max":
            return np.array([max(column) for column in given.T])
        case "mean":
            return sum(given) / count
        case "mean_sqrt_len_tokens":
            return sum(given) / count**0.5
    return sum(place * row for place, row in enumerate(given, 1)) / (count * (count + 1) / 2)


def near(answer: TextVector, expected: np.ndarray, atol: float = 1e-4) -> bool:
    return np.allclose(answer.values, expected, atol=atol, rtol=0)


async def test_without_modules_it_is_the_mean_of_all_tokens(service, tmp_path):
    checkpoint = make(tmp_path / "body")
    for text in TEXTS:
        answer = await service.ask(checkpoint, TextToEmbed(text))
        assert near(answer, states(checkpoint, text).mean(0))
        assert not answer.is_for_comparing


@pytest.mark.parametrize("mode", MODES)
async def test_every_pooling(service, tmp_path, mode):
    checkpoint = make(tmp_path / mode)
    write_modules(tmp_path / mode, POOLING | {"pooling_mode": mode})
    for text in TEXTS:
        answer = await service.ask(checkpoint, TextToEmbed(text))
        assert near(answer, pooled(states(checkpoint, text), mode))
        assert answer.is_for_comparing


async def test_poolings_as_they_were_written_before_version_5(service, tmp_path):
    checkpoint = make(tmp_path / "old")
    old = {
        f"pooling_mode_{name}": name.startswith(("mean_tokens", "cls"))
        for name in (
            "cls_token",
            "mean_tokens",
            "max_tokens",
            "mean_sqrt_len_tokens",
        )
    }
    write_modules(tmp_path / "old", {"word_embedding_dimension": HIDDEN} | old)
    given = states(checkpoint, "good movie")
    answer = await service.ask(checkpoint, TextToEmbed("good movie"))
    assert near(answer, np.concatenate([given[0], given.mean(0)]))


@pytest.mark.parametrize("activation", ["Tanh", "Identity", "ReLU"])
async def test_a_dense_layer_and_a_normalization(service, tmp_path, activation):
    folder = tmp_path / activation
    checkpoint = make(folder)
    write_modules(folder, POOLING, "Dense", "Normalize")
    weights, bias = write_dense(folder / "2_Dense", 12, activation)
    answer = await service.ask(checkpoint, TextToEmbed("오늘 밥"))
    expected = weights @ states(checkpoint, "오늘 밥").mean(0) + bias
    if activation != "Identity":
        expected = np.tanh(expected) if activation == "Tanh" else np.maximum(expected, 0)
    assert near(answer, expected / np.linalg.norm(expected))


async def test_its_own_length_and_case(service, tmp_path):
    checkpoint = make(tmp_path / "short")
    write_modules(tmp_path / "short", POOLING)
    own = {"max_seq_length": 6, "do_lower_case": True}
    (tmp_path / "short/sentence_bert_config.json").write_text(json.dumps(own))
    answer = await service.ask(checkpoint, TextToEmbed("GOOD bad movie food the end"))
    assert (answer.tokens.used, answer.tokens.total) == (6, 8)
    assert near(answer, states(checkpoint, "good bad movie food the end", 6).mean(0))


async def test_a_crowd_is_answered_as_each_alone(service, tmp_path):
    checkpoint = make(tmp_path / "body")
    alone = [await service.ask(checkpoint, TextToEmbed(text)) for text in TEXTS]
    texts = (TEXTS * 11)[:64]
    crowd = await asyncio.gather(*(service.ask(checkpoint, TextToEmbed(text)) for text in texts))
    for answer, expected in zip(crowd, (alone * 11)[:64], strict=True):
        assert near(answer, np.array(expected.values))


@pytest.mark.parametrize("kind", ["bert", "mlm", "headless", "roberta", "gpt"])
async def test_every_checkpoint_has_a_body(service, tiny, kind):
    checkpoint = tiny.get(kind)
    answer = await service.ask(checkpoint, TextToEmbed("good movie"))
    assert near(answer, states(checkpoint, "good movie").mean(0))


async def test_who_asks_may_choose_the_pooling(service, tmp_path):
    checkpoint = make(tmp_path / "body")
    write_modules(tmp_path / "body", POOLING, "Normalize")
    given = states(checkpoint, "good movie")
    wanted = {
        Pooling.OWN: given.mean(0) / np.linalg.norm(given.mean(0)),
        Pooling.MEAN: given.mean(0),
        Pooling.FIRST: given[0],
        Pooling.MAX: given.max(0),
        Pooling.NONE: given,
    }
    for pooling, expected in wanted.items():
        answer = await service.ask(checkpoint, TextToEmbed("good movie", pooling))
        assert answer.values.shape == expected.shape
        assert near(answer, expected)
        with pytest.raises(ValueError, match="read-only"):
            answer.values[0] = 0


def test_how_much_an_answer_takes_is_known():
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    values = [np.full(HIDDEN, place, np.float32) for place in range(1_000)]
    answers = [TextVector(each, TokenCount(3, 3), False) for each in values]
    del values
    taken = (tracemalloc.get_traced_memory()[0] - before) / len(answers)
    tracemalloc.stop()
    assert taken / 1.5 < EMBEDDING.answer_bytes(answers[0]) < taken * 1.5


async def test_a_body_alone_still_classifies_nothing(service, tmp_path):
    with pytest.raises(FreshHead):
        await service.ask(make(tmp_path / "body"), TextToClassify("good"))


def _unknown_module(folder: Path) -> None:
    write_modules(folder, POOLING, "LSTM")


def _climbing(folder: Path) -> None:
    modules = [{"type": "a.Transformer", "path": ""}, {"type": "a.Pooling", "path": "../x"}]
    (folder / "modules.json").write_text(json.dumps(modules))


def _unknown_pooling(folder: Path) -> None:
    write_modules(folder, POOLING | {"pooling_mode": "attention"})


def _no_pooling(folder: Path) -> None:
    write_modules(folder, POOLING)
    (folder / "1_Pooling/config.json").unlink()


def _no_modules(folder: Path) -> None:
    (folder / "modules.json").write_text("[]")


def _nonsense(folder: Path) -> None:
    (folder / "modules.json").write_text('{"type": 1}')


def _code(folder: Path) -> None:
    write_modules(folder, POOLING, "Dense")
    write_dense(folder / "2_Dense", 4, "x")
    config = json.loads((folder / "2_Dense/config.json").read_text())
    config["activation_function"] = "os.system"
    (folder / "2_Dense/config.json").write_text(json.dumps(config))


def _pickled(folder: Path) -> None:
    write_modules(folder, POOLING, "Dense")
    write_dense(folder / "2_Dense", 4, "Tanh")
    (folder / "2_Dense/model.safetensors").rename(folder / "2_Dense/pytorch_model.bin")


def _misshapen(folder: Path) -> None:
    write_modules(folder, POOLING, "Dense")
    write_dense(folder / "2_Dense", 4, "Tanh")
    weights = {"linear.weight": np.zeros((4, HIDDEN + 1), np.float32)}
    save_file(weights, folder / "2_Dense/model.safetensors")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_unknown_module, "module_unknown:LSTM"),
        (_climbing, "module_unknown:../x"),
        (_unknown_pooling, "module_unknown:Pooling attention"),
        (_no_pooling, "file_unreadable:config.json"),
        (_no_modules, "file_unreadable:modules.json"),
        (_nonsense, "file_unreadable:modules.json"),
        (_code, "module_unknown:Dense system"),
        (_pickled, "file_unreadable:2_Dense/model.safetensors"),
        (_misshapen, "first_text_fails"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_modules_of_strangers_are_refused_by_name(service, tmp_path, spoil, reason):
    checkpoint = make(tmp_path / "odd")
    spoil(tmp_path / "odd")
    with pytest.raises(BrokenCheckpoint) as refused:
        await service.ask(checkpoint, TextToEmbed("good"))
    assert refused.value.facts["reason"] == reason


async def test_a_real_encoder_compares_meaning(service):
    """The body of all-MiniLM-L6-v2, with its modules as their authors wrote them."""
    try:
        checkpoint = Checkpoint("minilm", "0", Origin.FOLDER, body_folder())
    except Missing as why:
        pytest.skip(str(why))
    texts = ["The cat sits outside.", "A cat is sitting outdoors.", "Stocks fell sharply today."]
    vectors = [await service.ask(checkpoint, TextToEmbed(text)) for text in texts]
    for text, vector in zip(texts, vectors, strict=True):
        mean = states(checkpoint, text, 256).mean(0)
        assert near(vector, mean / np.linalg.norm(mean), atol=1e-5)
    assert cosine(vectors[0], vectors[1]) > 0.8
    assert cosine(vectors[0], vectors[2]) < 0.2
