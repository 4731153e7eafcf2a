"""Other wordings of a text: some of its pieces as the body would have guessed them.

A student learns from a teacher whatever the teacher is asked about. There are few headlines that
nobody labelled, but any number of headlines that somebody might have written.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor
from transformers import BertForMaskedLM

from bundled_recipe.body.network import earlier_body
from bundled_recipe.body.vocabulary import SPECIAL_TOKENS, encode, load_tokenizer
from bundled_recipe.precision import best_device, fastest_arithmetic
from models.finetune.network.loop import pad

_REPLACED_SHARE = 0.3
_DRAWN_FROM = 100
_LONGEST = 128
_AT_A_TIME = 256
_MASK, _PAD = SPECIAL_TOKENS.index("[MASK]"), SPECIAL_TOKENS.index("[PAD]")


def reworded(body: Path, texts: Sequence[str], seed: int = 0) -> list[str]:
    """Each of ``texts`` with three pieces in ten drawn anew, in no particular order."""
    torch.manual_seed(seed)
    tokenizer, model = load_tokenizer(body), earlier_body(body)
    model.to(best_device())  # type: ignore[arg-type]
    model.train(False)
    encodings = sorted(encode(tokenizer, list(texts), _LONGEST), key=len)
    found: list[str] = []
    for start in range(0, len(encodings), _AT_A_TIME):
        inputs, attention = pad(encodings[start : start + _AT_A_TIME], _PAD)
        rows = _redrawn(model, inputs, attention).tolist()
        found += tokenizer.batch_decode(rows, skip_special_tokens=True)
    return found


def _redrawn(model: BertForMaskedLM, inputs: Tensor, attention: Tensor) -> Tensor:
    """``inputs`` with a share of the pieces drawn from what the model expects there."""
    hidden = (torch.rand(inputs.shape) < _REPLACED_SHARE) & (inputs >= len(SPECIAL_TOKENS))
    shown = inputs.masked_fill(hidden, _MASK).to(model.device)
    with torch.inference_mode(), fastest_arithmetic(model.device):
        states = model.bert(shown, attention.to(model.device)).last_hidden_state
        likely = model.cls(states[hidden.to(model.device)]).float().topk(_DRAWN_FROM)
        chosen = torch.multinomial(likely.values.softmax(dim=1), 1)
        drawn = likely.indices.gather(1, chosen).flatten().cpu()
    return inputs.masked_scatter(hidden, drawn)
