"""Measures in torch what rounding meets and does: ranges of rows, and the error of each product.

For its error a product is rounded while all others stay exact, so that it is told by what happens
to the answer. Needs torch; runs in the exporting process only.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from models.exporting.networks.encoder import Encoder, Floats, Linear, Product
from models.exporting.networks.families import Module, modules_of
from models.exporting.networks.products import group_count, in_steps, least_inside, rows_in_steps
from models.exporting.smoothing import Fold, Range, folds

if TYPE_CHECKING:
    from transformers import PreTrainedModel

Run = Callable[[], NDArray[np.float32]]
"""Lets the network answer some texts, and returns the logits."""


class _Extent:
    """Keeps the sum, the least and the largest of each input."""

    def __init__(self) -> None:
        self._rows = 0
        self._sum = self._least = self._largest = np.zeros(0)

    def take(self, _: object, arguments: tuple[torch.Tensor, ...]) -> None:
        rows = arguments[0].reshape(-1, arguments[0].shape[-1]).double().cpu().numpy()
        if not self._rows:
            self._sum = np.zeros(rows.shape[1])
            self._least = self._largest = rows[0]
        self._rows += len(rows)
        self._sum = self._sum + rows.sum(axis=0)
        self._least = np.minimum(self._least, rows.min(axis=0))
        self._largest = np.maximum(self._largest, rows.max(axis=0))

    def range(self) -> Range:
        mean = self._sum / self._rows
        reach = np.maximum(self._largest - mean, mean - self._least)
        return Range(mean.astype(np.float32), reach.astype(np.float32))


def ranges(model: "PreTrainedModel", run: Run) -> dict[Product, Range]:
    """Tell where the inputs of each product are, over the texts that `run` answers."""
    modules = modules_of(model)
    extents = {product: _Extent() for product in modules}
    hooks = [
        model.get_submodule(module.name).register_forward_pre_hook(extents[product].take)
        for product, module in modules.items()
    ]
    try:
        run()
    finally:
        for hook in hooks:
            hook.remove()
    return {product: extent.range() for product, extent in extents.items()}


def errors(
    model: "PreTrainedModel", encoder: Encoder, spread: Mapping[Product, Range], run: Run
) -> dict[Product, float]:
    """Tell how far the logits go, as a root mean square, when each product alone is rounded."""
    expected, by = run(), folds(encoder, spread)
    found = {}
    for product, module in modules_of(model).items():
        number, part = product
        layer = encoder.layers[number]
        least = least_inside(layer, encoder.activation) if part == "down" else None
        rounded = _Rounded(getattr(layer, part), by.get(product), least)
        with _replaced(model, module, rounded):
            found[product] = float(np.sqrt(np.square(run() - expected).mean()))
    return found


def worst(encoder: Encoder, found: Mapping[Product, float], share: float) -> frozenset[Product]:
    """Choose the products that err most for what they cost, up to a share of all that they cost."""
    costs = {
        (number, part): getattr(encoder.layers[number], part).weights.size for number, part in found
    }
    left, chosen = share * sum(costs.values()), set[Product]()
    for product in sorted(found, key=lambda each: found[each] ** 2 / costs[each], reverse=True):
        if costs[product] <= left:
            left -= costs[product]
            chosen.add(product)
    return frozenset(chosen)


class _Rounded:
    """What `products.Int8Products` makes of a dense layer, step by step in numpy."""

    def __init__(self, linear: Linear, fold: Fold | None, least: float | None) -> None:
        self._fold, self._least = fold, least
        folded = fold.into(linear) if fold else linear
        self._groups = group_count(len(folded.weights), least)
        parts = [in_steps(each) for each in np.split(folded.weights, self._groups)]
        self._weights = np.concatenate([steps * sizes for steps, sizes in parts])
        self._bias = folded.bias

    def __call__(self, rows: Floats) -> Floats:
        """Multiply (rows, inputs)."""
        if self._fold:
            rows = (rows - self._fold.mean) / self._fold.stretch
        parts = rows.reshape(-1, rows.shape[1] // self._groups)
        rounded = rows_in_steps(parts, self._least).reshape(rows.shape)
        result: Floats = (rounded @ self._weights + self._bias).astype(np.float32)
        return result


@contextmanager
def _replaced(
    model: "PreTrainedModel", module: Module, by: Callable[[Floats], Floats]
) -> Iterator[None]:
    def answer(
        _: object, arguments: tuple[torch.Tensor, ...], result: torch.Tensor
    ) -> torch.Tensor:
        rows = arguments[0].reshape(-1, arguments[0].shape[-1]).float().cpu().numpy()
        parts = list(result.chunk(module.of, dim=-1))
        which = parts[module.which]
        parts[module.which] = torch.from_numpy(by(rows)).reshape(which.shape).to(which)
        return torch.cat(parts, dim=-1)

    hook = model.get_submodule(module.name).register_forward_hook(answer)
    try:
        yield
    finally:
        hook.remove()
