"""Whether Tokki can run a model of the Hub, as far as its listing tells: nothing is fetched."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from huggingface_hub.hf_api import ModelInfo

from models.checkpoints.folder_contents import is_of_a_tokenizer
from models.errors import BrokenCheckpoint, HubFailed, ModelError, NeedsRemoteCode
from models.hub.listing import HubFile, require_weights
from models.reasons import Reason

RequireRoom = Callable[[str, int], None]
"""Raises a `ModelError` where a network of a name and so many bytes has no room in memory."""
_FLOAT32_BYTES = 4
_LARGEST_POINTER_BYTES = 1_024
_BYTES = {"F64": 8, "I64": 8, "F32": 4, "I32": 4, "U32": 4, "F16": 2, "BF16": 2, "I16": 2}
_CUSTOM_CODE = "custom_code"


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds here."""

    has_account: bool
    """Whether what is gated may be asked for in somebody's name."""
    require_room: RequireRoom


def refusal_of(info: ModelInfo, terms: Terms, files: Sequence[HubFile] = ()) -> ModelError | None:
    """Return why a model cannot be run here; None where nothing speaks against it.

    `files` are those that would be fetched, where their sizes are known.
    """
    try:
        names = [one.rfilename for one in info.siblings or ()]
        require_weights(info.id, names)
        if not any(map(is_of_a_tokenizer, names)):
            raise BrokenCheckpoint(name=info.id, reason=Reason.TOKENIZER_MISSING)
        _check_pointers(info.id, files)
        _check_code(info)
        if is_gated(info) and not terms.has_account:
            raise HubFailed(name=info.id, reason=Reason.GATED)
        terms.require_room(info.id, memory_bytes(info, files))
    except ModelError as error:
        return error
    return None


def is_gated(info: ModelInfo) -> bool:
    """Whether somebody has to agree to terms before its files come."""
    return info.gated not in (None, False, "false")


def parameters_of(info: ModelInfo) -> int | None:
    """Return how many numbers its weights have, where the Hub has counted them."""
    total = info.safetensors.total if info.safetensors else None
    return total if type(total) is int and total > 0 else None


def stored_bytes(info: ModelInfo) -> int | None:
    """Return how large its weights are, where the Hub tells; all of its storage where it does."""
    counts = info.safetensors.parameters if info.safetensors else None
    if isinstance(counts, Mapping) and all(type(count) is int for count in counts.values()):
        return sum(count * _BYTES.get(str(kind), 1) for kind, count in counts.items())
    return info.used_storage if type(info.used_storage) is int else None


def memory_bytes(info: ModelInfo, files: Sequence[HubFile] = ()) -> int:
    """Return what its weights take in memory, as float32; 0 where nobody knows."""
    if parameters := parameters_of(info):
        return parameters * _FLOAT32_BYTES
    return sum(one.size for one in files if one.name.endswith(".safetensors"))


def _check_pointers(name: str, files: Sequence[HubFile]) -> None:
    """Weights that the Hub keeps beside its text are the text that points to them."""
    for file in files:
        is_small = file.sha256 is None and file.size <= _LARGEST_POINTER_BYTES
        if is_small and file.name.endswith(".safetensors"):
            raise BrokenCheckpoint(name=name, reason=Reason.HUB_POINTER.of(file.name))


def _check_code(info: ModelInfo) -> None:
    config = info.config if isinstance(info.config, Mapping) else {}
    if _CUSTOM_CODE not in (info.tags or ()) and not config.get("auto_map"):
        return
    # Slow to import (2 s), and hardly ever needed.
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING  # noqa: PLC0415

    if config.get("model_type") not in CONFIG_MAPPING:
        raise NeedsRemoteCode(name=info.id)
