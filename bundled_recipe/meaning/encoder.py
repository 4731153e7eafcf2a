"""The student: the bundled body, the mean over its tokens, at length one."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import torch
from torch import Tensor
from torch.nn.functional import normalize
from transformers import BertModel, PreTrainedTokenizerFast

from bundled_recipe.body.vocabulary import MAX_LENGTH, SPECIAL_TOKENS, encode, load_tokenizer
from bundled_recipe.meaning.teachers import Encoder, Vectors, mean_over_tokens
from bundled_recipe.precision import best_device, has_fast_bfloat16
from models.finetune.network.loop import pad

_BATCH = 64
_PAD = SPECIAL_TOKENS.index("[PAD]")
_MODULES = {
    "Transformer": "",
    "Pooling": "1_Pooling",
    "Normalize": "2_Normalize",
}


def load_encoder(folder: Path) -> BertModel:
    """The body in ``folder`` without its head, or a finished encoder."""
    model: BertModel = BertModel.from_pretrained(
        folder,
        add_pooling_layer=False,
        dtype=torch.float32,
        attn_implementation="sdpa",
        use_safetensors=True,
    )
    model.to(best_device())  # type: ignore[arg-type]
    return model


def vectors_of(model: BertModel, rows: Sequence[Sequence[int]]) -> Tensor:
    """Token numbers to vectors of length one, [rows, width]."""
    inputs, mask = (each.to(model.device) for each in pad(rows, _PAD))
    states = model(input_ids=inputs, attention_mask=mask).last_hidden_state
    return normalize(mean_over_tokens(states.float(), mask), dim=1)


def embed(model: BertModel, tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]) -> Vectors:
    """The vector of each text, in the order given."""
    encodings = encode(tokenizer, list(texts), MAX_LENGTH)
    order = sorted(range(len(texts)), key=lambda place: len(encodings[place]))
    found = torch.empty(len(texts), model.config.hidden_size)
    model.train(False)
    with torch.inference_mode():
        for start in range(0, len(order), _BATCH):
            places = order[start : start + _BATCH]
            found[places] = vectors_of(model, [encodings[place] for place in places]).cpu()
    vectors: Vectors = found.numpy()
    return vectors


def fast_encoder(folder: Path) -> Encoder:
    """The mean over the tokens of the body in ``folder``, as fast as the processor can."""
    model = load_encoder(folder)
    if has_fast_bfloat16(model.device):
        model.bfloat16()
    model.set_attn_implementation("eager")
    return partial(embed, model, load_tokenizer(folder))


def write_modules(folder: Path, width: int) -> None:
    """The files by which sentence-transformers knows that it pools and normalizes."""
    modules = [
        {
            "idx": place,
            "name": str(place),
            "path": path,
            "type": f"sentence_transformers.models.{name}",
        }
        for place, (name, path) in enumerate(_MODULES.items())
    ]
    pooling = {
        "word_embedding_dimension": width,
        "pooling_mode_cls_token": False,
        "pooling_mode_mean_tokens": True,
        "pooling_mode_max_tokens": False,
        "pooling_mode_mean_sqrt_len_tokens": False,
    }
    _write(folder / "modules.json", modules)
    _write(folder / "1_Pooling" / "config.json", pooling)
    _write(
        folder / "sentence_bert_config.json", {"max_seq_length": MAX_LENGTH, "do_lower_case": False}
    )


def _write(path: Path, whole: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
