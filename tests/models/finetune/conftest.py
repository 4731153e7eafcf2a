"""Checkpoints small enough to be made on the spot, and plans that use them."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import torch
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForSequenceClassification,
    PreTrainedTokenizerFast,
)

from models.finetune.plan import Example, TrainingOutcome, TrainingPlan, TrainingProgress
from models.finetune.training import run
from models.finetune.wire import partial_folder


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Threads that share tiny products wait for each other far longer than they work."""
    torch.set_num_threads(1)


WORDS = ["good", "bad", "so", "the", "film", "was", "영화", "좋아요", "싫어요", "🙂", "🙁"]
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
FILLERS = [
    "the film was",
    "so",
    "영화",
    "the",
    "was so",
    "film",
    "the film",
    "so so",
    "was",
    "film so",
]


@pytest.fixture(scope="session")
def write_tokenizer() -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        vocabulary = {word: number for number, word in enumerate([*SPECIAL, *WORDS])}
        tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
        tokenizer.normalizer = normalizers.Lowercase()
        tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(r"\s+"), "removed")
        tokenizer.post_processor = processors.TemplateProcessing(
            single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
        )
        PreTrainedTokenizerFast(
            tokenizer_object=tokenizer,
            model_max_length=512,
            pad_token="[PAD]",
            unk_token="[UNK]",
            cls_token="[CLS]",
            sep_token="[SEP]",
            mask_token="[MASK]",
        ).save_pretrained(folder)

    return write


def tiny_config(labels: Sequence[str] = ()) -> BertConfig:
    names = {"id2label": dict(enumerate(labels))} if labels else {}
    return BertConfig(
        vocab_size=len(SPECIAL) + len(WORDS),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        **names,
    )


@pytest.fixture(scope="session")
def base(tmp_path_factory, write_tokenizer) -> Path:
    """A fill-mask checkpoint, as the bundled body is one: no head and no pooler for classes."""
    folder = tmp_path_factory.mktemp("base")
    torch.manual_seed(7)
    BertForMaskedLM(tiny_config()).save_pretrained(folder)
    write_tokenizer(folder)
    card = "---\nlicense: cc-by-sa-4.0\nlanguage:\n- ko\n- en\n---\n# Body\n"
    (folder / "README.md").write_text(card, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def make_classifier(tmp_path_factory, write_tokenizer) -> Callable[..., Path]:
    """Writes an untrained classifier with the given labels and returns its folder."""

    def make(labels: Sequence[str], seed: int = 11) -> Path:
        folder = tmp_path_factory.mktemp("classifier")
        torch.manual_seed(seed)
        BertForSequenceClassification(tiny_config(labels)).save_pretrained(folder)
        write_tokenizer(folder)
        return folder

    return make


def examples(*groups: Sequence[str]) -> tuple[Example, ...]:
    """Every filler with each group's words; a group is a label."""
    return tuple(
        Example(f"{filler} {word}", label)
        for label, group in enumerate(groups)
        for word in group
        for filler in FILLERS
    )


def trained(
    plan: TrainingPlan, report: Callable[[TrainingProgress], None] = lambda _: None
) -> TrainingOutcome:
    """Train in this process, and keep what came of it."""
    outcome = run(plan, report)
    partial_folder(plan.output).rename(plan.output)
    return outcome


@pytest.fixture
def plan(base, tmp_path) -> TrainingPlan:
    return mood_plan(base, tmp_path)


def mood_plan(base: Path, folder: Path) -> TrainingPlan:
    """Good and bad words, told apart by one word each, in the training and in the rest alike."""
    rows = examples(("good", "좋아요", "🙂"), ("bad", "싫어요", "🙁"))
    return TrainingPlan(
        base=base,
        base_name="fillmask@0",
        current=None,
        name="mood",
        labels=("good", "bad"),
        train=tuple(row for number, row in enumerate(rows) if number % 5),
        held_out=rows[::5],
        epochs=20,
        seed=3,
        output=folder / "versions" / "mood-1",
    )
