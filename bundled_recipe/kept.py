"""A run by the clock as it is kept while it lasts: its weights, its optimizer, how far it is."""

from pathlib import Path
from typing import Any

import torch


def keep(state: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer, done: Any) -> None:  # noqa: ANN401 - any dataclass
    """Write it, whole or not at all."""
    whole = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "done": vars(done)}
    partial = state.with_suffix(".partial")
    torch.save(whole, partial)
    partial.replace(state)


def take_up(
    state: Path, model: torch.nn.Module, optimizer: torch.optim.Optimizer
) -> dict[str, Any]:
    """Go on from it, where there is one, and return what was done."""
    if not state.exists():
        return {}
    whole: dict[str, Any] = torch.load(state, map_location=next(model.parameters()).device)
    model.load_state_dict(whole["model"])
    optimizer.load_state_dict(whole["optimizer"])
    done: dict[str, Any] = whole["done"]
    return done
