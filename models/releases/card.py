"""The card of a trained checkpoint: what machines read of it in front, and what people read below.

Source: https://huggingface.co/docs/hub/model-cards#model-card-metadata
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.checkpoints.card import TRAINED_FROM
from models.checkpoints.certainty.letters import LETTERS_FILE

if TYPE_CHECKING:
    from huggingface_hub import EvalResult

_OF_THE_HUB = re.compile(r"(?P<repo>[\w.-]+/[\w.-]+)(?:@[\w.-]+)?", re.ASCII)
_NAMES = {"accuracy": "Accuracy", "f1": "Macro-F1"}


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a card says. Its licence and languages are those of the card that is there already."""

    name: str
    """model@version."""
    base: str
    """model@version that it was trained from."""
    body: str
    """Markdown for people."""
    dataset: str = ""
    """What it was measured on; empty: it was not."""
    figures: Mapping[str, float] = field(default_factory=dict)
    """Shares of 1 by the Hub's names of measures, such as `accuracy`."""


def as_text(card: ModelCard, folder: Path) -> str:
    """Return README.md for the checkpoint in `folder`; slow to import what writes it (0.1 s)."""
    from huggingface_hub import ModelCardData  # noqa: PLC0415

    from models.finetune.card import LETTERS, taken_over  # noqa: PLC0415

    on_hub = _OF_THE_HUB.fullmatch(card.base)
    more: dict[str, Any] = {TRAINED_FROM: card.base, **taken_over(folder)}
    data = ModelCardData(
        # The Hub takes nothing but its own repositories here.
        base_model=on_hub["repo"] if on_hub else None,
        library_name="transformers",
        pipeline_tag="text-classification",
        tags=["tokki"],
        model_name=card.name,
        eval_results=list(_results(card)) or None,
        **more,
    )
    front = data.to_yaml().strip()
    parts = [f"---\n{front}\n---", card.body.strip()]
    if (folder / LETTERS_FILE).is_file():
        parts += ["## Letters", LETTERS]
    return "\n\n".join(parts) + "\n"


def _results(card: ModelCard) -> "Iterator[EvalResult]":
    from huggingface_hub import EvalResult  # noqa: PLC0415

    for measure, share in card.figures.items():
        more: dict[str, Any] = {"metric_config": "macro"} if measure == "f1" else {}
        yield EvalResult(
            task_type="text-classification",
            dataset_type="tokki",
            dataset_name=card.dataset,
            metric_type=measure,
            metric_name=_NAMES.get(measure, measure),
            metric_value=round(share, 4),
            **more,
        )
