"""A start that already looks at neighbouring words.

A small body trained for half an hour spends most of it on a plateau: it has learnt how frequent
each word is, and not yet that the words beside a gap tell what belongs in it. So the positions
start as sinusoids in dimensions of their own, and some attention heads start as the rotation that
finds the position a step or two away. Everything stays an ordinary BERT, free to learn otherwise.
"""

import math

import torch
from torch import Tensor
from transformers import BertForMaskedLM

_HEAD_OFFSETS = ((-1, 1, -2, 2), (-1, 1), (-1, 1))
"""For the first layers, the distance that each of the first heads looks at."""
_FASTEST, _SLOWEST = 1.2, 0.02
_POSITION_SCALE = 0.03
_WORD_SCALE = 0.1
_NOISE = 0.005


def look_at_neighbours(model: BertForMaskedLM) -> None:
    """Replace the random start of positions and of some heads, in place."""
    width = model.config.hidden_size // model.config.num_attention_heads
    speeds = _speeds(width // 2)
    with torch.no_grad():
        _place_positions(model, speeds)
        for layer, offsets in enumerate(_HEAD_OFFSETS):
            attention = f"bert.encoder.layer.{layer}.attention.self"
            queries = torch.split(model.get_parameter(f"{attention}.query.weight"), width)
            keys = torch.split(model.get_parameter(f"{attention}.key.weight"), width)
            for query, key, offset in zip(queries, keys, offsets, strict=False):
                _aim(query, speeds, offset)
                _aim(key, speeds, 0)


def _speeds(count: int) -> Tensor:
    return torch.exp(torch.linspace(math.log(_FASTEST), math.log(_SLOWEST), count))


def _place_positions(model: BertForMaskedLM, speeds: Tensor) -> None:
    """Sinusoids in the first dimensions, where words start small so as not to drown them."""
    embeddings, width = model.bert.embeddings, 2 * len(speeds)
    positions = embeddings.position_embeddings.weight
    angles = torch.arange(len(positions)).unsqueeze(1) * speeds
    positions.zero_()
    positions[:, :width] = _POSITION_SCALE * torch.stack([angles.sin(), angles.cos()], 2).flatten(1)
    embeddings.word_embeddings.weight[:, :width] *= _WORD_SCALE
    embeddings.token_type_embeddings.weight[:, :width] = 0.0


def _aim(weight: Tensor, speeds: Tensor, offset: int) -> None:
    """Make ``weight`` turn the sinusoids of a position into those ``offset`` further on."""
    weight.normal_(std=_NOISE)
    for pair, angle in enumerate((speeds * offset).tolist()):
        at = slice(2 * pair, 2 * pair + 2)
        turn = torch.tensor(
            [[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]]
        )
        weight[at, at] += turn
