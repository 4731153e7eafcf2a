"""A lower-cased WordPiece vocabulary for Korean and English chat.

Two traps decide the shape. BERT's own normalizer strips accents by decomposing text, which tears
Hangul syllables into letters, so accents stay. And WordPiece turns a whole word into ``[UNK]`` for
one unknown character, so emoji and other symbols are split off from the words they cling to.
"""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers
from tokenizers.decoders import WordPiece as WordPieceDecoder
from tokenizers.models import WordPiece
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import WordPieceTrainer
from transformers import PreTrainedTokenizerFast

VOCABULARY_SIZE = 12_000
MAX_LENGTH = 512
UNKNOWN = "[UNK]"
SPECIAL_TOKENS = ["[PAD]", UNKNOWN, "[CLS]", "[SEP]", "[MASK]"]

COMMON_EMOJI = (
    "😀😃😄😁😆😅🤣😂🙂🙃😉😊😇🥰😍🤩😘😗😚😙😋😛😜🤪😝🤑🤗🤭🤫🤔🤐🤨😐😑😶😏😒🙄😬🤥😌😔😪🤤😴😷🤒🤕🤢🤮"
    "🤧🥵🥶🥴😵🤯🤠🥳😎🤓🧐😕😟🙁☹😮😯😲😳🥺😦😧😨😰😥😢😭😱😖😣😞😓😩😫🥱😤😡😠🤬😈👿💀💩🤡👻👽🤖"
    "💋💌💘💝💖💗💓💞💕💔❤🧡💛💚💙💜🤎🖤🤍💯💢💥💫💦💨💬💤👋🤚✋🖖👌🤏✌🤞🤟🤘🤙👈👉👆👇☝👍👎✊👊👏🙌👐🤲🤝🙏💪"
    "👀👶👦👧👨👩👴👵🙅🙆💁🙋🙇🤦🤷🏃💃🕺🐶🐱🐭🐰🦊🐻🐼🐯🦁🐮🐷🐸🐵🐔🐧🐥🌸🌹🌻🌱🌲🍀🍎🍉🍓🍔🍕🍜🍣🍰🎂🍫🍿🍺🍻☕"
    "⚽⚾🏀🏆🎉🎊🎁🎈🎵🎶🎮🎬📱💻📷📚💰💸💡🔥✨⭐🌟🌈☀☁☔❄⚡🌙🚗✈🚀🏠✅❌❓❗⚠♥★☆"
)

_RARE_BELOW = 8
_MARKS_TO_DROP = "[\\x{FE0E}\\x{FE0F}\\x{200B}-\\x{200D}]"
_SYMBOLS = "\\p{So}|[\\x{1F3FB}-\\x{1F3FF}]"


def train_tokenizer(passages: Iterable[str]) -> PreTrainedTokenizerFast:
    """Learn the vocabulary from ``passages``."""
    known = list(passages)
    tokenizer = _empty_tokenizer()
    alphabet = _alphabet(known, tokenizer)
    trainer = WordPieceTrainer(
        vocab_size=VOCABULARY_SIZE,
        special_tokens=SPECIAL_TOKENS,
        initial_alphabet=alphabet,
        limit_alphabet=len(alphabet),
        show_progress=False,
    )
    tokenizer.train_from_iterator(known, trainer)
    tokenizer.post_processor = _sentence_frame(tokenizer)
    return _for_transformers(tokenizer)


def load_tokenizer(folder: Path) -> PreTrainedTokenizerFast:
    """The tokenizer saved in ``folder``."""
    return _for_transformers(Tokenizer.from_file(str(folder / "tokenizer.json")))


def encode(
    tokenizer: PreTrainedTokenizerFast, texts: list[str], max_length: int
) -> list[list[int]]:
    """Token numbers of each text, framed by the special tokens and cut at ``max_length``."""
    encoded = tokenizer(texts, truncation=True, max_length=max_length)
    return [list(ids) for ids in encoded["input_ids"]]


def _empty_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(WordPiece(unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFC(),
            normalizers.Replace(Regex(_MARKS_TO_DROP), ""),
            normalizers.BertNormalizer(strip_accents=False, lowercase=True),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.BertPreTokenizer(),
            pre_tokenizers.Split(Regex(_SYMBOLS), "isolated"),
        ]
    )
    tokenizer.decoder = WordPieceDecoder(prefix="##")
    return tokenizer


def _alphabet(passages: list[str], tokenizer: Tokenizer) -> list[str]:
    """Characters worth a token of their own: those seen often enough, ASCII, and the emoji."""
    counts: Counter[str] = Counter()
    for passage in passages:
        counts.update(tokenizer.normalizer.normalize_str(passage))
    seen = {character for character, count in counts.items() if count >= _RARE_BELOW}
    printable = {chr(code) for code in range(33, 127) if not chr(code).isupper()}
    return sorted(char for char in seen | printable | set(COMMON_EMOJI) if not char.isspace())


def _sentence_frame(tokenizer: Tokenizer) -> TemplateProcessing:
    return TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")],
    )


def _for_transformers(tokenizer: Tokenizer) -> PreTrainedTokenizerFast:
    names = ("pad_token", "unk_token", "cls_token", "sep_token", "mask_token")
    specials = dict(zip(names, SPECIAL_TOKENS, strict=True))
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        model_max_length=MAX_LENGTH,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
        **specials,
    )
