"""Which words a blank may stand for: the likeliest of the vocabulary with their probabilities."""

import re
from collections.abc import Iterator

import torch
from model import LIMIT, Refused, Words, cut_note, foreign_note, legible, lines, load

FOLDER, TOKENIZER, NETWORK = load("AutoModelForMaskedLM")
_ANY = r"[\[［]MASK[\]］]|[<＜]mask[>＞]|[_＿]{3,}"
_BLANK = re.compile(f"{re.escape(TOKENIZER.mask_token)}|{_ANY}", re.IGNORECASE)
_JOINED = re.compile(rf"\s*(?:{_BLANK.pattern})", re.IGNORECASE)
_SPECIAL = set(TOKENIZER.all_special_ids)
_SUFFIX = "##"
_SHOWN = 5


def predict(words: Words, text: str) -> tuple[str, dict[str, float]]:
    """Return the sentence with its likeliest word, and the likeliest words.

    Raises:
        Refused: there is no blank, there are several, or it was cut off.
    """
    text = legible(text, words)
    if len(_BLANK.findall(text)) != 1:
        raise Refused(words["one_blank"])
    given = _BLANK.sub(lambda _: TOKENIZER.mask_token, text)
    inputs = TOKENIZER(given, truncation=True, max_length=LIMIT, return_tensors="pt")
    is_blank = inputs["input_ids"][0] == TOKENIZER.mask_token_id
    if not is_blank.any():
        raise Refused(words["blank_cut"])
    with torch.inference_mode():
        logits = NETWORK(**inputs).logits[0][is_blank][0].double()
    found = list(_likeliest(torch.softmax(logits, dim=-1)))
    best, joins, _ = found[0]
    filled = (_JOINED if joins else _BLANK).sub(lambda _: best, text)
    notes = cut_note(TOKENIZER, given, words), foreign_note(_BLANK.sub(" ", text), words)
    return lines(filled, *notes), {word: score for word, _, score in found}


def _likeliest(scores: torch.Tensor) -> Iterator[tuple[str, bool, float]]:
    """Yield words, whether each goes on with the one before it, and how probable they are."""
    shown: set[str] = set()
    for place in scores.argsort(descending=True, stable=True).tolist():
        piece = TOKENIZER.decode([place]).strip()
        word = piece.removeprefix(_SUFFIX) or piece
        is_word = word and word.isprintable() and "\ufffd" not in word and place not in _SPECIAL
        if is_word and word not in shown:
            shown.add(word)
            yield word, word != piece, float(scores[place])
        if len(shown) == _SHOWN:
            return
