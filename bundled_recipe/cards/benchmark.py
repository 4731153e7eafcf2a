"""Measures the checkpoints of a folder, as they are on disk, against their floors and targets."""

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch
from transformers import (
    BertForMaskedLM,
    BertForSequenceClassification,
    BertForTokenClassification,
    BertModel,
    PreTrainedModel,
)

from bundled_recipe.body.network import MaskedAccuracy, measure_body
from bundled_recipe.body.stage import LANGUAGES
from bundled_recipe.body.vocabulary import VOCABULARY_SIZE, encode, load_tokenizer
from bundled_recipe.cards.entity_figures import measure_entities
from bundled_recipe.cards.meaning_figures import measure_meaning
from bundled_recipe.cards.results import Cost, Result
from bundled_recipe.checkpoints import FIGURES
from bundled_recipe.heads import calibrating
from bundled_recipe.heads.doubting import unsure_figures
from bundled_recipe.heads.judging import judge
from bundled_recipe.heads.students import train_students
from bundled_recipe.heads.tasks import few_topics_task
from bundled_recipe.heads.tuning import TuningSettings, new_classifier, tune
from bundled_recipe.texts.corpus import measured_texts, read_corpus, read_rows
from bundled_recipe.texts.examples import (
    SENTIMENTS,
    TOPICS,
    Example,
    read_emotions,
    read_examples,
    read_polarity,
    without,
)
from models.checkpoints.certainty.calibration import CONFIG_KEY, read_calibration
from models.finetune.quality.calibrating import calibration_error
from models.finetune.quality.metrics import measure

RESULTS = "benchmark.json"
MEASURED_PASSAGES = 2000
_COUNTED_PASSAGES = 40_000
_NO_LIMIT = float("inf")
_TIMED_MESSAGES = (
    "오늘 점심 뭐 먹을까요? 어제 그 집 김치찌개 진짜 맛있었는데 ㅋㅋ",
    "Can somebody look at the build? It has been failing since this morning.",
    "업데이트하고 나서 앱이 자꾸 꺼져요 ㅠㅠ",
    "thanks, that fixed it!",
)
_TIMED_ROUNDS = 40
_HEADS: dict[str, type[PreTrainedModel]] = {
    "fillmask": BertForMaskedLM,
    "meaning": BertModel,
    "entities": BertForTokenClassification,
}
"""The others classify whole texts."""


def measure_everything(data: Path, out: Path) -> dict[str, Any]:
    """Every goal's figures and every checkpoint's cost, saved beside the checkpoints."""
    found = {"results": {}, "costs": {}, "unsure": _unsure(data, out)}
    return measure_some(data, out, tuple(_MEASUREMENTS), found)


