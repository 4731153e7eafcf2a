"""The code of `/zeroshot`: by entailment, or by the vectors of text and labels."""

from collections.abc import Mapping

from handlers.analysing.zero_shot import is_contradiction, is_entailment
from handlers.coding.answers.classification import HEAD
from handlers.coding.answers.vectors import zero_shot_by_vectors
from handlers.coding.asked import Asked
from handlers.coding.model import ModelCode
from handlers.coding.snippet import assigned, filled, imports, mapped
from models.canonical import legible
from models.results import Task

_TEMPLATE = """$imports

$load

# @hypotheses
$text
$labels
logits = []
for hypothesis in labels.values():
    inputs = tokenizer(
        text, hypothesis, truncation="only_first", max_length=$limit, return_tensors="pt"
    )
    with torch.no_grad():
        logits.append(model(**inputs).logits[0])

# @$step
logits = torch.stack(logits)
scores = $scores
for place in scores.argsort(descending=True).tolist():
    print(f"{list(labels)[place]}: {scores[place]:.4f}")
"""


def zero_shot_code(asked: Asked, model: ModelCode) -> str:
    """Return the code of an answer of `/zeroshot`."""
    meanings = _mapping(asked, "meanings")
    if model.info.task != Task.CLASSIFY:
        return zero_shot_by_vectors(asked, model, meanings)
    is_multi = asked.query.result.get("multi") is True
    hypotheses = _mapping(asked, "hypotheses")
    return filled(
        _TEMPLATE,
        asked.language,
        step="entailed_each" if is_multi else "entailed_most",
        imports=imports(*model.imports(HEAD)),
        load=model.load(HEAD),
        text=assigned("text", asked.text, asked.language),
        labels=mapped({name: legible(hypotheses[name]) for name in hypotheses}, asked.language),
        limit=str(model.limit),
        scores=_scores(model, is_multi=is_multi),
    )


def _mapping(asked: Asked, option: str) -> Mapping[str, str]:
    found = asked.query.result.get(option)
    return found if isinstance(found, dict) else {}


def _scores(model: ModelCode, *, is_multi: bool) -> str:
    labels = [label for _, label in model.info.labels]
    entails = next(place for place, label in enumerate(labels) if is_entailment(label))
    if not is_multi:
        return f"torch.softmax(logits[:, {entails}], dim=0)"
    against = [place for place, label in enumerate(labels) if is_contradiction(label)][:1]
    against = against or [place for place in range(len(labels)) if place != entails]
    return f"torch.sigmoid(logits[:, {entails}] - logits[:, {against}].min(dim=-1).values)"
