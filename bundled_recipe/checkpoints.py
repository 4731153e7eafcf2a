"""How a trained model is written down."""

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from transformers import PreTrainedModel

from bundled_recipe.precision import best_device, has_fast_bfloat16

FIGURES = "metrics.json"


def save_checkpoint(model: PreTrainedModel, folder: Path, figures: dict[str, Any]) -> None:
    """Weights in half precision; the figures last, since they mark the stage as finished."""
    model.config._attn_implementation = "sdpa"
    model.half().save_pretrained(folder)  # type: ignore[no-untyped-call]
    (folder / "model.safetensors").chmod(0o644)
    text = json.dumps(figures, ensure_ascii=False, indent=2)
    (folder / FIGURES).write_text(text + "\n", encoding="utf-8")
    print(f"{folder.name} {text}", flush=True)


def read_figures(folder: Path) -> dict[str, Any]:
    """The figures of a finished stage."""
    figures: dict[str, Any] = json.loads((folder / FIGURES).read_text(encoding="utf-8"))
    return figures


def training_place() -> dict[str, Any]:
    """What it was trained on."""
    device = best_device()
    return {
        "device": device.type,
        "threads": torch.get_num_threads(),
        "bfloat16": has_fast_bfloat16(device),
    }


def copy_tokenizer(source: Path, folder: Path) -> None:
    """The same tokenizer for every checkpoint."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        shutil.copyfile(source / name, folder / name)
