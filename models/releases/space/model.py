"""The model that this Space asks: where its files are, and how it reads a text."""

import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

import torch
import transformers
from huggingface_hub import snapshot_download
from transformers import PreTrainedModel, PreTrainedTokenizerBase

HERE = Path(__file__).parent
FACTS = json.loads((HERE / "space.json").read_text("utf-8"))
LIMIT = int(FACTS["limit"])
"""Most tokens that the model takes; what is behind them is not read."""
_FILES = ("*.json", "*.safetensors", "*.txt", "*.model")
_MEANINGLESS = re.compile("[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""What nobody sees and no letter needs."""

_FORMS = {"HALFWIDTH", "FULLWIDTH", "MODIFIER", "COMBINING", "COMPATIBILITY"}
_DENSE = {"HANGUL", "CJK"}
"""Scripts of which a sign is worth three letters."""
_MOST_LETTERS = 2_000

Words = dict[str, str]
"""The sentences of one language."""


class Refused(Exception):
    """What was asked cannot be answered; it says why."""


def folder() -> Path:
    """Return where the weights are: beside this file, or fetched from the Hub at one commit."""
    if not FACTS["repo"]:
        return HERE / "model"
    found = snapshot_download(
        FACTS["repo"], revision=FACTS["revision"], allow_patterns=list(_FILES)
    )
    return Path(found)


def load(auto_class: str) -> tuple[Path, PreTrainedTokenizerBase, PreTrainedModel]:
    """Return the folder, the tokenizer and the network, in 32 bits whatever it is kept in."""
    where = folder()
    tokenizer = getattr(transformers, FACTS["tokenizer"]).from_pretrained(where)
    network = getattr(transformers, auto_class).from_pretrained(
        where, dtype=torch.float32, use_safetensors=True
    )
    return where, tokenizer, network.eval()


def legible(text: str, words: Words) -> str:
    """Return the text as the model reads it.

    Raises:
        Refused: nothing is left of it.
    """
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    read = unicodedata.normalize("NFC", _MEANINGLESS.sub("", whole))
    if not read.strip():
        raise Refused(words["empty"])
    return read


def cut_note(tokenizer: PreTrainedTokenizerBase, text: str, words: Words) -> str:
    """Say that only the beginning of a text was read; empty where all of it was."""
    total = len(tokenizer(text, verbose=False)["input_ids"])
    return words["cut"].format(used=f"{LIMIT:,}", total=f"{total:,}") if total > LIMIT else ""


def foreign_note(text: str, words: Words) -> str:
    """Say that a text is mostly in letters that the model has not learned; empty otherwise."""
    counts = Counter[str]()
    for sign in unicodedata.normalize("NFKC", text)[:_MOST_LETTERS]:
        if script := script_of(sign):
            counts[script] += 3 if script in _DENSE else 1
    foreign = sum(count for script, count in counts.items() if script not in FACTS["scripts"])
    return words["foreign"] if FACTS["scripts"] and 2 * foreign > counts.total() else ""


def script_of(sign: str) -> str:
    """Return the script of a letter by Unicode's name for it; empty for other signs."""
    named = unicodedata.name(sign, "").split() if sign.isalpha() else []
    return next((word for word in named if word not in _FORMS), "")


def lines(*said: str) -> str:
    """Put together what there is to say."""
    return "\n".join(filter(None, said))
