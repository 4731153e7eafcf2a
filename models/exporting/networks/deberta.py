"""What only DeBERTa has: tokens are scored by what they are and, apart, by where they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from models.exporting.networks.encoder import (
    ByPlace,
    Encoder,
    Floats,
    Layer,
    Linear,
    Places,
    Unsupported,
)
from models.exporting.networks.names import Config
from models.exporting.networks.relative_positions import in_log_buckets
from models.reasons import Reason

_KINDS = {"c2p", "p2c"}


def disentangled(encoder: Encoder, body: Mapping[str, Floats], config: Config) -> Encoder:
    """Add the scores by place.

    Raises:
        Unsupported: it has a part that is not written down.
    """
    kinds = _kinds(body, config)
    most = int(getattr(config, "max_position_embeddings"))  # noqa: B009 - of most configs
    said = getattr(config, "max_relative_positions", -1)
    farthest = most if said < 1 else said
    buckets = getattr(config, "position_buckets", -1)
    span = buckets if buckets > 0 else farthest
    size = encoder.layers[0].query.weights.shape[1] // encoder.attention_heads
    scale = float((size * (1 + len(kinds))) ** -0.5)
    table = _Table(body, kinds, encoder.attention_heads, scale, _rows(body, config)[: 2 * span])
    layers = (replace(each, by_place=table.of(n, each)) for n, each in enumerate(encoder.layers))
    return replace(
        encoder,
        layers=tuple(layers),
        scale=scale,
        places=_places(most, buckets, farthest, span),
    )


def _kinds(body: Mapping[str, Floats], config: Config) -> set[str]:
    kinds = _KINDS & set(getattr(config, "pos_att_type", None) or ())
    if not getattr(config, "relative_attention", False) or not kinds:
        raise Unsupported(Reason.ENGINE_PART.of("relative_attention=false"))
    for part in ("encoder.conv", "embeddings.embed_proj"):
        if any(name.startswith(part) for name in body):
            raise Unsupported(Reason.ENGINE_PART.of(part))
    return kinds


def _places(most: int, buckets: int, farthest: int, span: int) -> Places:
    """Tell each distance's row of the table, from the key farthest before the query on."""
    away = np.arange(most - 1, -most, -1)
    if buckets > 0:
        away = in_log_buckets(away, buckets, farthest)
    return np.clip(away + span, 0, 2 * span - 1)


def _rows(body: Mapping[str, Floats], config: Config) -> Floats:
    """Return the states of the places, of shape (places, hidden)."""
    rows = body["encoder.rel_embeddings.weight"]
    if "layer_norm" not in str(getattr(config, "norm_rel_ebd", "none")).lower():
        return rows
    epsilon = float(getattr(config, "layer_norm_eps"))  # noqa: B009 - of most configs
    centred = rows - rows.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.square(centred).mean(axis=1, keepdims=True) + epsilon)
    scale, shift = body["encoder.LayerNorm.weight"], body["encoder.LayerNorm.bias"]
    result: Floats = (centred / spread * scale + shift).astype(np.float32)
    return result


@dataclass(frozen=True, slots=True)
class _Table:
    """Multiplies out keys and queries of all places, which are of no text."""

    body: Mapping[str, Floats]
    kinds: set[str]
    heads: int
    scale: float
    rows: Floats

    def of(self, number: int, layer: Layer) -> ByPlace:
        """Return those of a layer; where it has none of its own, it shares those of tokens."""
        own = f"encoder.layer.{number}.attention.self."
        return ByPlace(
            keys=self._multiplied(own + "pos_key_proj", layer.key) if "c2p" in self.kinds else None,
            queries=self._multiplied(own + "pos_query_proj", layer.query)
            if "p2c" in self.kinds
            else None,
        )

    def _multiplied(self, own: str, shared: Linear) -> Floats:
        weights, bias = shared.weights, shared.bias
        if own + ".weight" in self.body:
            weights, bias = self.body[own + ".weight"].T, self.body[own + ".bias"]
        rows = (self.rows @ weights + bias) * np.float32(self.scale)
        by_head = rows.reshape(len(rows), self.heads, -1).transpose(1, 2, 0)
        return np.ascontiguousarray(by_head, np.float32)
