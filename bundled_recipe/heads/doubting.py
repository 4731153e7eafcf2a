"""What a bundled classifier should be unsure of, learnt beside it: python -m … --data DIR.

A linear model over the tokens of a text, and over how far the likeliest label leads, tells texts
that take a side from those that take none or have no words. Where its threshold lies is decided by
held-out rows that do take a side. Nothing of the classifier itself changes.
"""

import argparse
import json
import math
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.linear_model import LogisticRegression
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

import models.bundled
from bundled_recipe.body.vocabulary import MAX_LENGTH, VOCABULARY_SIZE, encode, load_tokenizer
from bundled_recipe.heads.judging import logits_of
from bundled_recipe.heads.tasks import HELD_OUT
from bundled_recipe.texts.corpus import ENGLISH_SOURCES, measured_texts, read_corpus
from bundled_recipe.texts.english_remarks import remarks, spoken_alike
from bundled_recipe.texts.examples import (
    SENTIMENTS,
    TOPICS,
    read_emotions,
    read_examples,
    read_polarity,
    split,
    without,
)
from bundled_recipe.texts.plain import ENGLISH, KOREAN, plain_sentences
from bundled_recipe.texts.unsided import LISTS, nonsense, own_lines, public_lines, some
from models.checkpoints.certainty.calibration import CONFIG_KEY, Calibration, read_calibration
from models.checkpoints.certainty.doubt import (
    DOUBT_FILE,
    LEAST_LEAD,
    WORDS_FILE,
    Doubt,
    DoubtfulTexts,
    in_bytes,
    lead_of,
    read_doubt,
)
from models.machine import Machine

SCRIPTS = ("HANGUL", "LATIN")
_MOST_DOUBTED = 0.035
"""Share of the held-out rows that take a side and become unsure ones besides those that are."""
_MOST_WORDLESS = 0.003
"""Likewise of rows that have words, where nothing but words is asked for."""
_OWN_WEIGHT = 4.0
_PUBLIC_WEIGHT = 0.5
_STRENGTH = 0.5
"""Inverse of the regularization."""
_TOKEN_SCALE = 3.0
"""How freely the tokens' weights grow beside the others."""
_NONSENSE = 1_500
_EACH_PUBLIC = 700


@dataclass(frozen=True)
class Lines:
    """Texts as the linear model is shown them."""

    texts: list[str]
    ids: list[list[int]]
    logits: NDArray[np.float64]
    """At the temperature; (texts, 0) where the network was not asked."""

    def features(self) -> csr_matrix:
        """A column a token, then lead, its logarithm and that of the length."""
        rows = [row for row, ids in enumerate(self.ids) for _ in set(ids)]
        tokens = [token for ids in self.ids for token in set(ids)]
        values = [_TOKEN_SCALE / math.sqrt(len(set(self.ids[row]))) for row in rows]
        bag = csr_matrix((values, (rows, tokens)), (len(self.ids), VOCABULARY_SIZE))
        lengths = np.log1p([len(ids) for ids in self.ids])[:, None]
        if not self.logits.shape[1]:
            return csr_matrix(hstack([bag, csr_matrix((len(self.ids), 2)), lengths]))
        leads = np.array([lead_of(each) for each in self.logits])[:, None]
        return csr_matrix(hstack([bag, leads, np.log(leads + LEAST_LEAD), lengths]))


class Reader:
    """Makes lines of texts, by a checkpoint as it is on disk."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer: PreTrainedTokenizerFast = load_tokenizer(folder)
        self._model = BertForSequenceClassification.from_pretrained(
            folder, dtype=torch.float32, use_safetensors=True
        )
        kept = getattr(self._model.config, CONFIG_KEY, None)
        self.calibration: Calibration = read_calibration(kept)

    def read(self, texts: Sequence[str]) -> Lines:
        """Encode, and ask the network."""
        logits = logits_of(self._model, self._tokenizer, list(texts)) / self.calibration.temperature
        return Lines(list(texts), _encoded(self._tokenizer, texts), logits.double().numpy())

    def is_unsure(self, lines: Lines) -> NDArray[np.bool_]:
        """By the probability alone."""
        powers = np.exp(lines.logits - lines.logits.max(axis=1, keepdims=True))
        return np.asarray(1 / powers.sum(axis=1) < (self.calibration.unsure_below or 0.0))


class WordReader:
    """Makes lines that no network was asked about."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = load_tokenizer(folder)

    def read(self, texts: Sequence[str]) -> Lines:
        """Encode."""
        return Lines(list(texts), _encoded(self._tokenizer, texts), np.zeros((len(texts), 0)))


