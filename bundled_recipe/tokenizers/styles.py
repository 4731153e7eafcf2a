"""Which example tokenizers there are: three ways to cut a text, as five families wear them.

WordPiece: Schuster and Nakajima, 2012 (https://research.google/pubs/pub37842/). Byte-level BPE:
Radford et al., 2019, after Sennrich et al., 2016 (https://aclanthology.org/P16-1162/). Unigram:
Kudo, 2018 (https://aclanthology.org/P18-1007/).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from transformers import (
    BertTokenizer,
    GPT2Tokenizer,
    PreTrainedTokenizerFast,
    RobertaTokenizer,
    T5Tokenizer,
    XLMRobertaTokenizer,
)

PIECES = 8_000


@dataclass(frozen=True, slots=True)
class Style:
    """A family's way to cut texts, before it has learnt any pieces."""

    name: str
    untrained: PreTrainedTokenizerFast
    about: str
    limit: int = 512


# Accents stay, as in every BERT for Korean: to strip them would tear syllables into letters.
STYLES = (
    Style(
        "bert-wordpiece",
        BertTokenizer(do_lower_case=False, strip_accents=False),
        "WordPiece as in BERT: `##` goes on with a word, `[CLS]` and `[SEP]` frame it, and "
        "`token_type_ids` tell the second text from the first, since BERT learnt to say whether "
        "one follows the other.",
    ),
    Style(
        "gpt2-bytes",
        GPT2Tokenizer(),
        "Byte-level BPE as in GPT-2: nothing is unknown, a Korean syllable is three bytes at "
        "first, `Ġ` is the space before a word (the first has none), and nothing frames a text.",
        limit=1024,
    ),
    Style(
        "roberta-bytes",
        RobertaTokenizer(add_prefix_space=True),
        "Byte-level BPE as in RoBERTa, with the prefix space: a word at the beginning is cut as "
        "anywhere else. `<s>` and `</s>` frame it, two `</s>` stand between texts, and there are "
        "no `token_type_ids`, since RoBERTa was never asked whether one text follows another.",
    ),
    Style(
        "t5-unigram",
        T5Tokenizer(),
        "Unigram as in T5: the likeliest pieces, `▁` is the space before a word, `</s>` ends a "
        "text, and a hundred `<extra_id_…>` stand for what is left out in its pre-training.",
    ),
    Style(
        "xlmr-unigram",
        XLMRobertaTokenizer(),
        "Unigram as in XLM-RoBERTa: the pieces of T5's way, the frame of RoBERTa's.",
    ),
)


def trained(style: Style, passages: Sequence[str]) -> PreTrainedTokenizerFast:
    """Learn `PIECES` pieces, or fewer where the text has no more.

    https://huggingface.co/learn/llm-course/chapter6/2
    """
    tokenizer: PreTrainedTokenizerFast = style.untrained.train_new_from_iterator(  # type: ignore[no-untyped-call]
        iter(passages), PIECES, show_progress=False
    )
    tokenizer.model_max_length = style.limit
    return tokenizer
