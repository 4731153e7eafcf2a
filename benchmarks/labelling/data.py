"""Headlines with their topics, from public files, and what the bundled body sees in them."""

import csv
import gzip
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from handlers.labelling.provisional import BODIES

ROOT = Path(__file__).parents[2]
BUNDLED = ROOT / "models" / "bundled"
BODY = BUNDLED / "fillmask"
FILE = "ynat_dev.csv.gz"
"""No bundled model has learned from these rows."""
ROWS = 8107
_BATCH = 64


class Missing(Exception):
    """A file that is needed is not in the folder."""


@dataclass(frozen=True)
class Rows:
    """Texts, the number of each one's label, and a row of features for each."""

    texts: list[str]
    labels: np.ndarray
    features: np.ndarray
    """The means of all layers of one body."""
    bodies: tuple[np.ndarray, ...]
    """What the queue asks each of its bodies for: the mean of its last layer."""


def headlines(folder: Path | None, most: int | None = None) -> tuple[list[str], np.ndarray]:
    """Read the texts and their labels.

    Raises:
        Missing: there is no such folder, or it lacks the file.
    """
    path = folder / FILE if folder else None
    if path is None or not path.exists():
        raise Missing(f"{FILE} is not in the folder of --data")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[:most]
    return [row["text"] for row in rows], np.array([int(row["label"]) for row in rows])


def rows(folder: Path | None, work: Path | None) -> Rows:
    """Read the texts, and what the bundled body sees in them, which `work` keeps for a next run."""
    texts, labels = headlines(folder, ROWS)
    bodies = (_kept(work, name, texts, partial(vectors, BUNDLED / name)) for name in BODIES)
    return Rows(texts, labels, _kept(work, "features", texts, features), tuple(bodies))


def _kept(
    work: Path | None,
    name: str,
    texts: Sequence[str],
    make: Callable[[Sequence[str]], np.ndarray],
) -> np.ndarray:
    kept = work / f"{name}-{len(texts)}.npy" if work else None
    if kept and kept.exists():
        found: np.ndarray = np.load(kept)
        return found
    made = make(texts)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.save(kept, made)
    return made


def vectors(body: Path, texts: Sequence[str]) -> np.ndarray:
    """The mean of the last layer of a body."""
    return _in_place(texts, lambda order: _means(body, texts, order, layers=1))


def features(texts: Sequence[str]) -> np.ndarray:
    """The mean of each layer of the bundled body, side by side, each brought to one scale."""
    in_place = _in_place(texts, lambda order: _means(BODY, texts, order))
    scale = in_place.std(axis=0) * np.sqrt(in_place.shape[1])
    return (in_place - in_place.mean(axis=0)) / scale


def _in_place(
    texts: Sequence[str], made: Callable[[Sequence[int]], Iterator[np.ndarray]]
) -> np.ndarray:
    """Texts of about one length together, and back."""
    order = sorted(range(len(texts)), key=lambda n: len(texts[n]))
    found = np.concatenate(list(made(order)))
    in_place = np.empty_like(found)
    in_place[order] = found
    return in_place


def _means(
    folder: Path, texts: Sequence[str], order: Sequence[int], layers: int | None = None
) -> Iterator[np.ndarray]:
    """Of the last layers, or of all."""
    import torch  # noqa: PLC0415 - an import of seconds
    from transformers import AutoModel, AutoTokenizer  # noqa: PLC0415

    tokenizer = AutoTokenizer.from_pretrained(folder)
    body = AutoModel.from_pretrained(folder, dtype=torch.float32).eval()
    for start in range(0, len(order), _BATCH):
        batch = [texts[n] for n in order[start : start + _BATCH]]
        tokens = tokenizer(
            batch, padding=True, truncation=True, max_length=128, return_tensors="pt"
        )
        with torch.inference_mode():
            states = body(**tokens, output_hidden_states=True).hidden_states[1:]
        states = states[-layers:] if layers else states
        mask = tokens["attention_mask"].unsqueeze(-1)
        yield torch.cat([(one * mask).sum(1) / mask.sum(1) for one in states], dim=1).numpy()
