"""Train every bundled checkpoint from the public data: ``python -m models.bundled.train``.

Each stage leaves a folder with its figures in ``metrics.json``; a later run starts again where
the last one stopped. The minutes are shared out between the stages, so a slow machine ends on
time with somewhat worse checkpoints. On a machine that is busy otherwise, set
OMP_WAIT_POLICY=PASSIVE: threads that spin while they wait for each other are several times slower.
"""

import argparse
import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerFast

from models.bundled import body, heads
from models.bundled.cards import FIGURES, write_cards
from models.bundled.corpus import ENGLISH_SOURCES, KOREAN_SOURCES, Corpus, read_corpus
from models.bundled.precision import has_fast_bfloat16
from models.bundled.wordpiece import load_tokenizer, train_tokenizer

THREADS = 2
_VOCABULARY_PASSAGES = {"ko": 400_000, "en": 90_000}
_MEASURED_PASSAGES = 2000


@dataclass(frozen=True)
class Shares:
    """How the time is divided; the rest goes to reading and measuring."""

    body: float = 0.56
    sentiment: float = 0.25
    topics: float = 0.12


def main() -> None:
    """Read the arguments and run the stages that are still to do."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the public files")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    parser.add_argument("--minutes", type=float, default=55.0)
    parser.add_argument("--fresh", action="store_true", help="forget finished stages")
    arguments = parser.parse_args()
    os.environ.setdefault("RAYON_NUM_THREADS", str(THREADS))
    torch.set_num_threads(THREADS)
    train_everything(arguments.data, arguments.out, arguments.minutes * 60, arguments.fresh)


def train_everything(data: Path, out: Path, seconds: float, fresh: bool) -> None:
    """Body first, then each classifier on top of the body that was saved."""
    shares = Shares()
    folders = {name: out / name for name in ("fillmask", "sentiment", "topics")}
    if fresh:
        for folder in folders.values():
            shutil.rmtree(folder, ignore_errors=True)
    if _is_to_do(folders["fillmask"]):
        _body_stage(data, folders["fillmask"], seconds * shares.body)
    tasks: dict[str, tuple[Callable[[Path], heads.Task], float]] = {
        "sentiment": (heads.sentiment_task, shares.sentiment),
        "topics": (heads.topics_task, shares.topics),
    }
    for name, (read_task, share) in tasks.items():
        if _is_to_do(folders[name]):
            _head_stage(read_task(data), folders["fillmask"], folders[name], seconds * share)
    write_cards(out)


def _is_to_do(folder: Path) -> bool:
    return not (folder / FIGURES).exists()


def _body_stage(data: Path, folder: Path, seconds: float) -> None:
    started = time.monotonic()
    corpora = {
        "ko": read_corpus(data / "mlm_ko.txt.gz", KOREAN_SOURCES),
        "en": read_corpus(data / "mlm_en.txt.gz", ENGLISH_SOURCES),
    }
    tokenizer = _tokenizer_stage(corpora, folder)
    prepared = time.monotonic() - started
    model = body.new_body(len(tokenizer))
    progress = body.train_body(
        model, tokenizer, [corpus.train for corpus in corpora.values()], seconds
    )
    figures = {
        "preparation_s": prepared,
        "training": asdict(progress),
        "bfloat16": has_fast_bfloat16(),
        "threads": THREADS,
        "parameters": model.num_parameters(),
        "masked": {
            language: asdict(
                body.measure_body(model, tokenizer, corpus.kept_out[:_MEASURED_PASSAGES])
            )
            for language, corpus in corpora.items()
        },
        "total_s": time.monotonic() - started,
    }
    _save(model, folder, figures)


def _tokenizer_stage(corpora: dict[str, Corpus], folder: Path) -> PreTrainedTokenizerFast:
    if not (folder / "tokenizer.json").exists():
        passages = [
            passage
            for language, count in _VOCABULARY_PASSAGES.items()
            for passage in corpora[language].train[:count]
        ]
        _save_tokenizer(train_tokenizer(passages), folder)
    return load_tokenizer(folder)


def _head_stage(task: heads.Task, body_folder: Path, folder: Path, seconds: float) -> None:
    started = time.monotonic()
    tokenizer = load_tokenizer(body_folder)
    model = heads.new_classifier(body_folder, task.labels)
    outcome = heads.train_head(model, tokenizer, task, seconds)
    figures = {
        "training": {"rows": outcome.rows, "epochs": outcome.epochs, "seconds": outcome.seconds},
        "settings": asdict(task.settings),
        "bfloat16": has_fast_bfloat16(),
        "threads": THREADS,
        "parameters": model.num_parameters(),
        "held_out": {name: asdict(metrics) for name, metrics in outcome.held_out.items()},
        "tests": {name: asdict(metrics) for name, metrics in outcome.tests.items()},
        "total_s": time.monotonic() - started,
    }
    for name in ("tokenizer.json", "tokenizer_config.json"):
        folder.mkdir(exist_ok=True)
        shutil.copyfile(body_folder / name, folder / name)
    _save(model, folder, figures)


def _save(model: PreTrainedModel, folder: Path, figures: dict[str, Any]) -> None:
    """Weights in half precision; the figures last, since they mark the stage as finished."""
    model.half().save_pretrained(folder)  # type: ignore[no-untyped-call]
    (folder / "model.safetensors").chmod(0o644)
    text = json.dumps(figures, ensure_ascii=False, indent=2)
    (folder / FIGURES).write_text(text + "\n", encoding="utf-8")
    print(f"{folder.name} {text}", flush=True)


def _save_tokenizer(tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Under the class name that transformers 4 knows too."""
    tokenizer.save_pretrained(folder)
    path = folder / "tokenizer_config.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    settings["tokenizer_class"] = "PreTrainedTokenizerFast"
    path.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
