"""The model card of a trained checkpoint: where it comes from and how good it is.

It tells counts and scores, never a text: what people wrote stays in the community.
"""

import logging
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from huggingface_hub import ModelCardData
from huggingface_hub.repocard import metadata_load

from models.canonical import one_line
from models.checkpoints.calibration import Calibration
from models.finetune.plan import Scores, TrainingPlan
from models.package_version import package_version

_logger = logging.getLogger(__name__)
_TAKEN_OVER = ("license", "license_name", "license_link", "language")
_MARKUP = re.compile(r"([\\`*_{}\[\]()<>#+!|~&:@-])")


@dataclass(frozen=True, slots=True)
class Training:
    """What the card tells of the training beyond its plan."""

    head: str
    steps: int
    batch_size: int
    learning_rate: float
    final_loss: float
    new: Scores
    current: Scores | None
    calibration: Calibration


def write_card(plan: TrainingPlan, training: Training, folder: Path) -> None:
    """Write README.md for the checkpoint in `folder`."""
    sections = (
        f"---\n{_front_matter(plan)}\n---",
        f"# {escape(plan.name)}",
        _origin(plan, training),
        "## Labels",
        _label_table(plan, training),
        "## Scores",
        _score_table(plan, training),
        "## Calibration",
        _calibration(training.calibration),
        "## Training",
        _training_list(plan, training),
    )
    text = "\n\n".join(sections) + "\n"
    (folder / "README.md").write_text(text, encoding="utf-8", errors="replace")


def escape(name: str) -> str:
    """A name that people chose, on one line, cut when very long, and free of markup."""
    return _MARKUP.sub(r"\\\1", one_line(name))


def _front_matter(plan: TrainingPlan) -> str:
    data = ModelCardData(
        base_model=plan.base_name,
        library_name="transformers",
        pipeline_tag="text-classification",
        tags=["tokki"],
        **_taken_over(plan.base),
    )
    return data.to_yaml().strip()


def _taken_over(base: Path) -> dict[str, Any]:
    """The licence, which binds what is made from the base too, and the languages."""
    try:
        found = metadata_load(str(base / "README.md")) or {}
    except Exception:  # no card, or one with a front matter that is not YAML
        _logger.warning("The card of %s cannot be read, so no licence is taken over.", base.name)
        return {}
    return {key: found[key] for key in _TAKEN_OVER if key in found}


def _origin(plan: TrainingPlan, training: Training) -> str:
    return (
        f"A text classifier that Tokki trained from "
        f"{escape(plan.base_name)} on {len(plan.train)} examples labelled by a community in its "
        f"chat. Its head was {training.head}."
    )


def _label_table(plan: TrainingPlan, training: Training) -> str:
    trained = Counter(example.label for example in plan.train)
    held_out = Counter(example.label for example in plan.held_out)
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


def _calibration(found: Calibration) -> str:
    said = (
        f"Divide the logits by {found.temperature} before they become probabilities (`calibration` "
        f"in config.json; Tokki does, other programs may ignore it)."
    )
    if found.unsure_below is None:
        return (
            f"{said} With {found.rows} held-out examples this is hardly more than what a training "
            f"of this kind usually needs, and they are too few to tell from where on it is sure."
        )
    return (
        f"{said} Below {found.unsure_below} an answer is an unsure one: nine in ten of the others "
        f"are right, or as many as there can be if at most a quarter, and at least a twentieth, of "
        f"the answers for such texts are unsure. Both were measured on the {found.rows} held-out "
        f"examples."
    )


def _training_list(plan: TrainingPlan, training: Training) -> str:
    facts = {
        "Date": datetime.now(UTC).date().isoformat(),
        "Seed": plan.seed,
        "Epochs": plan.epochs,
        "Steps": training.steps,
        "Batch size": training.batch_size,
        "Peak learning rate": f"{training.learning_rate:.2g}",
        "Final loss (smoothed)": f"{training.final_loss:.4f}",
        **{package: package_version(package) for package in ("tokki", "torch", "transformers")},
    }
    return "\n".join(f"- {name}: {value}" for name, value in facts.items())


def _table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
