"""What transformers makes of a config: the sizes of a network, its labels and its class."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.checkpoints.configs import labels_of
from models.checkpoints.loading import load_config, model_class
from models.results import Checkpoint

if TYPE_CHECKING:
    from transformers import PreTrainedConfig


@dataclass(frozen=True, slots=True)
class NetworkFacts:
    """Plain data, fit for JSON."""

    model_type: str
    head: str | None
    """The class that it is loaded as."""
    prefix: str
    """What the names of its body's weights begin with."""
    labels: tuple[tuple[int, str], ...]
    layers: int | None
    attention_heads: int | None
    hidden_size: int | None
    vocabulary_size: int | None


def network_facts(checkpoint: Checkpoint, auto_class: str | None) -> NetworkFacts:
    """Ask transformers about the network that an auto class makes, if there is one.

    Raises:
        ModelError: the files forbid it or cannot be used.
    """
    config = load_config(checkpoint)
    head = model_class(config, auto_class) if auto_class else None
    return NetworkFacts(
        model_type=config.model_type,
        head=head.__name__ if head else None,
        prefix=f"{head.base_model_prefix}." if head else "",
        labels=labels_of(config),
        layers=_number(config, "num_hidden_layers"),
        attention_heads=_number(config, "num_attention_heads"),
        hidden_size=_number(config, "hidden_size"),
        vocabulary_size=_number(config, "vocab_size"),
    )


def _number(config: "PreTrainedConfig", name: str) -> int | None:
    value = getattr(config, name, None)
    return value if isinstance(value, int) else None
