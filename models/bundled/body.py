"""Pre-training of the shared body: guess hidden words in Korean and English.

The time is the budget, not the number of steps: the learning rate follows the clock, so the run
ends well on any machine. Passages are packed end to end into blocks, half of each batch Korean
and half English, and the vocabulary-wide output is computed for the hidden words only.
"""

import itertools
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy
from transformers import BertConfig, BertForMaskedLM, PreTrainedTokenizerFast

from models.bundled.neighbours import look_at_neighbours
from models.bundled.precision import fastest_arithmetic
from models.bundled.wordpiece import MAX_LENGTH, SPECIAL_TOKENS, encode
from models.finetune.loop import learning_rate_scale, make_optimizer, pad, take_step

_BATCH_TOKENS = 2048
_BLOCK_LENGTHS = (64, 64, 64, 128, 64, 64, 64, 512)
"""Mostly short blocks, for speed; some long ones, or far positions would stay random."""
_HIDDEN_SHARE = 0.18
_MEASURED_SHARE = 0.15
_PEAK_LEARNING_RATE = 1.5e-3
_WARMUP_SHARE = 0.06
_REPORT_EVERY = 200
_PASSAGES_AT_A_TIME = 1000


@dataclass(frozen=True)
class Progress:
    """How far pre-training came."""

    steps: int
    tokens: int
    loss: float
    seconds: float


def new_body(vocabulary_size: int, seed: int = 0) -> BertForMaskedLM:
    """An untrained masked-language model of the bundled size."""
    torch.manual_seed(seed)
    model = BertForMaskedLM(
        BertConfig(
            vocab_size=vocabulary_size,
            hidden_size=256,
            num_hidden_layers=4,
            num_attention_heads=4,
            intermediate_size=1024,
            max_position_embeddings=MAX_LENGTH,
            pad_token_id=SPECIAL_TOKENS.index("[PAD]"),
        )
    )
    look_at_neighbours(model)
    return model


def train_body(
    model: BertForMaskedLM,
    tokenizer: PreTrainedTokenizerFast,
    languages: list[list[str]],
    seconds: float,
    seed: int = 0,
) -> Progress:
    """Train for ``seconds`` on equal parts of each language's passages."""
    torch.manual_seed(seed)
    _set_dropout(model, 0.0)
    streams = [_token_stream(tokenizer, passages, seed) for passages in languages]
    optimizer = make_optimizer(model, _PEAK_LEARNING_RATE, weight_decay=0.01)
    model.train()
    started, tokens, recent, elapsed = time.monotonic(), 0, 0.0, 0.0
    for step in itertools.count(1):
        blocks = _batch(streams, _BLOCK_LENGTHS[step % len(_BLOCK_LENGTHS)])
        loss = _loss(model, blocks)
        scale = learning_rate_scale(elapsed / seconds, _WARMUP_SHARE)
        take_step(model, optimizer, loss, _PEAK_LEARNING_RATE * scale)
        tokens += blocks.numel()
        recent += (loss.item() - recent) / min(step, _REPORT_EVERY)
        elapsed = time.monotonic() - started
        if step % _REPORT_EVERY == 0:
            print(f"body step {step} loss {recent:.3f} {tokens / elapsed:.0f} tokens/s", flush=True)
        if elapsed >= seconds:
            break
    _set_dropout(model, 0.1)
    model.train(False)
    return Progress(step, tokens, recent, elapsed)


def _set_dropout(model: BertForMaskedLM, share: float) -> None:
    """Dropout only costs speed in a run that never sees a passage often enough to learn it."""
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = share


def _token_stream(
    tokenizer: PreTrainedTokenizerFast, passages: list[str], seed: int
) -> Iterator[int]:
    """Token numbers of all passages for ever, each passage closed by a separator."""
    shuffler = random.Random(seed)  # noqa: S311
    order = list(passages)
    while True:
        shuffler.shuffle(order)
        for start in range(0, len(order), _PASSAGES_AT_A_TIME):
            some = order[start : start + _PASSAGES_AT_A_TIME]
            for ids in encode(tokenizer, some, MAX_LENGTH):
                yield from ids[1:]


def _batch(streams: list[Iterator[int]], length: int) -> Tensor:
    """Blocks of ``length`` tokens, as many from each stream."""
    rows = _BATCH_TOKENS // length // len(streams)
    first, last = SPECIAL_TOKENS.index("[CLS]"), SPECIAL_TOKENS.index("[SEP]")
    blocks = [
        [first, *itertools.islice(stream, length - 2), last]
        for stream in streams
        for _ in range(rows)
    ]
    return torch.tensor(blocks)


def _loss(model: BertForMaskedLM, blocks: Tensor) -> Tensor:
    """Cross-entropy at the hidden places."""
    inputs, hidden = _hide(blocks, model.config.vocab_size)
    with fastest_arithmetic():
        states = model.bert(input_ids=inputs).last_hidden_state
        logits = model.cls(states[hidden])
    return cross_entropy(logits.float(), blocks[hidden])


def _hide(blocks: Tensor, vocabulary_size: int) -> tuple[Tensor, Tensor]:
    """Blocks with some tokens hidden, and where: 80 % masked, 10 % random, 10 % as they are."""
    chance = torch.rand(blocks.shape)
    hidden = (chance < _HIDDEN_SHARE) & (blocks >= len(SPECIAL_TOKENS))
    inputs = blocks.masked_fill(
        hidden & (chance < 0.8 * _HIDDEN_SHARE), SPECIAL_TOKENS.index("[MASK]")
    )
    noise = torch.randint(len(SPECIAL_TOKENS), vocabulary_size, blocks.shape)
    return torch.where(hidden & (chance > 0.9 * _HIDDEN_SHARE), noise, inputs), hidden


@dataclass(frozen=True)
class MaskedAccuracy:
    """How often the hidden token was the first guess, and among the first five."""

    tokens: int
    top1: float
    top5: float


def measure_body(
    model: BertForMaskedLM, tokenizer: PreTrainedTokenizerFast, passages: list[str], seed: int = 0
) -> MaskedAccuracy:
    """Hide 15 % of the tokens of ``passages``, each passage alone, and guess them."""
    torch.manual_seed(seed)
    encodings = sorted(encode(tokenizer, passages, MAX_LENGTH), key=len)
    ranks: list[Tensor] = []
    with torch.inference_mode():
        for start in range(0, len(encodings), 32):
            blocks, attention = pad(encodings[start : start + 32], SPECIAL_TOKENS.index("[PAD]"))
            hidden = (torch.rand(blocks.shape) < _MEASURED_SHARE) & (blocks >= len(SPECIAL_TOKENS))
            inputs = blocks.masked_fill(hidden, SPECIAL_TOKENS.index("[MASK]"))
            states = model.bert(input_ids=inputs, attention_mask=attention).last_hidden_state
            guesses = model.cls(states[hidden]).topk(5).indices
            ranks.append(guesses == blocks[hidden].unsqueeze(1))
    found = torch.cat(ranks)
    return MaskedAccuracy(
        tokens=len(found),
        top1=found[:, 0].float().mean().item(),
        top5=found.any(dim=1).float().mean().item(),
    )
