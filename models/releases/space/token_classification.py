"""Which names stand in a text: each with its kind, its place and how probable that is."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import torch
from model import FACTS, LIMIT, Words, cut_note, foreign_note, legible, lines, load

FOLDER, TOKENIZER, NETWORK = load("AutoModelForTokenClassification")
LABELS: list[str] = FACTS["labels"]
KINDS = [label.removeprefix("B-").removeprefix("I-") for label in LABELS]
_LATIN = re.compile("[0-9A-Za-z\u00c0-\u024f]{2}")
_OUTSIDE, _LEAST = "O", 1e-12

Place = tuple[int, int]
Span = tuple[str, int, int, float]
"""What it is, from which character to which, and how probable that is."""


def predict(words: Words, text: str) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return how many there are, the text with them marked, and a table of them."""
    text = legible(text, words)
    find = _of_path if FACTS["aggregation"] == "path" else _of_pipeline
    spans = [span for each in find(text) if (span := _without_space(text, each))]
    said = words["found"].format(n=len(spans))
    marks = [
        {"entity": words.get(f"kind_{kind}", kind), "start": start, "end": end}
        for kind, start, end, _ in spans
    ]
    rows = [
        [" ".join(text[start:end].split()), mark["entity"], f"{score:.1%}", f"{start}–{end}"]
        for mark, (_, start, end, score) in zip(marks, spans, strict=True)
    ]
    headers = [words[key] for key in ("name", "kind", "probability", "place")]
    said = lines(said, cut_note(TOKENIZER, text, words), foreign_note(text, words))
    return said, {"text": text, "entities": marks}, {"headers": headers, "data": rows}


@cache
def _pipeline() -> Any:  # noqa: ANN401 - one of transformers', which are slow to import
    from transformers import TokenClassificationPipeline  # noqa: PLC0415

    NETWORK.register_forward_hook(_cooled)
    way = FACTS["aggregation"]
    return TokenClassificationPipeline(model=NETWORK, tokenizer=TOKENIZER, aggregation_strategy=way)


def _cooled(_: object, __: object, outputs: Any) -> Any:  # noqa: ANN401 - as torch has it
    outputs.logits = outputs.logits / FACTS["temperature"]
    return outputs


def _of_pipeline(text: str) -> Iterator[Span]:
    kind = "entity" if FACTS["aggregation"] == "none" else "entity_group"
    for each in _pipeline()(text):
        yield str(each[kind]), int(each["start"]), int(each["end"]), float(each["score"])


def _of_path(text: str) -> list[Span]:
    """Take the most probable path on which spans begin before they go on."""
    inputs = TOKENIZER(
        text,
        truncation=True,
        max_length=LIMIT,
        return_offsets_mapping=True,
        return_special_tokens_mask=True,
        return_tensors="pt",
    )
    places = [(start, end) for start, end in inputs.pop("offset_mapping")[0].tolist()]
    special = inputs.pop("special_tokens_mask")[0].tolist()
    with torch.inference_mode():
        logits = NETWORK(**inputs).logits[0].double()
    shares = torch.softmax(logits / FACTS["temperature"], dim=-1)
    words = _words_of(text, places, special)
    return _joined(places, words, *_path(shares, words)) if words else []


def _words_of(text: str, places: list[Place], special: list[int]) -> list[list[int]]:
    """Words of Latin letters and digits, and every other token for itself."""
    words: list[list[int]] = []
    end_before = 0
    for number, (start, end) in enumerate(places):
        if special[number] or text[start:end].isspace():
            continue
        goes_on = start < end_before or (start and _LATIN.match(text, start - 1))
        if words and start < end and goes_on and words[-1][-1] == number - 1:
            words[-1].append(number)
        else:
            words.append([number])
        end_before = end
    return words


def _path(shares: torch.Tensor, words: list[list[int]]) -> tuple[list[int], list[float]]:
    """The label of each word (Viterbi), and how probable its kind is."""
    same = torch.tensor([[float(kind == other) for other in KINDS] for kind in KINDS]).double()
    totals = torch.stack([shares[word].mean(dim=0) for word in words]) @ same
    first = shares[[word[0] for word in words]]
    scores = (totals * (first / (first @ same).clamp(_LEAST))).clamp(_LEAST).log()
    steps = torch.where(_may_follow(), 0.0, -torch.inf)
    best, ways = scores[0] + steps.min(dim=0).values, list[torch.Tensor]()
    for row in scores[1:]:
        best, way = (best[:, None] + steps).max(dim=0)
        best, ways = best + row, [way, *ways]
    path = [int(best.argmax())]
    for way in ways:
        path.insert(0, int(way[path[0]]))
    return path, [float(total[label]) for label, total in zip(path, totals, strict=True)]


def _may_follow() -> torch.Tensor:
    begun = {f"I-{label[2:]}": label for label in LABELS if label.startswith("B-")}
    follows = [[to not in begun or one in (to, begun[to]) for to in LABELS] for one in LABELS]
    return torch.tensor(follows)


def _joined(
    places: list[Place], words: list[list[int]], path: list[int], scores: list[float]
) -> list[Span]:
    """Put neighbours of one kind together, unless the later one begins anew."""
    groups: list[tuple[str, list[int], list[float]]] = []
    for word, label, score in zip(words, path, scores, strict=True):
        goes_on = groups and groups[-1][0] == KINDS[label]
        if goes_on and not LABELS[label].startswith("B-"):
            groups[-1][1].extend(word)
            groups[-1][2].append(score)
        else:
            groups.append((KINDS[label], [*word], [score]))
    return [
        (kind, places[tokens[0]][0], places[tokens[-1]][1], sum(found) / len(found))
        for kind, tokens, found in groups
    ]


def _without_space(text: str, span: Span) -> Span | None:
    kind, start, end, score = span
    name = text[start:end]
    start += len(name) - len(name.lstrip())
    end = start + len(name.strip())
    return (kind, start, end, score) if kind != _OUTSIDE and name.strip() else None
