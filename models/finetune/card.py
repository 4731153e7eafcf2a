"""The model card of a trained checkpoint: where it comes from and how good it is.

It tells counts and scores, never a text: what people wrote stays in the community.
"""

import logging
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from huggingface_hub import ModelCardData
from huggingface_hub.repocard import metadata_load

from models.canonical import one_line
from models.checkpoints.certainty.calibration import Calibration
from models.finetune.plan import Base, Epoch, Scores, TrainingPlan
from models.finetune.recipes.recipe import Made
from models.package_version import package_version

_logger = logging.getLogger(__name__)
_TAKEN_OVER = ("license", "license_name", "license_link", "language")
LETTERS = """\
Beside the network stands `letters.json`, a linear model of groups of letters: Tokki adds its logits
to the network's. Other programs read the network alone, and answer a little worse; this adds them:

```python
import base64, collections, json, math, pathlib
import numpy as np

letters = json.loads(pathlib.Path("letters.json").read_text(encoding="utf-8"))
numbers = lambda packed: np.frombuffer(base64.b64decode(packed), "<f4")
places = {group: place for place, group in enumerate(letters["groups"])}
weights = numbers(letters["weights"]).reshape(len(places), -1)

def letter_logits(text):
    words = [f" {word} " for word in text[:1000].lower().split()]
    groups = (w[i : i + n] for w in words for n in (1, 2, 3, 4) for i in range(len(w) - n + 1))
    counts = collections.Counter(places[group] for group in groups if group in places)
    if not counts:
        return np.array(letters["bias"])
    shares = numbers(letters["rarity"])[list(counts)] * [1 + math.log(n) for n in counts.values()]
    return letters["bias"] + shares / np.linalg.norm(shares) @ weights[list(counts)]
```"""
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+!|~&:@-])")


@dataclass(frozen=True, slots=True)
class Training:
    """What the card tells of the training beyond its plan."""

    made: Made
    steps: int
    new: Scores
    current: Scores | None
    calibration: Calibration


def write_card(plan: TrainingPlan, training: Training, folder: Path) -> None:
    """Write README.md for the checkpoint in `folder`."""
    sections = (
        f"---\n{_front_matter(training.made.base)}\n---",
        f"# {escape(plan.name)}",
        _origin(plan, training),
        "## Labels",
        _label_table(plan, training),
        "## Scores",
        _score_table(plan, training),
        "## Calibration",
        _calibration(training.calibration, is_multi_label=plan.is_multi_label),
        "## Training",
        _training_list(plan, training),
        *(("## Epochs", _epochs(training.made.epochs)) if training.made.epochs else ()),
        *(("## Letters", LETTERS) if training.made.letters else ()),
    )
    text = "\n\n".join(sections) + "\n"
    (folder / "README.md").write_text(text, encoding="utf-8", errors="replace")


def escape(name: str) -> str:
    """A name that people chose, on one line, cut when very long, and free of markup."""
    return _MARKUP.sub(r"\\\1", one_line(name))


def _front_matter(base: Base) -> str:
    data = ModelCardData(
        base_model=base.name,
        library_name="transformers",
        pipeline_tag="text-classification",
        tags=["tokki"],
        **taken_over(base.folder),
    )
    return data.to_yaml().strip()


def taken_over(base: Path) -> dict[str, Any]:
    """The licence, which binds what is made from the base too, and the languages."""
    try:
        found = metadata_load(str(base / "README.md")) or {}
    except Exception:  # no card, or one with a front matter that is not YAML
        _logger.warning("The card of %s cannot be read, so no licence is taken over.", base.name)
        return {}
    return {key: found[key] for key in _TAKEN_OVER if key in found}


def _origin(plan: TrainingPlan, training: Training) -> str:
    return (
        f"A text classifier that Tokki trained from {escape(training.made.base.name)} on "
        f"{len(plan.train)} examples labelled by a community in its chat. Its head was "
        f"{training.made.origin}."
    )


def _label_table(plan: TrainingPlan, training: Training) -> str:
    trained = Counter(label for example in plan.train for label in example.labels)
    held_out = Counter(label for example in plan.held_out for label in example.labels)
    rows = [
        (escape(label), trained[number], held_out[number], _share(training.new.f1.get(label)))
        for number, label in enumerate(plan.labels)
    ]
    return _table(("Label", "Learned from", "Held out", "F1"), rows)


def _score_table(plan: TrainingPlan, training: Training) -> str:
    models = [("This model", training.new)]
    if training.current is not None:
        models.append(("The model in use before", training.current))
    rows = [(name, _share(scores.accuracy), _share(scores.macro_f1)) for name, scores in models]
    said = f"On the same {len(plan.held_out)} held-out examples, which no step learned from:"
    return f"{said}\n\n{_table(('', 'Accuracy', 'Macro-F1'), rows)}"


def _calibration(found: Calibration, *, is_multi_label: bool) -> str:
    said = (
        f"Divide the logits by {found.temperature} before they become probabilities (`calibration` "
        f"in config.json; Tokki does, other programs may ignore it)."
    )
    if is_multi_label:
        return (
            f"{said} Each label holds from a probability of {found.likely_from or 0.5} on, so none "
            f"may, or several. It was measured on {found.rows} examples that it had not seen."
        )
    if found.unsure_below is None:
        return (
            f"{said} With {found.rows} unseen examples this is hardly more than what a training "
            f"of this kind usually needs, and they are too few to tell from where on it is sure."
        )
    return (
        f"{said} Below {found.unsure_below} an answer is an unsure one: nine in ten of the others "
        f"are right, or as many as there can be if at most a quarter, and at least a twentieth, of "
        f"the answers for such texts are unsure. Both were measured on {found.rows} "
        f"examples that it had not seen."
    )


def _training_list(plan: TrainingPlan, training: Training) -> str:
    facts = {
        "Date": datetime.now(UTC).date().isoformat(),
        "Recipe": plan.recipe,
        "Seed": plan.seed,
        "Epochs": plan.epochs,
        "Steps": training.steps,
        **training.made.facts,
        "Final loss (smoothed)": f"{training.made.final_loss:.4f}",
        **{package: package_version(package) for package in ("tokki", "torch", "transformers")},
    }
    return "\n".join(f"- {name}: {value}" for name, value in facts.items())


def _epochs(epochs: Sequence[Epoch]) -> str:
    rows = [
        (number, f"{one.train_loss:.4f}", _loss(one.eval_loss), _share(one.eval_accuracy))
        for number, one in enumerate(epochs, start=1)
    ]
    said = "Evaluated on examples of its own side that it did not learn from:"
    return f"{said}\n\n{_table(('Epoch', 'Train loss', 'Evaluation loss', 'Accuracy'), rows)}"


def _loss(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
