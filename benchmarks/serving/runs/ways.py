"""Ways to round a network, side by side: what becomes of its answers, and how fast it gets.

`measure_ways` runs this module as a process of its own. The last ways are Tokki's variants, in the
order in which it tries them. Those before are here only, to show why they are not in Tokki: on a
processor without VNNI, weights of the full range let sums overflow at 16 bits.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from benchmarks.serving import machine
from benchmarks.serving.inputs import checkpoints
from benchmarks.serving.plan import Body, Plan
from benchmarks.serving.results import Judgement, Way
from benchmarks.serving.runs.contestant import ROOT, environment

if TYPE_CHECKING:
    from onnx import ModelProto

    from models.exporting.variants import Variant
    from models.results import Classification
    from models.tasks.spec import Pipeline

Steps = tuple[NDArray[np.int8], NDArray[np.float32]]
"""Whole numbers, and what a step is in each column."""

TORCH = "torch"
FLOAT32 = "float32"
_OWN_TEXTS = 500
_ROUNDS = 3
_QUICK_TEXTS = 24


def measure_ways(body: Body, plan: Plan) -> list[Way]:
    """Measure in a fresh process.

    Raises:
        Missing: the checkpoint cannot be made here.
    """
    folder = checkpoints.made(body, plan.work, plan.data)
    count = _QUICK_TEXTS if plan.is_quick else _OWN_TEXTS
    own = checkpoints.own_texts(body, folder, plan.data, count)
    asked = {"name": body.name, "folder": str(folder), "own": own, "is_quick": plan.is_quick}
    command = [sys.executable, "-m", "benchmarks.serving.runs.ways"]
    done = subprocess.run(
        command,
        input=json.dumps(asked),
        check=True,
        cwd=ROOT,
        env=environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    return [_way(each) for each in json.loads(done.stdout.splitlines()[-1])]


def main() -> None:
    """Print what was found as a list of ways."""
    asked = json.loads(sys.stdin.read())
    machine.use_cores(1)
    with tempfile.TemporaryDirectory() as folder:
        bench = _Bench(asked["name"], Path(asked["folder"]), Path(folder))
        found = _Side(bench, asked["own"], asked["is_quick"]).by_side()
        print(json.dumps([asdict(each) for each in found]))


def rounded(most: int) -> Callable[[NDArray[np.float32]], Steps]:
    """Return what rounds each column to so many steps, whatever stands beside it."""

    def in_steps(weights: NDArray[np.float32]) -> Steps:
        sizes = np.maximum(np.abs(weights).max(axis=0) / most, 1e-8).astype(np.float32)
        return np.round(weights / sizes).astype(np.int8), sizes

    return in_steps


@dataclass(frozen=True, slots=True)
class _Network:
    """A way that was written down."""

    name: str
    is_ours: bool
    exact_share: float
    """Of the products: so many are in float32."""
    work: "Pipeline[Any, Any]"


class _Bench:
    """A loaded checkpoint, and what writes it down in one way or another."""

    def __init__(self, name: str, checkpoint: Path, folder: Path) -> None:
        from models.checkpoints.tokenizing.tokenizer import text_tokenizer  # noqa: PLC0415
        from models.exporting.networks.families import read_encoder, tensors_of  # noqa: PLC0415
        from models.results import Checkpoint, Origin  # noqa: PLC0415
        from models.tasks.classification import CLASSIFICATION  # noqa: PLC0415
        from models.tasks.registry import load_for  # noqa: PLC0415
        from models.tasks.spec import pipeline_config_of  # noqa: PLC0415

        self.name = name
        self.spec: Any = CLASSIFICATION
        self._folder = folder
        self._loaded = load_for(Checkpoint(name, "0", Origin.FOLDER, checkpoint), self.spec)
        self._encoder = read_encoder(
            tensors_of(self._loaded.model), self._loaded.model.config, self.spec.export.heads
        )
        self._tokenizer: Any = text_tokenizer(self._loaded.tokenizer)
        self._around = pipeline_config_of(self._loaded)

    def reference(self) -> "Pipeline[Any, Any]":
        """Return torch."""
        from models.engines.torch_engine import TorchEngine  # noqa: PLC0415

        engine = TorchEngine(self._loaded.model, self._tokenizer.facts)
        found: Pipeline[Any, Any] = self.spec.assemble(engine, self._tokenizer, self._around)
        return found

    def networks(self) -> Iterator[_Network]:
        """Yield all ways: first those that are here only."""
        from models.exporting.networks import products  # noqa: PLC0415
        from models.exporting.variants import Variant, Variants  # noqa: PLC0415
        from models.tasks.spec import Reads  # noqa: PLC0415

        plain = Variant("", self._encoder, frozenset())
        for name, most in (("full range, ±127", 127), ("7 bits, ±63", 63)):
            with patch.object(products, "in_steps", rounded(most)):
                yield self._written(name, plain)
        yield self._written("pairs under 16 bits", plain)
        variants = Variants(self._loaded, self._encoder, self._tokenizer, self._around)
        for variant in variants.of("auto", Reads.WHOLE_TEXT):
            yield self._written(_name(variant), variant, is_ours=True)

    def _written(self, name: str, variant: "Variant", is_ours: bool = False) -> _Network:
        from models.exporting.networks.network import every_product, write_network  # noqa: PLC0415

        work = self._work(write_network(variant.encoder, variant.exact))
        share = len(variant.exact) / len(every_product(variant.encoder))
        return _Network(name, is_ours, share, work)

    def _work(self, network: "ModelProto") -> "Pipeline[Any, Any]":
        import onnx  # noqa: PLC0415

        from models.engines.onnx_engine import OnnxEngine  # noqa: PLC0415

        path = self._folder / "network.onnx"
        onnx.save(network, path)
        engine = OnnxEngine(path, 1, self._encoder.padding_position)
        found: Pipeline[Any, Any] = self.spec.assemble(engine, self._tokenizer, self._around)
        return found


class _Side:
    """Asks all ways the gate's texts and the checkpoint's own, and takes the time of the own."""

    def __init__(self, bench: _Bench, own: Sequence[str], is_quick: bool) -> None:
        from models.exporting.agreement import answers  # noqa: PLC0415
        from models.exporting.texts import trial_texts  # noqa: PLC0415

        self._bench = bench
        self._torch = bench.reference()
        question = bench.spec.export.question
        self._own = [question(text) for text in own]
        self._gate = [
            question(text) for text in trial_texts()[: _QUICK_TEXTS if is_quick else None]
        ]
        self._rounds = 1 if is_quick else _ROUNDS
        self._expected = [answers(self._torch, asked) for asked in (self._gate, self._own)]

    def by_side(self) -> Iterator[Way]:
        """Judge each, then let them take turns."""
        networks = list(self._bench.networks())
        judged = [self._judged(network) for network in networks]
        works = {network.name: network.work for network in networks} | {TORCH: self._torch}
        seconds = [self._round(works, number) for number in range(self._rounds)]
        for network, (gate, own) in zip(networks, judged, strict=True):
            yield Way(
                checkpoint=self._bench.name,
                name=network.name,
                is_ours=network.is_ours,
                exact_share=network.exact_share,
                gate=gate,
                own=own,
                to_float32=[each[FLOAT32] / each[network.name] for each in seconds],
                to_torch=[each[TORCH] / each[network.name] for each in seconds],
            )

    def _judged(self, network: _Network) -> tuple[Judgement, Judgement]:
        gate, own = self._expected
        return (
            _judgement(self._bench.spec, gate, network.work, self._gate),
            _judgement(self._bench.spec, own, network.work, self._own),
        )

    def _round(self, works: Mapping[str, "Pipeline[Any, Any]"], number: int) -> dict[str, float]:
        names = [*works][number % len(works) :] + [*works][: number % len(works)]
        return {name: _seconds(works[name], self._own) for name in names}


def _name(variant: "Variant") -> str:
    from models.exporting.networks.network import every_product  # noqa: PLC0415

    every = every_product(variant.encoder)
    if variant.exact == every:
        return FLOAT32
    share = len(variant.exact) / len(every)
    return f"smoothed, {share:.0%} of the products in float32" if share else "smoothed"


def _judgement(
    spec: Any,  # noqa: ANN401 - of whichever task
    expected: Sequence["Classification"],
    work: "Pipeline[Any, Any]",
    asked: Sequence[Any],
) -> Judgement:
    from models.exporting.agreement import agree  # noqa: PLC0415

    found = agree(spec.export, expected, work, asked)
    return Judgement(
        texts=len(asked),
        same_labels=found.same_labels,
        same_decided=found.same_decided,
        largest_difference=found.largest_difference,
        drift=found.drift,
        is_enough=found.is_enough,
    )


def _seconds(work: "Pipeline[Any, Any]", asked: Sequence[Any]) -> float:
    from models.exporting.agreement import answers  # noqa: PLC0415
    from models.tasks.tokens.batching import BATCH_TOKENS  # noqa: PLC0415

    started = perf_counter()
    answers(work, asked, BATCH_TOKENS)
    return perf_counter() - started


def _way(found: dict[str, Any]) -> Way:
    judged = {name: Judgement(**found[name]) for name in ("gate", "own")}
    return Way(**(found | judged))


if __name__ == "__main__":
    main()
