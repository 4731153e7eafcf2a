"""Which label fits a text: all labels with the probabilities that Tokki shows in a chat."""

import torch
from model import FACTS, LIMIT, Words, cut_note, foreign_note, legible, lines, load
from second_opinions import is_doubtful, letters

FOLDER, TOKENIZER, NETWORK = load("AutoModelForSequenceClassification")


def predict(words: Words, text: str) -> tuple[str, dict[str, float]]:
    """Return what there is to say, and each label's probability."""
    text = legible(text, words)
    inputs = TOKENIZER(text, truncation=True, max_length=LIMIT, return_tensors="pt")
    with torch.inference_mode():
        logits = NETWORK(**inputs).logits[0].double()
    logits = (logits + letters(FOLDER, text)) / FACTS["temperature"]
    kind = torch.sigmoid if FACTS["is_multi_label"] else _softmax
    scores = dict(zip(FACTS["labels"], kind(logits).tolist(), strict=True))
    doubted = is_doubtful(FOLDER, text, inputs["input_ids"][0].tolist(), logits)
    foreign = foreign_note(text, words)
    said = _said(words, scores, is_doubted=doubted or bool(foreign))
    return lines(said, cut_note(TOKENIZER, text, words), foreign), scores


def _softmax(logits: torch.Tensor) -> torch.Tensor:
    return torch.softmax(logits, dim=-1)


def _said(words: Words, scores: dict[str, float], *, is_doubted: bool) -> str:
    best = max(scores, key=lambda label: scores[label])
    said, unsure = best, scores[best] < FACTS["unsure_below"]
    if FACTS["is_multi_label"]:
        held = [label for label in _ranked(scores) if scores[label] >= FACTS["likely_from"]]
        said, unsure = ", ".join(held), False
        if len(scores) == 1:
            said = words["yes" if held else "no"].format(label=best)
    if not said:
        return words["none_fits"]
    if unsure or is_doubted:
        return words["unsure"].format(label=said, percent=f"{scores[best]:.0%}")
    return said


def _ranked(scores: dict[str, float]) -> list[str]:
    return sorted(scores, key=lambda label: -scores[label])