def measure_some(
    data: Path, out: Path, names: Sequence[str], found: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Measure the checkpoints ``names`` anew, as far as they are there; other figures stay."""
    found = _read_results(out) if found is None else found
    for name in names:
        if not (out / name / FIGURES).exists():
            continue
        for measurement in _MEASUREMENTS[name]:
            results = measurement(data, out)
            found["results"] |= {key: asdict(each) for key, each in results.items()}
            print({key: round(each.ours, 2) for key, each in results.items()}, flush=True)
        found["costs"][name] = asdict(_cost(out / name))
    found["costs"] = dict(sorted(found["costs"].items()))
    _write_results(out, found)
    return found


def measure_unsure(data: Path, out: Path) -> dict[str, Any]:
    """Measure anew only what the classifiers are unsure of; the other figures stay."""
    found = _read_results(out)
    found["unsure"] = _unsure(data, out)
    _write_results(out, found)
    return found


def _read_results(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / RESULTS).read_text(encoding="utf-8"))
    return found


def _write_results(out: Path, found: dict[str, Any]) -> None:
    (out / RESULTS).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _unsure(data: Path, out: Path) -> dict[str, Any]:
    """By checkpoint and set of texts; the rows of the test sets all take a side."""
    sides = {
        name: read_examples(data / f"{name}.csv.gz", SENTIMENTS)
        for name in ("nsmc_test", "sst2_dev", "sst2_test")
    }
    sides["polarity_test"] = read_polarity(data / "go_emotions_test.csv.gz")
    sided = {
        "sentiment": sides,
        "topics": {"ynat_dev": read_examples(data / "ynat_dev.csv.gz", TOPICS)},
        "emotions": {"go_emotions_test": read_emotions(data / "go_emotions_test.csv.gz")},
    }
    return {
        name: unsure_figures(
            out / name, {key: [row.text for row in rows] for key, rows in sets.items()}
        )
        for name, sets in sided.items()
    }


def _classifier(folder: Path) -> BertForSequenceClassification:
    return BertForSequenceClassification.from_pretrained(
        folder, dtype=torch.float32, use_safetensors=True
    )


def _sentiment(data: Path, out: Path) -> dict[str, Result]:
    sets = {
        name: read_examples(data / f"{name}.csv.gz", SENTIMENTS)
        for name in ("nsmc_test", "sst2_dev", "sst2_test")
    }
    sets["polarity_test"] = read_polarity(data / "go_emotions_test.csv.gz")
    return {name: _accuracy(out / "sentiment", rows) for name, rows in sets.items()}


def _accuracy(folder: Path, rows: list[Example]) -> Result:
    model = _classifier(folder)
    judged = judge(model, load_tokenizer(folder), rows, is_multi_label=False)
    temperature = read_calibration(getattr(model.config, CONFIG_KEY, None)).temperature
    right = judged.logits.argmax(dim=1) == judged.truth.argmax(dim=1)
    error = calibration_error(judged, temperature)
    return Result(100 * right.float().mean().item(), len(rows), error)


def _topics(data: Path, out: Path) -> dict[str, Result]:
    rows = read_examples(data / "ynat_dev.csv.gz", TOPICS)
    accuracy = _accuracy(out / "topics", rows)
    ours = _macro_f1(_classifier(out / "topics"), out / "topics", rows, TOPICS)
    return {"ynat_dev": Result(ours, len(rows), accuracy.calibration_error)}


def _macro_f1(
    model: BertForSequenceClassification, folder: Path, rows: list[Example], labels: tuple[str, ...]
) -> float:
    judged = judge(model, load_tokenizer(folder), rows, is_multi_label=False)
    answers = judged.logits.argmax(dim=1).tolist()
    return 100 * measure([row.label for row in rows], answers, labels).macro_f1


def _emotions(data: Path, out: Path) -> dict[str, Result]:
    """The threshold is the checkpoint's own, chosen on the dev rows when it was trained."""
    model, tokenizer = _classifier(out / "emotions"), load_tokenizer(out / "emotions")
    judged = judge(
        model, tokenizer, read_emotions(data / "go_emotions_test.csv.gz"), is_multi_label=True
    )
    calibration = read_calibration(getattr(model.config, CONFIG_KEY, None))
    cut = calibration.likely_from or 0.5
    micro = calibrating.micro_f1(judged, calibration.temperature, cut)
    error = calibration_error(judged, calibration.temperature)
    return {"go_emotions_test": Result(100 * micro, len(judged.truth), error)}


def _masked(data: Path, out: Path) -> dict[str, Result]:
    measured = measured_texts(data)
    results: dict[str, Result] = {}
    for code, sources in LANGUAGES.items():
        corpus = read_corpus(data / f"mlm_{code}.txt.gz", sources, measured)
        step = max(1, len(corpus.train) // _COUNTED_PASSAGES)
        counted = [passage for passage, _ in corpus.train[::step]]
        found = masked_accuracy(out / "fillmask", counted, corpus.kept_out[:MEASURED_PASSAGES])
        results[f"masked_{code}"] = Result(
            100 * found.top5, found.tokens, floor=100 * found.unigram_top5
        )
    return results


def masked_accuracy(folder: Path, counted: list[str], passages: list[str]) -> MaskedAccuracy:
    """How well the body of ``folder`` guesses, beside the most frequent tokens of ``counted``."""
    tokenizer = load_tokenizer(folder)
    tokens = torch.tensor([token for row in encode(tokenizer, counted, 512) for token in row[1:-1]])
    frequent = tokens.bincount(minlength=VOCABULARY_SIZE).argsort(descending=True)
    model = BertForMaskedLM.from_pretrained(folder, dtype=torch.float32, use_safetensors=True)
    return measure_body(model, tokenizer, passages, frequent)


def _few_topics(data: Path, out: Path) -> dict[str, Result]:
    task, body = few_topics_task(data), out / "fillmask"
    with TemporaryDirectory() as kept:
        model, _ = train_students(task, body, Path(kept), _NO_LIMIT)
    rows = task.tests["ynat_dev"]
    return {"ynat_10k": Result(_macro_f1(model, body, rows, TOPICS), len(rows))}


def _intents(data: Path, out: Path) -> dict[str, Result]:
    names = {
        int(row["label"]): row["label_name"] for row in read_rows(data / "intent3i4k_train.csv.gz")
    }
    labels = tuple(names[number] for number in sorted(names))
    rows = read_examples(data / "intent3i4k_test.csv.gz", labels)
    train = without(read_examples(data / "intent3i4k_train.csv.gz", labels), rows)
    model = _tuned(out / "fillmask", labels, train, TuningSettings(epochs=4))
    judged = judge(model, load_tokenizer(out / "fillmask"), rows, is_multi_label=False)
    right = judged.logits.argmax(dim=1) == judged.truth.argmax(dim=1)
    return {"intent3i4k": Result(100 * right.float().mean().item(), len(rows))}


def _tuned(
    body: Path, labels: tuple[str, ...], train: list[Example], settings: TuningSettings
) -> BertForSequenceClassification:
    model = new_classifier(body, labels, settings)
    tune(model, load_tokenizer(body), train, settings, _NO_LIMIT)
    model.cpu()
    return model


def _cost(folder: Path) -> Cost:
    tokenizer = load_tokenizer(folder)
    kind = _HEADS.get(folder.name, BertForSequenceClassification)
    model = kind.from_pretrained(folder, dtype=torch.float32, use_safetensors=True)
    seconds: list[float] = []
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    with torch.inference_mode():
        for message in _TIMED_MESSAGES * _TIMED_ROUNDS:
            started = time.process_time()
            model(**tokenizer(message, return_tensors="pt"))
            seconds.append(time.process_time() - started)
    torch.set_num_threads(threads)
    size = sum(path.stat().st_size for path in folder.iterdir())
    return Cost(model.num_parameters(), size / 1e6, 1e3 * statistics.median(seconds))


_MEASUREMENTS: dict[str, tuple[Callable[[Path, Path], dict[str, Result]], ...]] = {
    "sentiment": (_sentiment,),
    "topics": (_topics,),
    "emotions": (_emotions,),
    "fillmask": (_masked, _few_topics, _intents),
    "meaning": (measure_meaning,),
    "entities": (measure_entities,),
}
