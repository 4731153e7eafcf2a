"""How a checkpoint is told from which language into which: by codes, a prefix, or not at all.

Sources: the tokenizers of M2M100, NLLB, mBART and Marian in transformers, and T5's config.json.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from models.errors import LanguageMissing
from models.languages.codes import found_in, likely_language, short, shorts

if TYPE_CHECKING:
    from transformers import PreTrainedConfig, PreTrainedTokenizerBase

TRANSLATORS = frozenset({"fsmt", "m2m_100", "marian", "nllb-moe"})
"""Types of networks that do nothing else."""
_CODE = re.compile(r"__([a-z]{2,3}(?:_[a-z]+)?)__|([a-z]{2}_[A-Z]{2})|([a-z]{3}_[A-Z][a-z]{3})")
"""The tokens of M2M100, mBART and NLLB that stand for a language."""
_BEFORE_A_TEXT = re.compile(r">>(\w+)<<")
_OF_A_PREFIX = re.compile(r"translation_([a-z]{2,3})_to_([a-z]{2,3})")
_FEWEST_CODES = 2


@dataclass(frozen=True, slots=True)
class Direction:
    """What has to be done for one translation."""

    source: str | None
    """As the checkpoint calls it; None: it does not say."""
    target: str | None
    prefix: str = ""
    """Stands before the text."""
    source_id: int | None = None
    """The token that is to stand for the source among the special ones."""
    settings: Mapping[str, Any] = field(default_factory=dict)


class Translator(Protocol):
    """Knows what a checkpoint translates."""

    def direction(self, name: str, text: str, source: str | None, target: str) -> Direction:
        """Find out how; `name` is the checkpoint's.

        Raises:
            LanguageMissing: it has not learned one of the two.
        """
        ...


@dataclass(frozen=True, slots=True)
class ByCodes:
    """Any of its languages into any other, each a token of its vocabulary."""

    ids: Mapping[str, int]

    def direction(self, name: str, text: str, source: str | None, target: str) -> Direction:
        """See `Translator.direction`; a source that nobody says is guessed."""
        into = _required(name, self.ids, target)
        read = _required(name, self.ids, source or likely_language(text))
        settings = {"forced_bos_token_id": self.ids[into]}
        return Direction(read, into, source_id=self.ids[read], settings=settings)


@dataclass(frozen=True, slots=True)
class ByPair:
    """From one language into another, or into several by a code before the text, as Marian."""

    source: str | None
    target: str | None
    codes: Sequence[str] = ()

    def direction(self, name: str, text: str, source: str | None, target: str) -> Direction:
        """See `Translator.direction`."""
        if source and self.source:
            _required(name, [self.source], source)
        if self.codes:
            into = _required(name, self.codes, target)
            return Direction(self.source, into, prefix=f">>{into}<< ")
        if self.target:
            _required(name, [self.target], target)
        return Direction(self.source, self.target)


@dataclass(frozen=True, slots=True)
class ByPrefix:
    """From some languages into some others, by words before the text, as T5."""

    own: Mapping[tuple[str, str], Mapping[str, Any]]
    """Settings of each direction."""

    def direction(self, name: str, text: str, source: str | None, target: str) -> Direction:
        """See `Translator.direction`; of several sources the likely one is taken."""
        into = _required(name, [target for _, target in self.own], target)
        sources = [from_ for from_, target in self.own if target == into]
        likely = source or found_in(sources, likely_language(text)) or sources[0]
        read = _required(name, sources, likely)
        own = self.own[read, into]
        return Direction(read, into, prefix=str(own.get("prefix") or ""), settings=own)


def translator_of(
    tokenizer: "PreTrainedTokenizerBase", config: "PreTrainedConfig"
) -> Translator | None:
    """Return how a checkpoint translates; None: it does not, as far as its files tell."""
    if config.model_type == "marian":
        before = map(_BEFORE_A_TEXT.fullmatch, tokenizer.get_vocab())
        codes = [found[1] for found in before if found]
        source, target = (getattr(tokenizer, f"{side}_lang", None) for side in ("source", "target"))
        return ByPair(source or None, target or None, codes)
    if own := _by_prefix(config):
        return ByPrefix(own)
    ids = _by_code(tokenizer)
    return ByCodes(ids) if len(ids) >= _FEWEST_CODES else None


def own_params(config: "PreTrainedConfig", task: str) -> Mapping[str, Any]:
    """Return a checkpoint's own settings of a task: a prefix, and what `generate` takes."""
    found = getattr(config, "task_specific_params", None)
    own = found.get(task) if isinstance(found, dict) else None
    return own if isinstance(own, dict) else {}


def _by_prefix(config: "PreTrainedConfig") -> dict[tuple[str, str], Mapping[str, Any]]:
    found = getattr(config, "task_specific_params", None)
    named = ((_OF_A_PREFIX.fullmatch(str(key)), key) for key in found or ())
    return {(match[1], match[2]): own_params(config, key) for match, key in named if match}


def _by_code(tokenizer: "PreTrainedTokenizerBase") -> dict[str, int]:
    # M2M100's stand behind its vocabulary.
    tokens = tokenizer.get_vocab() | getattr(tokenizer, "lang_token_to_id", {})
    found = ((_CODE.fullmatch(token), id_) for token, id_ in tokens.items())
    return {next(filter(None, match.groups())): id_ for match, id_ in found if match}


def _required(name: str, codes: "Sequence[str] | Mapping[str, int]", wanted: str) -> str:
    found = found_in(codes, wanted)
    if found is None:
        raise LanguageMissing(name=name, language=short(wanted), languages=sorted(shorts(codes)))
    return found
