"""The config of a network: what is taken of config.json, and what follows from it."""

from typing import TYPE_CHECKING, Any

from models.checkpoints.files import Config, blaming, broken, has_one_output, require_known_type
from models.checkpoints.label_names import clean_names
from models.checkpoints.tokenizing.tokenizer_loading import tokenizer_limit
from models.reasons import Reason
from models.reports import ProblemType
from models.results import Checkpoint

if TYPE_CHECKING:
    from transformers import PreTrainedConfig, PreTrainedTokenizerBase

_POSITIONS_AFTER_PADDING = {
    *("camembert", "data2vec-text", "esm", "ibert", "layoutlmv3", "lilt", "longformer", "luke"),
    *("markuplm", "mluke", "mpnet", "roberta", "roberta-prelayernorm", "xlm-roberta"),
    *("xlm-roberta-xl", "xmod"),
}
"""Types that count positions from pad_token_id + 1 and so cannot use the first of them."""

_MOST_TOKENS = 8_192
"""Where nothing limits a model, this does: attention over a whole book would take all memory."""

_NOT_FROM_A_CONFIG = (
    "attn_implementation",
    "experts_implementation",
    "auto_map",
    "fusion_config",
    "kernel_config",
    "transformers_weights",
)
"""Keys that choose code or files rather than sizes: an attention may be a kernel on the Hub."""

_MOST_LABELS = 100_000


def labels_of(config: "PreTrainedConfig") -> tuple[tuple[int, str], ...]:
    """Return a head's outputs by number, each under a name of its own that people can be shown."""
    named = sorted((int(place), name) for place, name in (config.id2label or {}).items())
    names = clean_names([name for _, name in named])
    return tuple(zip((place for place, _ in named), names, strict=True))


def token_limit(config: "PreTrainedConfig", tokenizer: "PreTrainedTokenizerBase") -> int:
    """Return the most tokens that are given to a model, in answers as in what measures them."""
    said = (tokenizer_limit(tokenizer), _positions(config))
    return min((limit for limit in said if limit), default=_MOST_TOKENS)


def _positions(config: "PreTrainedConfig") -> int | None:
    """How many tokens a network has places for; None of one that counts without an end."""
    positions = getattr(config.get_text_config(), "max_position_embeddings", None)
    if not isinstance(positions, int) or positions <= 0:
        return None
    if config.model_type in _POSITIONS_AFTER_PADDING:
        padding = 1 if config.model_type == "mpnet" else config.pad_token_id or 0  # in its source
        return positions - padding - 1
    return positions


def make_config(checkpoint: Checkpoint, values: Config) -> "PreTrainedConfig":
    """Make a config of what config.json says, of sizes alone; only to be called in `loading`."""
    from transformers import CONFIG_MAPPING  # noqa: PLC0415 - seconds long, see models.runtime

    model_type = str(values.get("model_type"))
    require_known_type(checkpoint, values, model_type in CONFIG_MAPPING)
    if values.get("quantization_config"):
        raise broken(checkpoint, Reason.WEIGHTS_QUANTIZED)
    for each in (values, *(part for part in values.values() if isinstance(part, dict))):
        labels = each.get("num_labels")
        if isinstance(labels, int) and labels > _MOST_LABELS:  # each would be given a name
            raise broken(checkpoint, Reason.CONFIG_ABSURD.of("num_labels"))
    if values.get("problem_type") == ProblemType.SINGLE_LABEL and has_one_output(values):
        raise broken(checkpoint, Reason.CONFIG_ONE_LABEL)
    with blaming(checkpoint, Reason.CONFIG_UNFIT):
        config: PreTrainedConfig = CONFIG_MAPPING[model_type].from_dict(_only_sizes(values))
        # BigBird goes over to it by itself at its first short text, and never back: what it would
        # say of a long one would depend on who had asked before.
        if getattr(config, "attention_type", None) == "block_sparse":
            config.attention_type = "original_full"
        return config


def _only_sizes(values: Config) -> dict[str, Any]:
    return {
        key: _only_sizes(value) if isinstance(value, dict) else value
        for key, value in values.items()
        if not any(name in str(key) for name in _NOT_FROM_A_CONFIG)
    }
