"""How much less time a written network of each family takes than torch, of base size, on one core.

    python -m benchmarks.families [FAMILY ...]

Weights are random. Both are given the same batches, one after the other, and what is counted is the
time of the processor, so that other load falls on neither. Both compute on one thread.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import numpy as np
import onnx
import torch
import transformers

from models.checkpoints.tokenizing.tokenizer import TokenizerFacts
from models.engines.onnx_engine import OnnxEngine
from models.engines.padding import Row
from models.engines.protocol import Engine
from models.engines.torch_engine import TorchEngine
from models.exporting.networks.families import read_encoder, tensors_of
from models.exporting.networks.network import every_product, write_network
from models.tasks.classification import CLASSIFICATION
from models.tasks.tokens.batching import BATCH_TOKENS, cut

ROUNDS = 3
VOCABULARY = 30_000
LONG = 400
SIZES: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "initializer_range": 0.04,
    "num_labels": 7,
}
_SPECIAL = ("pad_token_id", "bos_token_id", "eos_token_id", "cls_token_id", "sep_token_id")
_OWN: Mapping[str, Mapping[str, Any]] = {
    "bert": {},
    "mpnet": {"max_position_embeddings": 514},
    "albert": {"embedding_size": 128},
    "deberta-v2": {
        "relative_attention": True,
        "position_buckets": 256,
        "norm_rel_ebd": "layer_norm",
        "share_att_key": True,
        "pos_att_type": ["p2c", "c2p"],
        "position_biased_input": False,
    },
    "modernbert": dict.fromkeys(_SPECIAL, 0)
    | {"num_hidden_layers": 22, "intermediate_size": 1152, "classifier_pooling": "mean"},
}
FACTS = TokenizerFacts(False, "right", 0, 0, 2, None, None, ())


def main(families: Sequence[str]) -> None:
    """Measure, and print a table."""
    torch.set_num_threads(1)
    print("| family | asked | torch ms | float32 | whole numbers |")
    print("|---|---|---|---|---|")
    for family in families or _OWN:
        with TemporaryDirectory() as work:
            engines = _engines(family, Path(work))
            for name, batches in asked().items():
                print(compared(family, name, engines, batches), flush=True)


def _engines(family: str, work: Path) -> list[Engine]:
    torch.manual_seed(0)
    config = transformers.CONFIG_MAPPING[family](**SIZES | dict(_OWN[family]))
    model = transformers.AutoModelForSequenceClassification.from_config(config).eval()
    assert CLASSIFICATION.export
    encoder = read_encoder(tensors_of(model), config, CLASSIFICATION.export.heads)
    engines: list[Engine] = [TorchEngine(model, FACTS, is_background=True)]
    for name, exact in (("float32", every_product(encoder)), ("int8", frozenset())):
        onnx.save(write_network(encoder, exact), work / name)
        engines.append(OnnxEngine(work / name, 1, encoder.padding_position))
    return engines


def asked() -> dict[str, list[list[Row]]]:
    """Return batches of messages of 20 tokens on average, as a lane would make them."""
    chance = np.random.default_rng(1)
    lengths = np.clip(chance.lognormal(2.9, 0.5, 64).astype(int), 4, 100)
    rows = [_row_of(chance, length) for length in np.sort(lengths)]
    crowd = [[rows[each] for each in batch] for batch in cut(np.sort(lengths), BATCH_TOKENS)]
    return {
        "one by one": [[row] for row in rows[::8]],
        "64 together": crowd,
        f"one of {LONG} tokens": [[_row_of(chance, LONG)]],
    }


def _row_of(chance: np.random.Generator, length: int) -> Row:
    return Row(chance.integers(5, VOCABULARY, length).tolist())


def compared(family: str, name: str, engines: Sequence[Engine], batches: list[list[Row]]) -> str:
    seconds: list[list[float]] = [[] for _ in engines]
    for _ in range(ROUNDS):
        for engine, taken in zip(engines, seconds, strict=True):
            taken.append(_timed(lambda engine=engine: [engine.logits(each) for each in batches]))
    slow, *quick = map(median, seconds)
    ratios = " | ".join(f"{slow / each:.2f}" for each in quick)
    return f"| {family} | {name} | {1e3 * slow:.0f} | {ratios} |"


def _timed(call: Callable[[], object]) -> float:
    started = process_time()
    call()
    return process_time() - started


if __name__ == "__main__":
    main(sys.argv[1:])
