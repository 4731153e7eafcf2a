"""The shared body: a small BERT that guesses hidden words in Korean and English."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import BertConfig, BertForMaskedLM, PreTrainedTokenizerFast

from bundled_recipe.body.neighbours import look_at_neighbours
from bundled_recipe.body.vocabulary import FIRST_PIECE, MAX_LENGTH, SPECIAL_TOKENS, encode
from models.finetune.network.loop import pad

HIDDEN_SHARE = 0.2
_NOISE_FROM, _KEPT_FROM = 0.8, 0.9
_MEASURED_SHARE = 0.15
_MASK = SPECIAL_TOKENS.index("[MASK]")
SIZES: dict[str, Any] = {
    "hidden_size": 256,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "intermediate_size": 1024,
}
"""Of every checkpoint that ships."""


def new_body(vocabulary_size: int, seed: int = 0) -> BertForMaskedLM:
    """An untrained masked-language model of the bundled size."""
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=vocabulary_size,
        max_position_embeddings=MAX_LENGTH,
        pad_token_id=SPECIAL_TOKENS.index("[PAD]"),
        **SIZES,
    )
    model = BertForMaskedLM(config)
    # Plain products, which a compiler fuses with their softmax.
    model.set_attn_implementation("eager")
    look_at_neighbours(model)
    return model


def earlier_body(folder: Path) -> BertForMaskedLM:
    """The model saved in ``folder``, to be trained further."""
    model: BertForMaskedLM = BertForMaskedLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", use_safetensors=True
    )
    return model


def hide(blocks: Tensor, vocabulary_size: int) -> tuple[Tensor, Tensor]:
    """Blocks with some tokens hidden, and their places in the flattened blocks.

    Always as many, so that a compiled model sees one shape. Of the hidden tokens 80 % are masked,
    10 % are random and 10 % stay as they are.
    """
    flat = blocks.flatten()
    chance = torch.rand(flat.shape, device=flat.device)
    chance[flat < len(SPECIAL_TOKENS)] = 2.0
    places = chance.topk(round(HIDDEN_SHARE * len(flat)), largest=False, sorted=False).indices
    fate = torch.rand(places.shape, device=flat.device)
    noise = torch.randint(FIRST_PIECE, vocabulary_size, places.shape, device=flat.device)
    shown = torch.where(fate < _KEPT_FROM, noise, flat[places])
    shown = torch.where(fate < _NOISE_FROM, _MASK, shown)
    return flat.scatter(0, places, shown).view_as(blocks), places


def masked_loss(model: BertForMaskedLM, inputs: Tensor, places: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy at the hidden places; nothing vocabulary-wide is computed for the others."""
    states = model.bert(input_ids=inputs).last_hidden_state.flatten(0, 1)
    return cross_entropy(model.cls(states[places]).float(), targets)


@dataclass(frozen=True)
class MaskedAccuracy:
    """How often the hidden token was the first guess, and among the first five."""

    tokens: int
    top1: float
    top5: float
    unigram_top5: float
    """The same for somebody who always guesses the five most frequent tokens."""


def measure_body(
    model: BertForMaskedLM,
    tokenizer: PreTrainedTokenizerFast,
    passages: list[str],
    frequent: Tensor,
    seed: int = 0,
) -> MaskedAccuracy:
    """Hide 15 % of the tokens of ``passages``, each passage alone, and guess them."""
    torch.manual_seed(seed)
    encodings = sorted(encode(tokenizer, passages, MAX_LENGTH), key=len)
    guesses: list[Tensor] = []
    truth: list[Tensor] = []
    with torch.inference_mode():
        for start in range(0, len(encodings), 32):
            blocks, attention = pad(encodings[start : start + 32], SPECIAL_TOKENS.index("[PAD]"))
            hidden = (torch.rand(blocks.shape) < _MEASURED_SHARE) & (blocks >= len(SPECIAL_TOKENS))
            inputs = blocks.masked_fill(hidden, _MASK)
            states = model.bert(input_ids=inputs, attention_mask=attention).last_hidden_state
            guesses.append(model.cls(states[hidden]).topk(5).indices)
            truth.append(blocks[hidden])
    right = torch.cat(truth).unsqueeze(1)
    found = torch.cat(guesses) == right
    return MaskedAccuracy(
        tokens=len(found),
        top1=found[:, 0].float().mean().item(),
        top5=found.any(dim=1).float().mean().item(),
        unigram_top5=(frequent[:5] == right).any(dim=1).float().mean().item(),
    )
