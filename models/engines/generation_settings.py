"""Which of a checkpoint's own settings of `generate` are followed, and how far.

They come from strangers' files: what would take hours, or code, is not among them.
"""

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any

MOST_BEAMS = 8
MOST_TOKENS = 512
USUAL_TOKENS = 128
_MOST_IDS = 10_000


def _is_id(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_ids(value: object) -> bool:
    return isinstance(value, list) and len(value) <= _MOST_IDS and all(map(_is_id, value))


def _is_id_or_ids(value: object) -> bool:
    return _is_id(value) or (_is_ids(value) and value != [])


def _is_lists_of_ids(value: object) -> bool:
    return isinstance(value, list) and len(value) <= _MOST_IDS and all(map(_is_ids, value))


def _is_number(value: object) -> bool:
    return type(value) in (int, float) and isfinite(value)  # type: ignore[arg-type]


def _is_positive(value: object) -> bool:
    return _is_number(value) and value > 0  # type: ignore[operator]


def _is_share(value: object) -> bool:
    return _is_positive(value) and value <= 1  # type: ignore[operator]


_ALWAYS: Mapping[str, Callable[[object], bool]] = {
    "bos_token_id": _is_id,
    "pad_token_id": _is_id,
    "eos_token_id": _is_id_or_ids,
    "decoder_start_token_id": _is_id,
    "forced_bos_token_id": _is_id,
    "forced_eos_token_id": _is_id_or_ids,
    "suppress_tokens": _is_ids,
    "begin_suppress_tokens": _is_ids,
    "bad_words_ids": _is_lists_of_ids,
    "min_length": _is_id,
    "min_new_tokens": _is_id,
    "no_repeat_ngram_size": _is_id,
    "encoder_no_repeat_ngram_size": _is_id,
    "repetition_penalty": _is_positive,
    "renormalize_logits": lambda value: isinstance(value, bool),
}
_OF_BEAMS: Mapping[str, Callable[[object], bool]] = {
    "length_penalty": _is_number,
    "early_stopping": lambda value: isinstance(value, bool) or value == "never",
}
_OF_CHANCE: Mapping[str, Callable[[object], bool]] = {
    "top_k": _is_id,
    "top_p": _is_share,
    "min_p": _is_share,
    "typical_p": _is_share,
}


def settings_for(
    own: Mapping[str, Any], *, most_tokens: int, temperature: float, beams: int | None
) -> dict[str, Any]:
    """Return what `GenerationConfig` is to be made of, all that is asked and that is followed.

    Args:
        own: the checkpoint's settings, whatever stands in them.
        most_tokens: to be written.
        temperature: 0 leaves nothing to chance.
        beams: to be followed at a time, up to `MOST_BEAMS`; None: as many as the checkpoint says.
    """
    beams = min(beams or beams_of(own), MOST_BEAMS)
    followed = dict(_ALWAYS)
    followed |= _OF_BEAMS if beams > 1 else {}
    followed |= _OF_CHANCE if temperature else {}
    kept = {name: own[name] for name, fits in followed.items() if fits(own.get(name))}
    for name in ("min_length", "min_new_tokens"):  # transformers warns of more than there may be
        if name in kept:
            kept[name] = min(kept[name], most_tokens)
    chance = {"temperature": temperature} if temperature else {}
    return {
        **kept,
        **chance,
        "do_sample": bool(temperature),
        "num_beams": beams,
        "max_new_tokens": most_tokens,
    }


def beams_of(own: Mapping[str, Any]) -> int:
    """Return how many beams a checkpoint says."""
    said = own.get("num_beams")
    return max(1, said) if type(said) is int else 1


def tokens_of(own: Mapping[str, Any], *, counts_prompt: bool) -> int:
    """Return how many tokens a checkpoint says are to be written, where it says so.

    `counts_prompt`: its `max_length` is that of the prompt as well, and tells nothing.
    """
    names = ("max_new_tokens",) if counts_prompt else ("max_new_tokens", "max_length")
    said = (own.get(name) for name in names)
    found = next((each for each in said if type(each) is int and each > 0), USUAL_TOKENS)
    return min(found, MOST_TOKENS)
