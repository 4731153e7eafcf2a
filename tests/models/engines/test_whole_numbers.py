"""Products in whole numbers come out alike on every processor, and their rounding is measured."""

import dataclasses
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, numpy_helper

from models.checkpoints.tokenizing.tokenizer import text_tokenizer
from models.engines.torch_engine import TorchEngine
from models.exporting.networks.encoder import Encoder, Linear
from models.exporting.networks.graph import Graph
from models.exporting.networks.network import every_product, write_network
from models.exporting.networks.products import Int8Products, in_steps, rows_in_steps
from models.exporting.rounding_errors import errors, ranges, worst
from models.exporting.smoothing import folds
from models.results import Task
from models.tasks.classification import CLASSIFICATION
from models.tasks.registry import load_for
from tests.models.engines.families import FAMILIES, make
from tests.models.engines.test_onnx_engine import encoder_of, rows

_rng = np.random.default_rng(7)
SHAPES = ((64, 8), (65, 3), (384, 16), (1, 4))
KINDS = ("alike", "one sign", "a few large", "nothing")


def weights(kind: str, shape: tuple[int, int]) -> NDArray[np.float32]:
    """Columns that are easy to multiply, and those that VPMADDUBSW would cut off."""
    found = _rng.normal(0, 1, shape)
    if kind == "one sign":
        found = np.abs(found) + 1
    if kind == "a few large":
        found[:2] = 50.0
    if kind == "nothing":
        found[:] = 0.0
    return found.astype(np.float32)


def cut_at_16_bits(row: NDArray[np.uint8], steps: NDArray[np.int8]) -> NDArray[np.int64]:
    """Multiply as a processor without VNNI does: two neighbours are added in 16 bits."""
    products = row.astype(np.int64)[:, None] * steps.astype(np.int64)
    pairs = [products[start : start + 2].sum(axis=0) for start in range(0, len(row), 2)]
    return np.sum([np.clip(pair, -32_768, 32_767) for pair in pairs], axis=0)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_cut_off_on_a_processor_that_adds_in_16_bits(
    kind: str, shape: tuple[int, int]
) -> None:
    steps, _ = in_steps(weights(kind, shape))
    for row in (np.full(shape[0], 255), np.arange(shape[0]) % 2 * 255, np.arange(shape[0]) % 256):
        bytes_ = row.astype(np.uint8)
        exact = bytes_.astype(np.int64) @ steps.astype(np.int64)
        assert (cut_at_16_bits(bytes_, steps) == exact).all()


def test_weights_of_the_full_range_would_be_cut_off() -> None:
    steps = np.full((2, 1), 127, np.int8)
    assert cut_at_16_bits(np.full(2, 255, np.uint8), steps) == [32_767]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", KINDS)
def test_rounded_weights_are_within_half_a_step(kind: str, shape: tuple[int, int]) -> None:
    exact = weights(kind, shape)
    steps, sizes = in_steps(exact)
    assert np.abs(steps * sizes - exact).max() <= sizes.max() / 2 * (1 + 1e-5)
    assert np.abs(steps).max() <= 127


@pytest.mark.parametrize(("inputs", "least"), [(64, None), (64, -0.17005), (512, -0.17005)])
def test_this_processor_multiplies_as_it_is_told(inputs: int, least: float | None) -> None:
    """The same numbers in ONNX Runtime and in numpy: on any processor, with VNNI or without."""
    matrix = weights("one sign", (inputs, 6))
    graph = Graph()
    graph.input("rows", ["rows", "inputs"], TensorProto.FLOAT)
    linear = Linear(matrix, np.zeros(6, np.float32))
    network = graph.finish(Int8Products(graph).product("rows", linear, least), "y", ["a", "b"])
    given = np.abs(_rng.normal(0, 1, (5, inputs))).astype(np.float32)
    given[0] = given.max()
    session = onnxruntime.InferenceSession(network.SerializeToString())
    groups = 4 if least is not None and inputs >= 256 else 1
    parts = rows_in_steps(given.reshape(-1, inputs // groups), least).reshape(given.shape)
    whole = [in_steps(part) for part in np.split(matrix, groups)]
    expected = parts @ np.concatenate([steps * sizes for steps, sizes in whole])
    assert session.run(None, {"rows": given})[0] == pytest.approx(expected, rel=1e-5, abs=1e-5)


def read(family: str, root: Path) -> tuple[TorchEngine, Encoder]:
    loaded = load_for(make(root, family, Task.CLASSIFY), CLASSIFICATION)
    return (
        TorchEngine(loaded.model, text_tokenizer(loaded.tokenizer).facts),
        encoder_of(loaded, CLASSIFICATION),
    )


@pytest.mark.parametrize("family", FAMILIES)
def test_no_network_has_weights_that_would_be_cut_off(family: str, tmp_path: Path) -> None:
    _, encoder = read(family, tmp_path)
    graph = write_network(encoder, ()).graph
    whole = [numpy_helper.to_array(each) for each in graph.initializer if each.data_type == 3]
    assert len(whole) == len(every_product(encoder))
    for steps in whole:
        row = np.full(len(steps), 255, np.uint8)
        exact = row.astype(np.int64) @ steps.astype(np.int64)
        assert (cut_at_16_bits(row, steps) == exact).all()


@pytest.mark.parametrize("family", ["bert", "electra", "distilbert", "albert", "modernbert"])
def test_the_error_of_a_product_is_what_writing_it_in_whole_numbers_costs(
    family: str, tmp_path: Path
) -> None:
    engine, encoder = read(family, tmp_path)
    model = engine._model
    texts = rows(model.config.vocab_size, model.config.pad_token_id)
    for row in texts:
        row.type_ids = None

    def run() -> NDArray[np.float32]:
        return np.concatenate([engine.logits([row]) for row in texts])

    spread = ranges(model, run)
    found = errors(model, encoder, spread, run)
    assert set(found) == every_product(encoder)
    assert all(error > 0 for error in found.values())
    assert {number for number, part in folds(encoder, spread) if part == "up"} == set(
        range(len(encoder.layers))
    )
    loud = dataclasses.replace(encoder.layers[1].up, weights=encoder.layers[1].up.weights.copy())
    loud.weights[0] *= 200  # its column's steps are now too coarse for the rest
    layers = list(encoder.layers)
    layers[1] = dataclasses.replace(layers[1], up=loud)
    broken = errors(model, dataclasses.replace(encoder, layers=tuple(layers)), spread, run)
    assert broken[1, "up"] > 10 * found[1, "up"]
    assert broken[0, "up"] == pytest.approx(found[0, "up"])


def test_the_worst_products_are_chosen_by_what_they_cost(tmp_path: Path) -> None:
    _, encoder = read("bert", tmp_path)
    found = dict.fromkeys(every_product(encoder), 1.0)
    assert worst(encoder, found, 0.0) == frozenset()
    assert worst(encoder, found, 1.0) == every_product(encoder)
    found[1, "value"] = 9.0
    chosen = worst(encoder, found, 0.2)
    assert (1, "value") in chosen
    costs = {
        product: getattr(encoder.layers[product[0]], product[1]).weights.size for product in found
    }
    assert 0 < sum(costs[each] for each in chosen) <= 0.2 * sum(costs.values())