def _encoded(tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]) -> list[list[int]]:
    return encode(tokenizer, list(texts), MAX_LENGTH)


def fit(
    sided: Lines,
    unsided: Sequence[tuple[Lines, float]],
    held_out: Lines,
    known: NDArray[np.bool_],
    most_doubted: float,
) -> Doubt:
    """Learn to tell them apart; `known` are the held-out rows that are unsure ones already."""
    kinds = [(sided, 1, 1.0), *((lines, 0, weight) for lines, weight in unsided)]
    features = vstack([lines.features() for lines, _, _ in kinds]).tocsr()
    truth = [side for lines, side, _ in kinds for _ in lines.texts]
    weights = [weight for lines, _, weight in kinds for _ in lines.texts]
    learnt = LogisticRegression(C=_STRENGTH, max_iter=2000).fit(features, truth, weights)
    *tokens, lead, log_lead, log_length = learnt.coef_[0].tolist()
    step, packed = in_bytes([_TOKEN_SCALE * each for each in tokens])
    doubt = Doubt(SCRIPTS, 0.0, lead, log_lead, log_length, step, packed)
    return _shifted(doubt, held_out, known, most_doubted)


def _shifted(doubt: Doubt, held_out: Lines, known: NDArray[np.bool_], most_doubted: float) -> Doubt:
    """Put the threshold where so many of the held-out rows, and no more, lie below it."""
    telling = DoubtfulTexts(doubt)
    evidence: list[float] = sorted(
        telling.evidence(ids, logits)
        for ids, logits, is_known in zip(held_out.ids, _padded(held_out), known, strict=True)
        if not is_known
    )
    place = min(int(most_doubted * len(held_out.texts)), len(evidence) - 1)
    bias = -evidence[place] if evidence else 0.0
    return Doubt(**{**asdict(doubt), "scripts": doubt.scripts, "bias": round(bias, 6)})


def _padded(lines: Lines) -> NDArray[np.float64]:
    return lines.logits if lines.logits.shape[1] else np.zeros((len(lines.texts), 2))


def is_doubtful(doubt: Doubt, lines: Lines) -> NDArray[np.bool_]:
    """As the engine says."""
    telling = DoubtfulTexts(doubt)
    rows = zip(lines.texts, lines.ids, _padded(lines), strict=True)
    return np.array([telling.is_doubtful(*row) for row in rows])


def write_doubt(doubt: Doubt, folder: Path) -> None:
    """Put it beside the weights."""
    text = json.dumps(asdict(doubt), indent=2)
    (folder / DOUBT_FILE).write_text(text + "\n", encoding="utf-8")


def sentiment_doubt(folder: Path, data: Path) -> Doubt:
    """Text that takes no side, or has no words."""
    reader = Reader(folder)
    reviews = read_examples(data / "nsmc_train.csv.gz", SENTIMENTS)
    measured = [
        *read_polarity(data / "go_emotions_dev.csv.gz"),
        *read_polarity(data / "go_emotions_test.csv.gz"),
        *(
            row
            for name in ("nsmc_test", "sst2_dev", "sst2_test")
            for row in read_examples(data / f"{name}.csv.gz", SENTIMENTS)
        ),
    ]
    korean, korean_held_out = split(without(reviews, measured), HELD_OUT)
    texts = measured_texts(data)
    passages = [
        each for each, _ in read_corpus(data / "mlm_en.txt.gz", ENGLISH_SOURCES, texts).train
    ]
    sided = [
        *some([row.text for row in korean], 6_000),
        *some([row.text for row in read_polarity(data / "go_emotions_train.csv.gz")], 4_000),
        *some([text for text, _ in spoken_alike(passages)], 1_000),
        *some([text for text, _ in plain_sentences(KOREAN, 3_000)], 500),
        *some([text for text, _ in plain_sentences(ENGLISH, 3_000)], 400),
        *some([text for text, _ in remarks(3_000)], 500),
    ]
    held_out = reader.read(
        [
            *some([row.text for row in korean_held_out], 2_000),
            *some([row.text for row in read_polarity(data / "go_emotions_dev.csv.gz")], 2_000),
        ]
    )
    unsided = [
        (reader.read(public_lines(data, _EACH_PUBLIC, texts)), _PUBLIC_WEIGHT),
        (reader.read(nonsense(_NONSENSE)), _PUBLIC_WEIGHT),
        (reader.read([line for name in LISTS for line in own_lines(name).fitted]), _OWN_WEIGHT),
    ]
    known = reader.is_unsure(held_out)
    return fit(reader.read(sided), unsided, held_out, known, _MOST_DOUBTED)


