"""Makes a checkpoint's tokenizer: as transformers does, or where they differ as its file says.

transformers 5 builds some tokenizers anew from their class and the vocabulary, which drops rules
that stand in tokenizer.json alone: a whole language may become unknown. Every other program reads
the file, and so did whoever trained the weights. Only to be called while `loading` holds its lock.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.checkpoints.files import blaming, broken, folder_of, log, read_json, require_content
from models.checkpoints.folder_contents import TOKENIZER_FILE, is_of_a_tokenizer
from models.checkpoints.tokenizing.missing_package import missing_package
from models.checkpoints.tokenizing.modest_rules import require_modest
from models.checkpoints.tokenizing.trial_texts import as_json, trial_texts
from models.reasons import Reason
from models.results import Checkpoint

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedConfig, PreTrainedTokenizerBase

_OF_CHANCE = ("dropout", "alpha", "nbest_size")
"""What a BPE and a Unigram draw by."""
_OF_SENTENCEPIECE = "sp_model_kwargs"
"""Passed on as it stands to what makes a SentencePieceProcessor."""
_NO_MAXIMUM = 1_000_000
"""Tokenizers without a maximum say 1e30."""


@dataclass(frozen=True, slots=True)
class OwnTokenizer:
    """A tokenizer of nobody else's."""

    tokenizer: "PreTrainedTokenizerBase"
    class_name: str
    """As whom transformers knows it."""
    is_by_file: bool = False
    """Whether tokenizer.json is followed where its class would cut texts otherwise."""


def make_tokenizer(checkpoint: Checkpoint, config: "PreTrainedConfig | None") -> OwnTokenizer:
    """Make a tokenizer; without a config its own files must say what kind it is.

    Raises:
        BrokenCheckpoint: there is none, it cannot be read, or needs a package that is not there.
    """
    folder = folder_of(checkpoint)
    files = [path for path in folder.iterdir() if is_of_a_tokenizer(path.name)]
    if not files:
        raise broken(checkpoint, Reason.TOKENIZER_MISSING)
    for path in files:
        if path.is_file():
            require_content(checkpoint, path)
    with blaming(checkpoint, Reason.TOKENIZER_UNREADABLE):
        require_modest(checkpoint, folder)
        tokenizer = _by_class(checkpoint, folder, config)
        by_file = _by_file(tokenizer, folder / TOKENIZER_FILE)
    if by_file is not None:
        log.warning(
            "%s: its class would not cut texts as its %s", checkpoint.full_name, TOKENIZER_FILE
        )
    return OwnTokenizer(by_file or tokenizer, type(tokenizer).__name__, by_file is not None)


def tokenizer_limit(tokenizer: "PreTrainedTokenizerBase") -> int | None:
    """Return the most tokens that a tokenizer says its model takes."""
    limit = tokenizer.model_max_length
    return int(limit) if 0 < limit < _NO_MAXIMUM else None


def _by_class(
    checkpoint: Checkpoint, folder: Path, config: "PreTrainedConfig | None"
) -> "PreTrainedTokenizerBase":
    from transformers import AutoTokenizer, PreTrainedConfig  # noqa: PLC0415 - seconds long

    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(
            folder,
            config=config or PreTrainedConfig(),
            local_files_only=True,
            trust_remote_code=False,
            **_overruled(checkpoint, folder),
        )
    except Exception as error:
        if package := missing_package(error):
            raise broken(checkpoint, Reason.PACKAGE_MISSING.of(package)) from error
        raise
    # Without a vocabulary file some classes begin with an empty one, and say nothing.
    if len(tokenizer) <= len(set(tokenizer.all_special_ids)):
        raise broken(checkpoint, Reason.TOKENIZER_EMPTY)
    if tokenizer.is_fast:
        _leave_nothing_to_chance(tokenizer.backend_tokenizer)
    return tokenizer


def _overruled(checkpoint: Checkpoint, folder: Path) -> dict[str, object]:
    """What SentencePiece is not to be told: to draw by chance, or to read a file elsewhere."""
    path = folder / "tokenizer_config.json"
    said = read_json(checkpoint, path) if path.is_file() else {}
    return {_OF_SENTENCEPIECE: {}} if said.get(_OF_SENTENCEPIECE) else {}


def _by_file(tokenizer: "PreTrainedTokenizerBase", path: Path) -> "PreTrainedTokenizerBase | None":
    """The tokenizer of a tokenizer.json, if that and the class cut any trial text differently."""
    if not path.is_file():
        return None
    from tokenizers import Tokenizer  # noqa: PLC0415 - not on the way to the first prompt

    text = path.read_text(encoding="utf-8")
    file = Tokenizer.from_str(text)
    _leave_nothing_to_chance(file)
    file.no_truncation()
    file.no_padding()
    file.encode_special_tokens = bool(getattr(tokenizer, "split_special_tokens", False))
    trials = trial_texts(as_json(text), set(tokenizer.all_special_tokens))
    is_alike = all(_cut_alike(tokenizer, file, trial) for trial in trials)
    return None if is_alike else _rebuilt(tokenizer, file)


def _leave_nothing_to_chance(tokenizer: "Tokenizer") -> None:
    """Cut a text in one way, the one that was tried: what is drawn is for whoever trains."""
    for name in _OF_CHANCE:
        if hasattr(tokenizer.model, name):
            setattr(tokenizer.model, name, None)


def _cut_alike(tokenizer: "PreTrainedTokenizerBase", file: "Tokenizer", text: str) -> bool:
    try:
        wanted = file.encode(text)
    except Exception:
        return True
    try:
        found = tokenizer(text, return_token_type_ids=True)
    except Exception:
        return False
    if "token_type_ids" in tokenizer.model_input_names:
        types: list[int] = list(found["token_type_ids"])
    else:
        types = wanted.type_ids
    return list(found["input_ids"]) == wanted.ids and types == wanted.type_ids


def _rebuilt(tokenizer: "PreTrainedTokenizerBase", file: "Tokenizer") -> "PreTrainedTokenizerBase":
    """A tokenizer of the file that knows of itself what the class knew, as far as the file does."""
    from transformers import PreTrainedTokenizerFast  # noqa: PLC0415

    known = {
        name: token
        for name, token in tokenizer.special_tokens_map.items()
        if isinstance(token, str) and file.token_to_id(token) is not None
    }
    others = [
        str(each)
        for each in tokenizer.all_special_tokens
        if str(each) not in known.values() and file.token_to_id(str(each)) is not None
    ]
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=file,
        extra_special_tokens=others,
        model_max_length=tokenizer.model_max_length,
        model_input_names=list(tokenizer.model_input_names),
        padding_side=tokenizer.padding_side,
        truncation_side=tokenizer.truncation_side,
        pad_token_type_id=tokenizer.pad_token_type_id,
        split_special_tokens=bool(getattr(tokenizer, "split_special_tokens", False)),
        **known,
    )
