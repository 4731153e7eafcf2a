"""What only ModernBERT has: places turn queries and keys, and most layers see a window only."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from models.exporting.networks.encoder import Encoder, Floats, Rotation, Unsupported
from models.exporting.networks.names import Config
from models.reasons import Reason

_WINDOWED = "sliding_attention"


def rotated(encoder: Encoder, _: Mapping[str, Floats], config: Config) -> Encoder:
    """Add by what angles each layer turns, and how far it sees.

    Raises:
        Unsupported: its angles follow a rule that is not written down.
    """
    kinds: list[str] = getattr(config, "layer_types")  # noqa: B009 - of its own config
    rules: Mapping[str, Any] = getattr(config, "rope_parameters")  # noqa: B009
    positions = int(getattr(config, "max_position_embeddings"))  # noqa: B009
    window = int(getattr(config, "sliding_window"))  # noqa: B009
    size = encoder.layers[0].query.weights.shape[1] // encoder.attention_heads
    by_kind = {kind: _rotation(rules[kind], positions, size) for kind in set(kinds)}
    layers = (
        replace(layer, rotation=by_kind[kind], window=window if kind == _WINDOWED else None)
        for layer, kind in zip(encoder.layers, kinds, strict=True)
    )
    return replace(encoder, layers=tuple(layers), is_pre_norm=True)


def _rotation(rule: Mapping[str, Any], positions: int, size: int) -> Rotation:
    kind = rule.get("rope_type", "default")
    if kind != "default":
        raise Unsupported(Reason.ENGINE_PART.of(f"rope_type={kind}"))
    share = np.arange(0, size, 2, dtype=np.float32) / np.float32(size)
    speed = np.float32(1.0) / np.float32(rule["rope_theta"]) ** share
    angles = np.arange(positions, dtype=np.float32)[:, None] * speed
    return Rotation(np.cos(angles), np.sin(angles))
