"""From the plain text to the ``fillmask`` checkpoint."""

import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from transformers import BertForMaskedLM, PreTrainedTokenizerFast

from bundled_recipe.body.blocks import (
    Passages,
    Stream,
    encode_passages,
    load_passages,
    save_passages,
)
from bundled_recipe.body.network import MaskedAccuracy, earlier_body, measure_body, new_body
from bundled_recipe.body.pretraining import PEAK_LEARNING_RATE, Part, Pretraining, Progress
from bundled_recipe.body.vocabulary import (
    FIRST_PIECE,
    VOCABULARY_SIZE,
    load_tokenizer,
    save_tokenizer,
    train_tokenizer,
)
from bundled_recipe.checkpoints import copy_tokenizer, read_figures, save_checkpoint, training_place
from bundled_recipe.precision import best_device
from bundled_recipe.texts.corpus import (
    ENGLISH_SOURCES,
    KOREAN_SOURCES,
    Corpus,
    measured_texts,
    read_corpus,
)

LANGUAGES = {"ko": KOREAN_SOURCES, "en": ENGLISH_SOURCES}
_EIGHTHS = {"ko": 5, "en": 3}
_MEASURED_PASSAGES = 2000
_FURTHER_PEAK = 0.5
"""Of the first run's peak: where one run over the time of both would be when the second begins."""
_CHAT_COUNTS = {"ko": 2, "en": 3}
"""How often a passage of a weighted source counts when the pieces are learnt."""


@dataclass(frozen=True)
class Workshop:
    """The folders: what is read, what a later run goes on from, and what ships."""

    data: Path
    work: Path
    out: Path

    @property
    def earlier(self) -> Path:
        """The finished checkpoints from which a further run starts, where there are any."""
        return self.work / "earlier"

    @property
    def students(self) -> Path:
        """The students of the labelled rows alone, a folder for each classifier."""
        return self.work / "students"


def body_stage(shop: Workshop, seconds: float) -> None:
    """Vocabulary, pre-training by the clock, and the figures of the masked-language model."""
    started = time.monotonic()
    corpora = _read_corpora(shop.data)
    earlier = shop.earlier / "fillmask"
    before = _earlier_runs(earlier)
    source = earlier if before else _vocabulary(corpora, shop.work)
    tokenizer = load_tokenizer(source)
    passages = {
        code: _passages(tokenizer, corpus, shop.work / f"{code}.npz")
        for code, corpus in corpora.items()
    }
    prepared = time.monotonic() - started
    model = earlier_body(earlier) if before else new_body(len(tokenizer))
    model.to(best_device())  # type: ignore[arg-type]
    run = len(before)
    parts = [Part(Stream(each, seed=run), _EIGHTHS[code]) for code, each in passages.items()]
    peak = PEAK_LEARNING_RATE * (_FURTHER_PEAK if before else 1.0)
    progress = Pretraining(model, parts, seconds, shop.work / "body.pt", peak, seed=run).run()
    model.cpu()
    figures = {
        "preparation_s": read_figures(earlier)["preparation_s"] if before else prepared,
        "training": asdict(progress),
        "before": [asdict(each) for each in before],
        "parameters": model.num_parameters(),
        "masked": {
            code: asdict(_measure(model, tokenizer, corpus, passages[code]))
            for code, corpus in corpora.items()
        },
        **training_place(),
    }
    copy_tokenizer(source, shop.out / "fillmask")
    save_checkpoint(model, shop.out / "fillmask", figures)


def _earlier_runs(folder: Path) -> list[Progress]:
    """What the body in ``folder`` has behind it."""
    if not folder.exists():
        return []
    figures = read_figures(folder)
    return [Progress(**each) for each in (*figures.get("before", ()), figures["training"])]


def _read_corpora(data: Path) -> dict[str, Corpus]:
    measured = measured_texts(data)
    return {
        code: read_corpus(data / f"mlm_{code}.txt.gz", sources, measured)
        for code, sources in LANGUAGES.items()
    }


def _vocabulary(corpora: dict[str, Corpus], work: Path) -> Path:
    """The folder of a tokenizer that learnt its pieces from ``corpora``."""
    folder = work / "vocabulary"
    if not (folder / "tokenizer_config.json").exists():
        passages = [
            passage
            for code, corpus in corpora.items()
            for passage, weight in corpus.train
            for _ in range(_CHAT_COUNTS[code] if weight > 1 else 1)
        ]
        folder.mkdir(parents=True, exist_ok=True)
        save_tokenizer(train_tokenizer(passages), folder)
    return folder


def _passages(tokenizer: PreTrainedTokenizerFast, corpus: Corpus, path: Path) -> Passages:
    if not path.exists():
        partial = path.with_suffix(".partial.npz")
        save_passages(encode_passages(tokenizer, corpus.train), partial)
        partial.replace(path)
    return load_passages(path)


def _measure(
    model: BertForMaskedLM,
    tokenizer: PreTrainedTokenizerFast,
    corpus: Corpus,
    passages: Passages,
) -> MaskedAccuracy:
    counts = np.bincount(passages.tokens, minlength=VOCABULARY_SIZE)
    counts[:FIRST_PIECE] = 0
    frequent = torch.from_numpy(counts).argsort(descending=True)
    return measure_body(model, tokenizer, corpus.kept_out[:_MEASURED_PASSAGES], frequent)
