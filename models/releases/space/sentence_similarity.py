"""How near two texts are in meaning: the cosine of the vectors that the model makes of them."""

import torch
from model import FACTS, LIMIT, Words, cut_note, foreign_note, legible, lines, load

FOLDER, TOKENIZER, NETWORK = load("AutoModel")
_POOLINGS = {
    "cls": lambda states: states[0],
    "max": lambda states: states.max(dim=0).values,
    "mean": lambda states: states.mean(dim=0),
    "mean_sqrt_len_tokens": lambda states: states.sum(dim=0) / len(states) ** 0.5,
    "weightedmean": lambda states: _rising(len(states)) @ states / _rising(len(states)).sum(),
    "lasttoken": lambda states: states[-1],
}


def predict(words: Words, text: str, other: str) -> tuple[str, float]:
    """Return what the cosine comes to, and the cosine."""
    texts = [legible(each, words) for each in (text, other)]
    cosine = float(torch.cosine_similarity(_vector(texts[0]), _vector(texts[1]), dim=0))
    notes = [cut_note(TOKENIZER, each, words) for each in texts]
    notes += [foreign_note(each, words) for each in texts]
    return lines(_said(words, cosine), *dict.fromkeys(notes)), cosine


def _vector(text: str) -> torch.Tensor:
    given = text.lower() if FACTS["is_lower_case"] else text
    inputs = TOKENIZER(given, truncation=True, max_length=LIMIT, return_tensors="pt")
    with torch.inference_mode():
        states = NETWORK(**inputs).last_hidden_state[0].double()
    return torch.cat([_POOLINGS[name](states) for name in FACTS["poolings"]])


def _said(words: Words, cosine: float) -> str:
    if not FACTS["is_for_comparing"]:
        return words["not_for_comparing"]
    return words[next((key for least, key in FACTS["nearness"] if cosine >= least), "apart")]


def _rising(length: int) -> torch.Tensor:
    return torch.arange(1, length + 1, dtype=torch.float64)
