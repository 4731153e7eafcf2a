"""The code of what compares vectors: `/vector`, `/similar`, and `/zeroshot` by meaning."""

from collections.abc import Mapping

from handlers.coding.asked import Asked
from handlers.coding.model import ModelCode
from handlers.coding.snippet import assigned, filled, imports, mapped
from handlers.types import UserError
from models.canonical import legible
from models.results import Pooling

_BODY = "AutoModel"
_VECTOR = """$imports

$load

# @tokenize
$text
inputs = tokenizer($asked, truncation=True, max_length=$limit, return_tensors="pt")

# @body
with torch.no_grad():
    states = model(**inputs).last_hidden_state[0]

# @$step
vector = $vector
print(tuple(vector.shape))
np.save("vector.npy", vector.numpy())
"""
_SIMILAR = """$imports

$load


$embed


# @cosine
$text
$other
print(f"{torch.cosine_similarity(embed(text), embed(other), dim=0):.4f}")
"""
_ZERO_SHOT = """$imports

$load


$embed


# @cosine_of_labels
$text
$labels
scores = {
    label: torch.cosine_similarity(embed(text), embed(meaning), dim=0).item()
    for label, meaning in labels.items()
}
for label in sorted(scores, key=scores.get, reverse=True):
    print(f"{label}: {scores[label]:.4f}")
"""
_EMBED = """def embed(text):
    # @tokenize
    inputs = tokenizer($asked, truncation=True, max_length=$limit, return_tensors="pt")
    # @body
    with torch.no_grad():
        states = model(**inputs).last_hidden_state[0]
    # @$step
    return $vector"""
_POOLED: Mapping[str, str] = {
    "cls": "states[0]",
    "max": "states.max(dim=0).values",
    "mean": "states.mean(dim=0)",
    "mean_sqrt_len_tokens": "states.sum(dim=0) / len(states) ** 0.5",
    "weightedmean": "torch.arange(1.0, len(states) + 1) @ states / sum(range(len(states) + 1))",
    "lasttoken": "states[-1]",
}
_BY_POOLING = {Pooling.MEAN: "mean", Pooling.FIRST: "cls", Pooling.MAX: "max"}


def vector_code(asked: Asked, model: ModelCode) -> str:
    """Return the code of an answer of `/vector`."""
    pooling = Pooling(asked.given("pooling") or Pooling.OWN)
    step, vector = _made(model, pooling)
    return filled(
        _VECTOR,
        asked.language,
        step=step,
        imports=imports("import numpy as np", *model.imports(_BODY)),
        load=model.load(_BODY),
        text=assigned("text", asked.text, asked.language),
        asked=_as_asked(model),
        limit=str(model.limit),
        vector=vector,
    )


def similar_code(asked: Asked, model: ModelCode) -> str:
    """Return the code of an answer of `/similar`."""
    return filled(
        _SIMILAR,
        asked.language,
        imports=imports(*model.imports(_BODY)),
        load=model.load(_BODY),
        embed=_embed(asked, model),
        text=assigned("text", asked.text, asked.language),
        other=assigned("other", legible(asked.given("other")), asked.language),
    )


def zero_shot_by_vectors(asked: Asked, model: ModelCode, meanings: Mapping[str, str]) -> str:
    """Return the code of an answer of `/zeroshot` by a model that is no judge of entailment."""
    return filled(
        _ZERO_SHOT,
        asked.language,
        imports=imports(*model.imports(_BODY)),
        load=model.load(_BODY),
        embed=_embed(asked, model),
        text=assigned("text", asked.text, asked.language),
        labels=mapped({name: legible(meanings[name]) for name in meanings}, asked.language),
    )


def _embed(asked: Asked, model: ModelCode) -> str:
    step, vector = _made(model, Pooling.OWN)
    return filled(
        _EMBED,
        asked.language,
        step=step,
        asked=_as_asked(model),
        limit=str(model.limit),
        vector=vector,
    )


def _as_asked(model: ModelCode) -> str:
    return "text.lower()" if model.post.is_lower_case else "text"


def _made(model: ModelCode, pooling: Pooling) -> tuple[str, str]:
    """Which step is said of a pooling, and its expression.

    Raises:
        UserError: more than a pooling follows the body.
    """
    if pooling is Pooling.NONE:
        return "states", "states"
    if pooling is not Pooling.OWN:
        return "pooling", _POOLED[_BY_POOLING[pooling]]
    if model.post.has_dense:
        raise UserError("code_with_dense", model=model.tokenizer.full_name)
    parts = [_POOLED[name] for name in model.post.poolings]
    pooled = parts[0] if len(parts) == 1 else f"torch.cat([{', '.join(parts)}])"
    if model.post.is_normalized:
        return "pooling_normalized", f"torch.nn.functional.normalize({pooled}, dim=0)"
    return "pooling", pooled
