"""What is generated token by token: streamed as it comes, stopped by row, the same in the end."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from types import SimpleNamespace

import torch
from transformers import GPT2Config, GPT2LMHeadModel

from models.engines.protocol import (
    Generated,
    Generator,
    Limits,
    OnTokens,
    StopReason,
    TokenRow,
)

END = 3


class Greedy:
    """The plainest generator: it takes the likeliest token, and reads each row anew for it."""

    def __init__(self, model: GPT2LMHeadModel) -> None:
        self._model = model
        self.memory_bytes = sum(each.numel() * 4 for each in model.parameters())

    def generate(
        self,
        rows: Sequence[TokenRow],
        limits: Limits,
        on_tokens: OnTokens,
        is_stopped: Callable[[int], bool],
    ) -> list[Generated]:
        return [
            self._one(place, list(row.ids), limits, on_tokens, is_stopped)
            for place, row in enumerate(rows)
        ]

    def _one(
        self,
        place: int,
        ids: list[int],
        limits: Limits,
        on_tokens: OnTokens,
        is_stopped: Callable[[int], bool],
    ) -> Generated:
        start = len(ids)
        while len(ids) - start < limits.most_tokens:
            if is_stopped(place):
                return Generated(tuple(ids[start:]), StopReason.STOPPED)
            with torch.inference_mode():
                token = int(self._model(torch.tensor([ids])).logits[0, -1].argmax())
            if token == END:
                return Generated(tuple(ids[start:]), StopReason.END)
            ids.append(token)
            on_tokens(place, [token])
        return Generated(tuple(ids[start:]), StopReason.LENGTH)


def generator() -> Generator:
    torch.manual_seed(2)
    config = GPT2Config(vocab_size=50, n_positions=32, n_embd=16, n_layer=1, n_head=2)
    return Greedy(GPT2LMHeadModel(config).eval())


def row(*ids: int) -> TokenRow:
    return SimpleNamespace(ids=ids, type_ids=None)


def test_what_was_streamed_is_what_comes_in_the_end() -> None:
    streamed = defaultdict[int, list[int]](list)
    rows = [row(7, 9), row(11)]
    done = generator().generate(
        rows, Limits(6), lambda place, ids: streamed[place].extend(ids), lambda _: False
    )
    assert [each.ids for each in done] == [tuple(streamed[place]) for place in range(2)]
    assert {each.reason for each in done} <= {StopReason.END, StopReason.LENGTH}
    assert any(each.ids for each in done)


def test_a_row_that_nobody_wants_ends_and_the_others_go_on() -> None:
    plain = generator().generate([row(7, 9), row(11)], Limits(6), lambda *_: None, lambda _: False)
    streamed = defaultdict[int, list[int]](list)
    done = generator().generate(
        [row(7, 9), row(11)],
        Limits(6),
        lambda place, ids: streamed[place].extend(ids),
        lambda place: place == 0 and len(streamed[0]) == 2,
    )
    assert done[0] == Generated(plain[0].ids[:2], StopReason.STOPPED)
    assert done[1] == plain[1]
