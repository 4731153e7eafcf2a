"""A row is written as plain transformers write it, within bounds, whatever a checkpoint says."""

from pathlib import Path

import pytest
import torch
import transformers

from models.engines.generation_settings import (
    MOST_BEAMS,
    MOST_TOKENS,
    USUAL_TOKENS,
    settings_for,
    tokens_of,
)
from models.engines.protocol import Limits
from models.engines.torch_generator import TorchGenerator
from models.results import StopReason

END = 3


def network() -> transformers.GPT2LMHeadModel:
    torch.manual_seed(2)
    config = transformers.GPT2Config(
        vocab_size=50, n_positions=64, n_embd=16, n_layer=1, n_head=2, eos_token_id=END
    )
    return transformers.GPT2LMHeadModel(config).eval()


def generator(**own: object) -> TorchGenerator:
    model = network()
    for name, value in own.items():
        setattr(model.generation_config, name, value)
    return TorchGenerator(model)


def test_what_was_told_adds_up_to_what_comes_in_the_end() -> None:
    told: list[list[int]] = []
    done = generator().generate(
        [7, 9], Limits(6), lambda ids: told.append(list(ids)), lambda: False
    )
    assert [len(each) for each in told] == list(range(1, len(done.ids) + 1))
    assert told[-1] == list(done.ids)


def test_a_row_that_nobody_wants_keeps_what_it_has() -> None:
    plain = generator().generate([7, 9], Limits(6), lambda _: None, lambda: False)
    told: list[list[int]] = []
    stopped = generator().generate(
        [7, 9], Limits(6), lambda ids: told.append(list(ids)), lambda: len(told) == 2
    )
    assert (stopped.ids, stopped.reason) == (plain.ids[:2], StopReason.STOPPED)
    unbegun = generator().generate([7, 9], Limits(6), lambda _: None, lambda: True)
    assert (unbegun.ids, unbegun.reason) == ((), StopReason.STOPPED)


def test_nobody_can_ask_for_more_beams_than_there_may_be() -> None:
    asked = settings_for({}, most_tokens=5, temperature=0.0, beams=MOST_BEAMS + 1)
    assert asked["num_beams"] == MOST_BEAMS


def test_a_checkpoint_cannot_ask_for_what_takes_hours_or_runs_code() -> None:
    absurd = {
        "num_beams": 10_000,
        "num_return_sequences": 500,
        "max_length": 10**9,
        "max_new_tokens": 10**9,
        "min_length": 10**9,
        "custom_generate": "strangers/code",
        "assistant_early_exit": 2,
        "prompt_lookup_num_tokens": 5,
        "cache_implementation": "quantized",
        "compile_config": {"mode": "max-autotune"},
        "repetition_penalty": -1.0,
        "eos_token_id": "three",
        "bad_words_ids": [["a"]],
        "penalty_alpha": 0.6,
        "top_p": 7.0,
    }
    asked = settings_for(absurd, most_tokens=5, temperature=0.7, beams=None)
    assert asked == {
        "min_length": 5,
        "temperature": 0.7,
        "do_sample": True,
        "num_beams": MOST_BEAMS,
        "max_new_tokens": 5,
    }
    assert tokens_of(absurd, counts_prompt=True) == MOST_TOKENS
    assert tokens_of({"max_length": 20}, counts_prompt=True) == USUAL_TOKENS
    done = generator(num_beams=10_000, num_return_sequences=500, penalty_alpha=0.6).generate(
        [7, 9], Limits(3), lambda _: None, lambda: False
    )
    assert len(done.ids) <= 3


@pytest.mark.parametrize("own", [{}, {"repetition_penalty": 1.7}, {"no_repeat_ngram_size": 2}])
def test_what_is_harmless_is_followed(own: dict[str, object], tmp_path: Path) -> None:
    model = network()
    with torch.inference_mode():
        ids = torch.tensor([[7, 9]])
        output = model.generate(ids, attention_mask=ids * 0 + 1, max_new_tokens=12, **own)
    done = generator(**own).generate([7, 9], Limits(12), lambda _: None, lambda: False)
    assert list(done.ids) == output[0, 2:].tolist()
