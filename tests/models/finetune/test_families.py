"""Families that pad, count or name in their own way: trained, and measured as they answer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from tokenizers import processors
from torch.testing import assert_close
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from models.checkpoints.tokenizing.tokenizer import text_tokenizer
from models.engines.torch_engine import TorchEngine
from models.errors import ModelError
from models.finetune.checks import TrainingError
from models.finetune.network.checkpoint import load_base, load_trained, save
from models.finetune.network.head import Head
from models.finetune.network.loop import LoopSettings, predict, train_classifier
from models.finetune.network.schedule import LONGEST_TEXT
from models.reasons import Reason
from models.results import Checkpoint, Origin
from models.tasks.classification import CLASSIFICATION
from models.tasks.registry import load_for

LABELS = ("red", "green", "blue")
TEXTS = [
    *("good", "so bad", "the film was so good so bad", "영화 좋아요", "", "was", "the film"),
    *("bad bad bad bad", "good film 🙂", "so so so so so so so so"),
]
SIZES: dict[str, dict[str, Any]] = {
    "ConvBert": {
        "hidden_size": 32,
        "embedding_size": 32,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 64,
        "head_ratio": 1,
    },
    "FNet": {"hidden_size": 32, "num_hidden_layers": 2, "intermediate_size": 64},
    "GPT2": {"n_embd": 32, "n_layer": 2, "n_head": 2, "n_positions": 64, "pad_token_id": None},
    "XLNet": {"d_model": 32, "n_layer": 2, "n_head": 2, "d_inner": 64},
    "XLM": {"emb_dim": 32, "n_layers": 2, "n_heads": 2},
    "Bart": {
        "d_model": 32,
        "encoder_layers": 1,
        "decoder_layers": 1,
        "encoder_attention_heads": 2,
        "decoder_attention_heads": 2,
        "encoder_ffn_dim": 64,
        "decoder_ffn_dim": 64,
        "eos_token_id": 3,
        "bos_token_id": 2,
        "forced_eos_token_id": None,
        "decoder_start_token_id": 3,
    },
}
SPREAD = {"ConvBert": "initializer_range", "FNet": "initializer_range", "GPT2": "initializer_range"}


@pytest.fixture
def make(tmp_path: Path, write_tokenizer: Callable[[Path], None]) -> Callable[..., Path]:
    """Write a classifier, or a body, of a family, with the tokenizer that ends texts with [SEP]."""

    def make(family: str, end: str = "ForSequenceClassification") -> Path:
        torch.manual_seed(5)
        spread = {SPREAD.get(family, "init_std"): 0.3}
        if family == "XLNet":
            spread = {"initializer_range": 0.3}
        sizes = {"vocab_size": 16, "pad_token_id": 0} | SIZES[family] | spread
        config = getattr(transformers, family + "Config")(**sizes)
        config.id2label = dict(enumerate(LABELS))
        model: PreTrainedModel = getattr(transformers, family + end)(config)
        folder = tmp_path / f"{family}{end}"
        model.save_pretrained(folder)
        write_tokenizer(folder)
        return folder

    return make


def answered(folder: Path) -> torch.Tensor:
    """What the engine says of each text alone."""
    loaded = load_for(Checkpoint("x", "0", Origin.FOLDER, folder), CLASSIFICATION)
    tokenizer = text_tokenizer(loaded.tokenizer)
    engine = TorchEngine(loaded.model, tokenizer.facts)
    rows = load_trained(folder).encode(TEXTS)
    return torch.tensor([engine.logits([row])[0].tolist() for row in rows])


@pytest.mark.parametrize("family", SIZES)
def test_what_is_measured_is_what_is_answered(family: str, make: Callable[..., Path]) -> None:
    folder = make(family)
    classifier = load_trained(folder)
    measured = predict(
        classifier.model, classifier.encode(TEXTS), padding=classifier.padding, batch_size=64
    )
    assert measured.std() > 1e-3
    assert_close(measured, answered(folder), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("family", SIZES)
def test_it_can_be_trained_from_its_body(
    family: str, make: Callable[..., Path], tmp_path: Path
) -> None:
    classifier, head = load_base(make(family, "Model"), LABELS)
    assert head is Head.FRESH
    assert classifier.encoder.limit in (64, LONGEST_TEXT)
    losses: list[float] = []
    train_classifier(
        classifier.model,
        classifier.encode(TEXTS),
        [number % 3 for number in range(len(TEXTS))],
        LoopSettings(epochs=4, batch_size=5, learning_rate=1e-2),
        lambda report: losses.append(report.loss),
        padding=classifier.padding,
    )
    assert all(torch.isfinite(torch.tensor(losses)))
    save(classifier, tmp_path / f"{family}Model", tmp_path / "trained")
    again = load_trained(tmp_path / "trained")
    rows = classifier.encode(TEXTS)
    assert_close(
        predict(again.model, rows, padding=again.padding),
        predict(classifier.model, rows, padding=classifier.padding),
    )


@pytest.mark.parametrize("family", SIZES)
def test_a_new_label_joins_and_is_answered_as_it_is_measured(
    family: str, make: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make(family)
    before = answered(folder)
    classifier, head = load_base(folder, ("blue", "teal", "red"))
    assert (head, classifier.fresh) == (Head.JOINED, ("teal",))
    save(classifier, folder, tmp_path / "joined")
    after = answered(tmp_path / "joined")
    assert_close(after[:, [0, 2]], before[:, [2, 0]], atol=1e-5, rtol=1e-5)
    assert load_trained(tmp_path / "joined").labels == ("blue", "teal", "red")


@pytest.mark.parametrize("padding", [None, 3])
def test_a_decoder_whose_texts_end_with_the_token_that_pads(
    padding: int | None, make: Callable[..., Path]
) -> None:
    """GPT-2 is often padded with the token that ends a text."""
    folder = make("GPT2")
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="$A [SEP]", special_tokens=[("[SEP]", 3)]
    )
    tokenizer.pad_token = tokenizer.eos_token = "[SEP]"
    tokenizer.save_pretrained(folder)
    config = transformers.GPT2Config.from_pretrained(folder)
    config.pad_token_id = padding
    config.save_pretrained(folder)
    classifier = load_trained(folder)
    rows = classifier.encode(TEXTS)
    assert all(row.ids[-1] == 3 for row in rows)
    measured = predict(classifier.model, rows, padding=classifier.padding)
    assert_close(measured, answered(folder), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(
    "end", ["ForTokenClassification", "ForQuestionAnswering", "ForMultipleChoice"]
)
def test_a_head_of_something_else_is_refused_by_name(end: str, make: Callable[..., Path]) -> None:
    folder = make("ConvBert", end)
    name = {
        "ForTokenClassification": "token-classification",
        "ForQuestionAnswering": "question-answering",
        "ForMultipleChoice": "multiple-choice",
    }[end]
    with pytest.raises(TrainingError, match=Reason.BASE_OTHER_TASK.of(name)):
        load_base(folder, LABELS)
    with pytest.raises(TrainingError, match=Reason.CURRENT_WITHOUT_HEAD):
        load_trained(folder)


def test_a_repository_with_code_of_its_own_is_refused(make: Callable[..., Path]) -> None:
    folder = make("ConvBert")
    config = (folder / "config.json").read_text()
    strange = config.replace('"convbert"', '"strange"').replace(
        "{", '{"auto_map": {"AutoModel": "code.Model"},', 1
    )
    (folder / "config.json").write_text(strange)
    with pytest.raises(ModelError):
        load_base(folder, LABELS)
