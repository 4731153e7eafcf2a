"""The book of names: where each family of transformers keeps the parts of its body."""

from dataclasses import dataclass, replace
from typing import Protocol

from models.exporting.networks.encoder import PARTS, Part


class Config(Protocol):
    """What is read of a config.json, by transformers or from the file itself."""

    @property
    def model_type(self) -> str:
        """The family."""
        ...


@dataclass(frozen=True, slots=True)
class Names:
    """Where a family keeps the parts of its body."""

    layers: str
    query: str
    key: str
    value: str
    attended: str
    attention_norm: str
    up: str
    down: str
    output_norm: str
    """Of the next layer, if it stands before what it is for."""
    gate: str | None = None
    last_norm: str | None = None
    """Stands in for that behind the last layer."""
    words: str = "embeddings.word_embeddings"
    positions: str = "embeddings.position_embeddings"
    types: str = "embeddings.token_type_embeddings"
    embedding_norm: str = "embeddings.LayerNorm"
    projection: str | None = None

    def together(self, part: Part) -> tuple[Part, ...]:
        """Return the parts whose weights stand side by side in one array, in their order."""
        name = getattr(self, part)
        return tuple(each for each in PARTS if getattr(self, each) == name)


_BERT = Names(
    layers="encoder.layer",
    query="attention.self.query",
    key="attention.self.key",
    value="attention.self.value",
    attended="attention.output.dense",
    attention_norm="attention.output.LayerNorm",
    up="intermediate.dense",
    down="output.dense",
    output_norm="output.LayerNorm",
)
_DISTILBERT = Names(
    layers="transformer.layer",
    query="attention.q_lin",
    key="attention.k_lin",
    value="attention.v_lin",
    attended="attention.out_lin",
    attention_norm="sa_layer_norm",
    up="ffn.lin1",
    down="ffn.lin2",
    output_norm="output_layer_norm",
)
_MPNET = replace(
    _BERT,
    query="attention.attn.q",
    key="attention.attn.k",
    value="attention.attn.v",
    attended="attention.attn.o",
    attention_norm="attention.LayerNorm",
)
_DEBERTA = replace(
    _BERT,
    query="attention.self.query_proj",
    key="attention.self.key_proj",
    value="attention.self.value_proj",
)
_ALBERT = Names(
    layers="encoder.albert_layer_groups.0.albert_layers",
    query="attention.query",
    key="attention.key",
    value="attention.value",
    attended="attention.dense",
    attention_norm="attention.LayerNorm",
    up="ffn",
    down="ffn_output",
    output_norm="full_layer_layer_norm",
    projection="encoder.embedding_hidden_mapping_in",
)
_MODERNBERT = Names(
    layers="layers",
    query="attn.Wqkv",
    key="attn.Wqkv",
    value="attn.Wqkv",
    attended="attn.Wo",
    attention_norm="mlp_norm",
    up="mlp.Wi",
    gate="mlp.Wi",
    down="mlp.Wo",
    output_norm="attn_norm",
    last_norm="final_norm",
    words="embeddings.tok_embeddings",
    embedding_norm="embeddings.norm",
)
NAMES = {
    "albert": _ALBERT,
    "bert": _BERT,
    "camembert": _BERT,
    "deberta-v2": _DEBERTA,
    "distilbert": _DISTILBERT,
    "electra": replace(_BERT, projection="embeddings_project"),
    "modernbert": _MODERNBERT,
    "mpnet": _MPNET,
    "roberta": _BERT,
    "xlm-roberta": _BERT,
}
