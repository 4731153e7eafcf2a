"""A lower-cased byte-pair vocabulary for Korean and English chat that never gives up on a text.

Words and emoticons are cut into learnt pieces; whatever character is too rare for a piece of its
own falls back to its UTF-8 bytes, so nothing becomes ``[UNK]`` and nothing is lost but upper case
and doubled spaces. Runs of lone jamo (ㅋㅋㅋ, ㅠㅠ), of punctuation and of emoji stand apart from
the words that they cling to. BERT's own normalizer would tear Hangul syllables into letters, so
accents stay.
"""

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import BpeTrainer
from transformers import PreTrainedTokenizerFast

VOCABULARY_SIZE = 14_000
MAX_LENGTH = 512
UNKNOWN = "[UNK]"
SPECIAL_TOKENS = ["[PAD]", UNKNOWN, "[CLS]", "[SEP]", "[MASK]"]
BYTE_TOKENS = [f"<0x{byte:02X}>" for byte in range(256)]
FIRST_PIECE = len(SPECIAL_TOKENS) + len(BYTE_TOKENS)
"""The number of the first token that is a character or more."""

COMMON_EMOJI = (
    "😀😃😄😁😆😅🤣😂🙂🙃😉😊😇🥰😍🤩😘😗😚😙😋😛😜🤪😝🤑🤗🤭🤫🤔🤐🤨😐😑😶😏😒🙄😬🤥😌😔😪🤤😴😷🤒🤕🤢🤮"
    "🤧🥵🥶🥴😵🤯🤠🥳😎🤓🧐😕😟🙁☹😮😯😲😳🥺😦😧😨😰😥😢😭😱😖😣😞😓😩😫🥱😤😡😠🤬😈👿💀💩🤡👻👽🤖"
    "💋💌💘💝💖💗💓💞💕💔❤🧡💛💚💙💜🤎🖤🤍💯💢💥💫💦💨💬💤👋🤚✋🖖👌🤏✌🤞🤟🤘🤙👈👉👆👇☝👍👎✊👊👏🙌👐🤲🤝🙏💪"
    "👀👶👦👧👨👩👴👵🙅🙆💁🙋🙇🤦🤷🏃💃🕺🐶🐱🐭🐰🦊🐻🐼🐯🦁🐮🐷🐸🐵🐔🐧🐥🌸🌹🌻🌱🌲🍀🍎🍉🍓🍔🍕🍜🍣🍰🎂🍫🍿🍺🍻☕"
    "⚽⚾🏀🏆🎉🎊🎁🎈🎵🎶🎮🎬📱💻📷📚💰💸💡🔥✨⭐🌟🌈☀☁☔❄⚡🌙🚗✈🚀🏠✅❌❓❗⚠♥★☆"
)

_SPACE = "▁"
_RARE_BELOW = 20
_MARKS_TO_DROP = "[\\x{FE0E}\\x{FE0F}\\x{200B}-\\x{200D}]"
_APART = f"{_SPACE}?[ㄱ-ㆎ]+|{_SPACE}?(?:[^\\w\\s{_SPACE}']|(?<![a-z])'|'(?![a-z]))+"
"""Lone jamo and whatever is no letter or digit; an apostrophe inside an English word stays."""


def train_tokenizer(passages: Iterable[str]) -> PreTrainedTokenizerFast:
    """Learn the vocabulary from ``passages``."""
    known = list(passages)
    tokenizer = _frame(BPE(unk_token=UNKNOWN))
    alphabet = _alphabet(known, tokenizer)
    trainer = BpeTrainer(
        vocab_size=VOCABULARY_SIZE - FIRST_PIECE,
        initial_alphabet=alphabet,
        limit_alphabet=len(alphabet),
        show_progress=False,
    )
    tokenizer.train_from_iterator(known, trainer)
    return wrapped(_with_bytes(tokenizer))


def load_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """The tokenizer saved in ``folder``."""
    return wrapped(Tokenizer.from_file(str(folder / "tokenizer.json")))


def save_tokenizer(tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """On one line, and under the class name that transformers 4 knows too."""
    save_on_one_line(tokenizer, folder)
    path = folder / "tokenizer_config.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    settings["tokenizer_class"] = "PreTrainedTokenizerFast"
    path.write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")


def save_on_one_line(tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    """Save it with its tokenizer.json a third as long."""
    tokenizer.save_pretrained(folder)
    path = folder / "tokenizer.json"
    whole = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(
        json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
    )


def encode(
    tokenizer: PreTrainedTokenizerFast, texts: list[str], max_length: int, dropout: float = 0.0
) -> list[list[int]]:
    """Token numbers of each text, framed by the special tokens and cut at ``max_length``.

    With ``dropout`` a share of the merges is left out at random, so that the same word is seen
    in several spellings: a misspelt one then surprises less (Provilkov et al., 2020).
    """
    model = tokenizer.backend_tokenizer.model
    model.dropout = dropout or None
    try:
        encoded = tokenizer(texts, truncation=True, max_length=max_length)
    finally:
        model.dropout = None
    return [list(ids) for ids in encoded["input_ids"]]


def _frame(model: BPE) -> Tokenizer:
    """Everything but the pieces."""
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFC(),
            normalizers.Replace(Regex(_MARKS_TO_DROP), ""),
            normalizers.Replace(_SPACE, "_"),
            normalizers.Replace("’", "'"),
            normalizers.BertNormalizer(
                handle_chinese_chars=False, strip_accents=False, lowercase=True
            ),
            normalizers.Replace(Regex("\\s+"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(replacement=_SPACE, prepend_scheme="first"),
            pre_tokenizers.Split(Regex(_APART), "isolated"),
        ]
    )
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.Replace(_SPACE, " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    return tokenizer


def _alphabet(passages: list[str], tokenizer: Tokenizer) -> list[str]:
    """Characters worth a token of their own: those seen often enough, ASCII, and the emoji."""
    counts: Counter[str] = Counter()
    for passage in passages:
        counts.update(tokenizer.normalizer.normalize_str(passage))
    seen = {character for character, count in counts.items() if count >= _RARE_BELOW}
    printable = {chr(code) for code in range(33, 127) if not chr(code).isupper()}
    known = seen | printable | set(COMMON_EMOJI) | {_SPACE}
    return sorted(character for character in known if not character.isspace())


def _with_bytes(learnt: Tokenizer) -> Tokenizer:
    """The learnt pieces behind the special tokens and the 256 bytes."""
    state = json.loads(learnt.to_str())["model"]
    pieces = sorted(state["vocab"], key=state["vocab"].__getitem__)
    names = [*SPECIAL_TOKENS, *BYTE_TOKENS, *pieces]
    tokenizer = _frame(
        BPE(
            vocab={name: number for number, name in enumerate(names)},
            merges=[tuple(pair) for pair in state["merges"]],
            unk_token=UNKNOWN,
            byte_fallback=True,
        )
    )
    # The mask takes the space before it along, as a piece that it stands for would.
    tokenizer.add_special_tokens(
        [AddedToken(name, special=True, lstrip=name == "[MASK]") for name in SPECIAL_TOKENS]
    )
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")],
    )
    return tokenizer


def wrapped(tokenizer: Tokenizer) -> PreTrainedTokenizerFast:
    """``tokenizer`` as transformers has it."""
    names = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
    specials: dict[str, str | AddedToken] = dict(zip(names, SPECIAL_TOKENS, strict=True))
    specials["mask_token"] = AddedToken("[MASK]", special=True, lstrip=True)
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        model_max_length=MAX_LENGTH,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
        **specials,
    )
