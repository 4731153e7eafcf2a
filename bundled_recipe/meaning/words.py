"""A start in which each piece already means something: sentences as sums of their pieces' vectors.

Most of what a sentence means is what its words mean, in either language, and that is learnt in a
minute where nothing else is in the way: the pieces' vectors alone, each at one length, are fitted
to the teachers' targets. The network then starts as exactly that. What its layers would add is
zero at first, so they begin by leaving each piece as it is, and learn what context changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import layer_norm, normalize
from transformers import BertConfig, BertModel

from bundled_recipe.meaning.losses import imitation_loss
from bundled_recipe.meaning.targets import Imitation
from bundled_recipe.precision import best_device
from models.finetune.network.loop import learning_rate_scale

_BATCH = 1_024
_LEARNING_RATE = 3e-2
_SCALE_RATE = 3e-3
_WARMUP_SHARE = 0.05
_RIDGE = 10.0
_REPORT_EVERY = 100
_POSITION_SPREAD = 0.05
_VALUE_SPREAD = 0.06


@dataclass(frozen=True)
class Words:
    """A vector for each piece, and the scale and shift of each of its numbers."""

    vectors: Tensor
    """[vocabulary, width]; brought to mean 0 and spread 1 before they are scaled."""
    scale: Tensor
    shift: Tensor

    def sentence(self, ids: Sequence[int]) -> Tensor:
        """The vector of a sentence of these pieces, of length one."""
        pieces = layer_norm(self.vectors[list(ids)], self.scale.shape, self.scale, self.shift)
        return normalize(pieces.mean(dim=0), dim=0)


class _Sentences:
    """Token numbers of all sentences in one row, and where each begins."""

    def __init__(self, encodings: Sequence[Sequence[int]]) -> None:
        self.ids = torch.tensor([token for row in encodings for token in row])
        self._lengths = torch.tensor([len(row) for row in encodings])
        self._starts = self._lengths.cumsum(0) - self._lengths

    def vectors(self, words: Words, rows: Tensor) -> Tensor:
        """Of the sentences ``rows``, without padding."""
        lengths = self._lengths[rows]
        owner = torch.repeat_interleave(torch.arange(len(rows)), lengths)
        first = self._starts[rows] - (lengths.cumsum(0) - lengths)
        places = first[owner] + torch.arange(len(owner))
        pieces = layer_norm(
            words.vectors[self.ids[places]], words.scale.shape, words.scale, words.shift
        )
        sums = torch.zeros(len(rows), pieces.shape[1]).index_add(0, owner, pieces)
        return normalize(sums, dim=1)


def fit_words(
    encodings: Sequence[Sequence[int]],
    imitation: Imitation,
    known: Tensor,
    steps: int,
    seed: int = 0,
) -> Words:
    """Fit the pieces of ``encodings`` to the targets of ``imitation``.

    ``known`` is [vocabulary, width of the body]: the body's own vectors, by which a piece that no
    sentence has is placed beside those that come in the same company.
    """
    torch.manual_seed(seed)
    sentences = _Sentences(encodings)
    targets, numbers = torch.from_numpy(imitation.targets), torch.tensor(imitation.numbers)
    width = targets.shape[1]
    words = Words(torch.randn(len(known), width), torch.ones(width), torch.zeros(width))
    for each in vars(words).values():
        each.requires_grad_()
    rates = (_LEARNING_RATE, _SCALE_RATE, _SCALE_RATE)
    groups = [
        {"params": [each], "lr": rate}
        for each, rate in zip(vars(words).values(), rates, strict=True)
    ]
    optimizer = torch.optim.Adam(groups, betas=(0.9, 0.98), fused=True)
    for step in range(steps):
        rows = torch.randint(len(encodings), (min(_BATCH, len(encodings)),))
        loss = imitation_loss(sentences.vectors(words, rows), targets[numbers[rows]])
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        scale = learning_rate_scale((step + 0.5) / steps, _WARMUP_SHARE)
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * scale
        optimizer.step()
        if step % _REPORT_EVERY == 0:
            print(f"words {step} of {steps}: loss {loss.item():.3f}", flush=True)
    vectors = words.vectors.detach()
    counts = sentences.ids.bincount(minlength=len(known))
    return Words(_placed(vectors, counts, known), words.scale.detach(), words.shift.detach())


def _placed(vectors: Tensor, counts: Tensor, known: Tensor) -> Tensor:
    """``vectors``, those of pieces that never came by a linear map of the body's."""
    spread = layer_norm(vectors, vectors.shape[1:])
    body = torch.cat([known, torch.ones(len(known), 1)], dim=1)
    weight = counts.clamp(max=_BATCH).sqrt().unsqueeze(1)
    weighed = body * weight
    gram = weighed.T @ weighed + _RIDGE * torch.eye(body.shape[1])
    guessed = body @ torch.linalg.solve(gram, weighed.T @ (spread * weight))
    return torch.where((counts > 0).unsqueeze(1), spread, guessed)


def start_from_words(words: Words, config: BertConfig, seed: int = 0) -> BertModel:
    """A network of ``config`` that finds the same vectors as ``words``, up to its positions."""
    torch.manual_seed(seed)
    model = BertModel(config, add_pooling_layer=False)
    with torch.no_grad():
        embeddings = model.embeddings
        embeddings.word_embeddings.weight.copy_(words.vectors)
        embeddings.position_embeddings.weight.normal_(std=_POSITION_SPREAD)
        embeddings.token_type_embeddings.weight.zero_()
        for number in range(config.num_hidden_layers):
            layer = f"encoder.layer.{number}"
            for name in ("attention.self.value", "intermediate.dense"):
                model.get_parameter(f"{layer}.{name}.weight").normal_(std=_VALUE_SPREAD)
            for name in ("attention.output.dense", "output.dense"):
                model.get_parameter(f"{layer}.{name}.weight").zero_()
        model.get_parameter(f"{layer}.output.LayerNorm.weight").copy_(words.scale)
        model.get_parameter(f"{layer}.output.LayerNorm.bias").copy_(words.shift)
    model.to(best_device())  # type: ignore[arg-type]
    return model
