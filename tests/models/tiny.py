"""Real checkpoints of a few kilobytes, made on the spot and saved as anyone saves theirs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import AddedToken, Tokenizer, decoders, pre_tokenizers, processors
from tokenizers.models import BPE
from transformers import BertTokenizer, PreTrainedTokenizerFast

from models.results import Checkpoint, Origin

TEXTS = [
    "오늘 밥은 정말 맛있었다 🐰",
    "good movie",
    "나는 학교에 간다. The end!",
    "bad bad food",
    "movie " * 100,
    "완전 별로였어요…",
]
LIMIT = 40
"""Of every checkpoint here, special tokens included."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz.,!?…0123456789🐰"
_HANGUL = "".join(sorted(set("오늘밥은정말맛있었다나는학교에간다완전별로였어요의를이가도")))
_WORDS = ["good", "bad", "movie", "food", "the", "end", "오늘", "나", "밥", "학교"]
_SIZES: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "initializer_range": 0.4,  # far enough from nothing that answers differ
}
_LABELS = {0: "negative", 1: "neutral", 2: "positive"}


@dataclass(frozen=True)
class Tiny:
    """Makes checkpoints in one folder, each once."""

    root: Path

    def get(self, kind: str, origin: Origin = Origin.FOLDER) -> Checkpoint:
        """Return a checkpoint of a kind in `KINDS`."""
        folder = self.root / kind
        if not folder.exists():
            KINDS[kind](folder)
        return Checkpoint(kind, "0", origin, folder)


def wordpiece() -> Any:
    pieces = [*_LETTERS, *_HANGUL]
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *_WORDS, *pieces]
    vocabulary += [f"##{piece}" for piece in pieces]
    places = {token: place for place, token in enumerate(vocabulary)}
    return BertTokenizer(vocab=places, strip_accents=False, model_max_length=LIMIT)


def byte_level(special: dict[str, str], **facts: Any) -> Any:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    names = list(dict.fromkeys(special.values()))
    vocabulary = {
        token: place for place, token in enumerate([*names, *alphabet, "Ġg", "oo", "ood"])
    }
    merges = [("Ġ", "g"), ("o", "o"), ("oo", "d")]
    tokenizer = Tokenizer(BPE(vocab=vocabulary, merges=merges))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    if "cls_token" in special:
        ends = [(special[name], vocabulary[special[name]]) for name in ("sep_token", "cls_token")]
        tokenizer.post_processor = processors.RobertaProcessing(*ends, add_prefix_space=False)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **special, **facts)


def roberta_tokenizer() -> Any:
    tokenizer = byte_level(
        {
            "cls_token": "<s>",
            "pad_token": "<pad>",
            "sep_token": "</s>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
        model_input_names=["input_ids", "attention_mask"],
    )
    tokenizer.add_special_tokens({"mask_token": AddedToken("<mask>", lstrip=True, special=True)})
    return tokenizer


def save(folder: Path, model: Any, tokenizer: Any) -> None:
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _bert(folder: Path, kind: str, **facts: Any) -> None:
    torch.manual_seed(len(kind))
    tokenizer = wordpiece()
    config = transformers.BertConfig(
        vocab_size=len(tokenizer), max_position_embeddings=LIMIT, **_SIZES, **facts
    )
    save(folder, getattr(transformers, kind)(config), tokenizer)


def _bert_classifier(folder: Path) -> None:
    _bert(folder, "BertForSequenceClassification", id2label=_LABELS)


def _multi_label(folder: Path) -> None:
    kind = "multi_label_classification"
    _bert(folder, "BertForSequenceClassification", id2label=_LABELS, problem_type=kind)


def _regression(folder: Path) -> None:
    _bert(folder, "BertForSequenceClassification", num_labels=1)


def _bert_mlm(folder: Path) -> None:
    _bert(folder, "BertForMaskedLM")


def _headless(folder: Path) -> None:
    _bert(folder, "BertModel")


def _roberta(folder: Path, kind: str, **facts: Any) -> None:
    torch.manual_seed(7)
    tokenizer = roberta_tokenizer()
    config = transformers.RobertaConfig(
        vocab_size=len(tokenizer),
        max_position_embeddings=LIMIT + 2,
        type_vocab_size=1,
        pad_token_id=1,
        **_SIZES,
        **facts,
    )
    save(folder, getattr(transformers, kind)(config), tokenizer)


def _roberta_classifier(folder: Path) -> None:
    _roberta(folder, "RobertaForSequenceClassification", id2label=_LABELS)


def _roberta_mlm(folder: Path) -> None:
    _roberta(folder, "RobertaForMaskedLM")


def _gpt(folder: Path) -> None:
    torch.manual_seed(3)
    tokenizer = byte_level({"eos_token": "<|endoftext|>"})
    config = transformers.GPT2Config(
        vocab_size=len(tokenizer),
        n_positions=LIMIT,
        n_embd=32,
        n_layer=2,
        n_head=2,
        initializer_range=0.4,
        bos_token_id=0,
        eos_token_id=0,
        id2label=_LABELS,
    )
    save(folder, transformers.GPT2ForSequenceClassification(config), tokenizer)


def _slow(folder: Path) -> None:
    """A tokenizer written in Python, which knows no offsets."""
    _bert(folder, "BertForSequenceClassification", id2label=_LABELS)
    for path in folder.glob("*token*"):
        path.unlink()
    transformers.ByT5Tokenizer().save_pretrained(folder)


def _large(folder: Path) -> None:
    """About 6 MB, for budgets."""
    tokenizer = wordpiece()
    sizes = _SIZES | {"hidden_size": 256, "intermediate_size": 1024}
    config = transformers.BertConfig(
        vocab_size=len(tokenizer), max_position_embeddings=LIMIT, id2label=_LABELS, **sizes
    )
    save(folder, transformers.BertForSequenceClassification(config), tokenizer)


KINDS: dict[str, Callable[[Path], None]] = {
    "bert": _bert_classifier,
    "multi": _multi_label,
    "regression": _regression,
    "mlm": _bert_mlm,
    "headless": _headless,
    "roberta": _roberta_classifier,
    "roberta-mlm": _roberta_mlm,
    "gpt": _gpt,
    "slow": _slow,
    "large-1": _large,
    "large-2": _large,
    "large-3": _large,
}
