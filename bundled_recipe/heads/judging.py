"""What a classifier says of labelled rows."""

import torch
from torch import Tensor
from transformers import BertForSequenceClassification, PreTrainedTokenizerFast

from bundled_recipe.body.vocabulary import encode
from bundled_recipe.texts.examples import Example
from models.engines.padding import Padding, Row
from models.finetune.network.loop import predict
from models.finetune.quality.calibrating import Judged


def judge(
    model: BertForSequenceClassification,
    tokenizer: PreTrainedTokenizerFast,
    rows: list[Example],
    is_multi_label: bool,
) -> Judged:
    """What ``model`` says of ``rows``, beside the truth."""
    logits = logits_of(model, tokenizer, [row.text for row in rows])
    return Judged(logits, torch.tensor([row.target for row in rows]), is_multi_label)


def logits_of(
    model: BertForSequenceClassification, tokenizer: PreTrainedTokenizerFast, texts: list[str]
) -> Tensor:
    """The logits of each text, in the order given."""
    encodings = encode(tokenizer, texts, model.config.max_position_embeddings)
    rows = [Row(ids) for ids in encodings]
    return predict(model, rows, padding=Padding(tokenizer.pad_token_id))
