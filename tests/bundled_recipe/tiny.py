"""A body and public files small enough to go through a recipe in seconds."""

import csv
import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import torch
from transformers import BertConfig, BertForMaskedLM, BertModel, BertTokenizerFast

from bundled_recipe.body.vocabulary import MAX_LENGTH, save_tokenizer, train_tokenizer
from bundled_recipe.texts.corpus import MEASURED_FILES

KOREAN = [
    f"{who} {where}에서 {what} {number}번 했어요"
    for number in range(8)
    for who in ("민수는", "지영이가")
    for where in ("서울", "부산")
    for what in ("공부를", "운동을")
]
ENGLISH = [
    f"{who} {what} in {where} {number} times"
    for number in range(8)
    for who in ("Minsu", "Jane")
    for where in ("Seoul", "Busan")
    for what in ("studied", "ran")
]


def write_rows(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Path:
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def write_lines(path: Path, lines: Iterable[str]) -> Path:
    path.write_bytes(gzip.compress("".join(f"{line}\n" for line in lines).encode()))
    return path


def write_json_lines(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    return write_lines(path, (json.dumps(row, ensure_ascii=False) for row in rows))


def write_body(folder: Path) -> Path:
    """An untrained body whose vocabulary knows the sentences above."""
    folder.mkdir(parents=True)
    tokenizer = train_tokenizer([*KOREAN, *ENGLISH] * 5)
    save_tokenizer(tokenizer, folder)
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=MAX_LENGTH,
    )
    BertForMaskedLM(config).save_pretrained(folder)
    return folder


def write_measured(data: Path) -> None:
    """The files whose texts nothing may be taught."""
    for name in MEASURED_FILES:
        write_rows(data / name, ("text", "label"), [("재는 글", 0), ("a measured text", 1)])


def write_english_network(folder: Path) -> Path:
    """An untrained network whose pieces are words in small letters, as other networks have them."""
    folder.mkdir(parents=True)
    words = sorted({word.lower() for text in ENGLISH for word in text.split()})
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    vocabulary = {piece: number for number, piece in enumerate(pieces)}
    BertTokenizerFast(vocab=vocabulary).save_pretrained(folder)
    torch.manual_seed(0)
    sizes = {"hidden_size": 32, "num_attention_heads": 2, "intermediate_size": 64}
    config = BertConfig(vocab_size=len(pieces), num_hidden_layers=1, **sizes)
    BertModel(config).save_pretrained(folder)
    return folder
