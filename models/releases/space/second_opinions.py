"""What may stand beside the weights of a classifier that Tokki trained.

letters.json: a linear model of groups of letters, whose logits are added to the network's.
unsure.json: from the words of a text, whether anybody could be sure of it.
"""

import json
import math
import unicodedata
from base64 import b64decode
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import torch
from model import script_of

_LEAST_LEAD = 0.05


def letters(folder: Path, text: str) -> torch.Tensor:
    """Return the logits of the groups of letters in a text; 0 where there is no such model."""
    table = _read(folder / "letters.json")
    if not table:
        return torch.zeros(1)
    found = Counter(
        f" {word} "[begin : begin + size]
        for word in text[:1000].lower().split()
        for size in range(1, 5)
        for begin in range(len(word) + 3 - size)
    )
    places = [place for place, group in enumerate(table["groups"]) if group in found]
    bias = torch.tensor(table["bias"], dtype=torch.float64)
    if not places:
        return bias
    rarity, weights = (_numbers(table[key], torch.float32) for key in ("rarity", "weights"))
    often = torch.tensor([1 + math.log(found[table["groups"][place]]) for place in places])
    shares = often * rarity[places]
    found_logits: torch.Tensor = (
        bias + shares / shares.norm() @ weights.view(len(rarity), -1)[places]
    )
    return found_logits


def is_doubtful(folder: Path, text: str, ids: list[int], logits: torch.Tensor) -> bool:
    """Whether a text has no words, or seems to take none of the sides."""
    table = _read(folder / "unsure.json")
    if not table or len(logits) == 1:
        return False
    if not _has_words(text, set(table["scripts"])):
        return True
    lead = float(logits.topk(2).values.diff().abs())
    weights = _numbers(table["tokens"], torch.int8) * table["step"]
    known = [each for each in set(ids) if each < len(weights)]
    evidence = (
        table["bias"]
        + table["lead"] * lead
        + table["log_lead"] * math.log(lead + _LEAST_LEAD)
        + table["log_length"] * math.log1p(len(ids))
        + float(weights[known].sum()) / math.sqrt(len(set(ids)))
    )
    return bool(evidence < 0)


def _has_words(text: str, scripts: set[str]) -> bool:
    """Whether a text has a letter of the scripts; parts of Hangul alone make no word."""
    plain = unicodedata.normalize("NFKC", text)
    return any(script_of(sign) in scripts and not "\u1100" <= sign <= "\u11ff" for sign in plain)


@cache
def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def _numbers(packed: str, kind: torch.dtype) -> torch.Tensor:
    return torch.frombuffer(bytearray(b64decode(packed)), dtype=kind).double()