def wordless_doubt(folder: Path, data: Path, held_out: Sequence[str]) -> Doubt:
    """Letters that are no words: everything else may have a topic, or a feeling."""
    reader = WordReader(folder)
    texts = measured_texts(data)
    with_words = [
        *some([row.text for row in read_examples(data / "nsmc_train.csv.gz", SENTIMENTS)], 4_000),
        *some([row.text for row in read_examples(data / "ynat_train.csv.gz", TOPICS)], 4_000),
        *some([row.text for row in read_emotions(data / "go_emotions_train.csv.gz")], 4_000),
        *public_lines(data, _EACH_PUBLIC, texts),
        *(line for name in LISTS[:2] for line in own_lines(name).fitted),
    ]
    unsided = [
        (reader.read(nonsense(_NONSENSE)), 1.0),
        (reader.read([line for name in LISTS[2:] for line in own_lines(name).fitted]), _OWN_WEIGHT),
    ]
    rows = reader.read(some(held_out, 4_000))
    known = np.zeros(len(rows.texts), bool)
    return fit(reader.read(with_words), unsided, rows, known, _MOST_WORDLESS)


def doubt_stage(name: str, folder: Path, data: Path) -> None:
    """Learn what a finished checkpoint should be unsure of, and write it into its folder.

    That of the body goes on to whatever is trained from it, or from the sentiments.
    """
    if name == "sentiment":
        write_doubt(sentiment_doubt(folder, data), folder)
        shutil.copyfile(folder.parent / "fillmask" / DOUBT_FILE, folder / WORDS_FILE)
        return
    _, headlines = split(read_examples(data / "ynat_train.csv.gz", TOPICS), HELD_OUT)
    feelings = read_emotions(data / "go_emotions_dev.csv.gz")
    held_out = {"topics": headlines, "emotions": feelings}.get(name, [*headlines, *feelings])
    write_doubt(wordless_doubt(folder, data, [row.text for row in held_out]), folder)


def unsure_figures(folder: Path, sided: dict[str, list[str]]) -> dict[str, Any]:
    """Shares of the measured lines, and of rows that take a side, that are unsure ones."""
    reader, doubt = Reader(folder), read_doubt(folder)
    sets = {name: own_lines(name).measured for name in LISTS} | sided
    found: dict[str, Any] = {}
    for name, texts in sets.items():
        lines = reader.read(texts)
        before = _before(reader, lines)
        after = before | is_doubtful(doubt, lines) if doubt else before
        found[name] = {
            "rows": len(texts),
            "before": float(before.mean()),
            "after": float(after.mean()),
        }
    return found


def _before(reader: Reader, lines: Lines) -> NDArray[np.bool_]:
    """Of many labels: whether none holds."""
    likely = reader.calibration.likely_from
    if likely is None:
        return reader.is_unsure(lines)
    return np.asarray((1 / (1 + np.exp(-lines.logits))).max(axis=1) < likely)


def main() -> None:
    """Do it for the checkpoints that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public files")
    parser.add_argument("--out", type=Path, default=Path(models.bundled.__path__[0]))
    parser.add_argument("names", nargs="*", default=["fillmask", "sentiment", "topics", "emotions"])
    arguments = parser.parse_args()
    torch.set_num_threads(Machine().cores())
    for name in arguments.names:
        doubt_stage(name, arguments.out / name, arguments.data)


if __name__ == "__main__":
    main()
