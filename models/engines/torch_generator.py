"""The reference generator: `generate` of transformers, a row at a time.

Rows of one batch would change each other's roundings and with them, now and then, a word: what
somebody is answered must not depend on who else asks.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from transformers import (
    GenerationConfig,
    LogitsProcessor,
    LogitsProcessorList,
    StoppingCriteria,
    StoppingCriteriaList,
)

from models.engines.generation_settings import settings_for, tokens_of
from models.engines.protocol import Generated, Limits, OnTokens
from models.results import StopReason
from models.runtime import drawing

if TYPE_CHECKING:
    from transformers import PreTrainedModel


class TorchGenerator:
    """Lets a transformers model write. Import this module in pool threads only: it needs torch.

    On a graphics card the network stands there in half precision.
    """

    def __init__(self, model: "PreTrainedModel", threads: int = 1) -> None:
        """`threads` are those that torch may take for one row."""
        if torch.cuda.is_available():
            is_new = torch.cuda.is_bf16_supported()
            model.to("cuda", torch.bfloat16 if is_new else torch.float16)  # type: ignore[arg-type]
        self._model = model
        self._threads = threads
        self.reads_apart = bool(model.config.is_encoder_decoder)
        """Whether what it reads is no part of what it writes."""
        said = model.generation_config
        self._own: dict[str, Any] = said.to_dict() if said is not None else {}
        # What stands in a config of its own is all that counts: nothing else is filled in.
        model.generation_config = GenerationConfig()  # type: ignore[no-untyped-call]

    @property
    def memory_bytes(self) -> int:
        """Bytes of parameters and buffers; weights that are tied count once."""
        tensors = (*self._model.parameters(), *self._model.buffers())
        return sum(tensor.numel() * tensor.element_size() for tensor in tensors)

    @property
    def dtype(self) -> str:
        """In which numbers it stands."""
        return str(self._model.dtype).removeprefix("torch.")

    def settings(self, limits: Limits, settings: Mapping[str, object]) -> dict[str, Any]:
        """Return what `GenerationConfig` is to be made of; `settings` stand above its own."""
        return settings_for(
            self._own | dict(settings),
            most_tokens=self.most_tokens(limits, settings),
            temperature=limits.temperature,
            beams=limits.beams,
        )

    def most_tokens(self, limits: Limits, settings: Mapping[str, object]) -> int:
        """Return how many tokens may be written at the most."""
        own = self._own | dict(settings)
        return limits.most_tokens or tokens_of(own, counts_prompt=not self.reads_apart)

    def generate(
        self,
        ids: Sequence[int],
        limits: Limits,
        on_tokens: OnTokens,
        is_stopped: Callable[[], bool],
        settings: Mapping[str, object] = MappingProxyType({}),
    ) -> Generated:
        """Go on with a row until it has ended, as transformers' `generate` does with it alone.

        Any thread may call it. `is_stopped` is asked before the first token and behind each; a row
        that is stopped keeps what it has. `settings` stand above the checkpoint's own, by their
        names in transformers.
        """
        if is_stopped():
            return Generated((), StopReason.STOPPED)
        torch.set_num_threads(self._threads)  # of this thread: torch keeps the number for each
        asked = self.settings(limits, settings)
        watch = _Watch(0 if self.reads_apart else len(ids), limits.most_s, on_tokens, is_stopped)
        chance = _Chance(limits.seed, self._model.device) if limits.temperature else None
        with _ended(chance), torch.inference_mode():
            written = self._run(ids, asked, watch, chance)
        return Generated(tuple(written), watch.cut or self._reason(written, asked))

    def _run(
        self, ids: Sequence[int], asked: dict[str, Any], watch: "_Watch", chance: "_Chance | None"
    ) -> list[int]:
        row = torch.tensor([list(ids)], device=self._model.device)
        processors = LogitsProcessorList([chance] if chance else [])
        criteria = StoppingCriteriaList([*([_Drawn(chance)] if chance else []), watch])
        output: Tensor = self._model.generate(  # type: ignore[operator]
            row,
            attention_mask=torch.ones_like(row),
            generation_config=GenerationConfig(**asked),  # type: ignore[no-untyped-call]
            logits_processor=processors,
            stopping_criteria=criteria,
        )
        written: list[int] = output[0, watch.start :].tolist()
        return written

    def _reason(self, written: list[int], asked: Mapping[str, Any]) -> StopReason:
        count = len(written) - self.reads_apart  # the first of a decoder is given
        if count < asked["max_new_tokens"]:
            return StopReason.END
        ends = asked.get("eos_token_id")
        is_ended = written[-1] in (ends if isinstance(ends, list) else [ends])
        is_forced = asked.get("forced_eos_token_id") is not None
        return StopReason.END if is_ended and not is_forced else StopReason.LENGTH


class _Watch(StoppingCriteria):
    """Tells of the tokens of one row, and ends it."""

    def __init__(
        self, start: int, most_s: float, on_tokens: OnTokens, is_stopped: Callable[[], bool]
    ) -> None:
        self.start = start
        self.cut: StopReason | None = None
        """Why it was ended, if the network did not end it."""
        self._ends_at = monotonic() + most_s
        self._on_tokens = on_tokens
        self._is_stopped = is_stopped

    def __call__(self, input_ids: Tensor, scores: object, **_: object) -> Tensor:
        self._on_tokens(input_ids[0, self.start :].tolist())
        if self._is_stopped():
            self.cut = StopReason.STOPPED
        elif monotonic() >= self._ends_at:
            self.cut = StopReason.TIME
        return _all(input_ids, self.cut is not None)


class _Chance(LogitsProcessor):
    """A row's own chance, as a process that does nothing else would have it from a seed.

    It is put in before a token is drawn, and taken out behind that; nobody else draws meanwhile.
    """

    def __init__(self, seed: int, device: torch.device) -> None:
        self._is_on_card = device.type == "cuda"
        self._device = device
        generator = torch.Generator(device=device).manual_seed(seed)
        self._state = generator.get_state()
        self._has_lock = False

    def __call__(self, input_ids: Tensor, scores: Tensor) -> Tensor:
        drawing.acquire()
        self._has_lock = True
        if self._is_on_card:
            torch.cuda.set_rng_state(self._state, self._device)
        else:
            torch.set_rng_state(self._state)
        return scores

    def end(self) -> None:
        """Let others draw."""
        if self._has_lock:
            self._has_lock = False
            on_card = self._is_on_card
            self._state = torch.cuda.get_rng_state() if on_card else torch.get_rng_state()
            drawing.release()


class _Drawn(StoppingCriteria):
    """Is called behind each token."""

    def __init__(self, chance: _Chance) -> None:
        self._chance = chance

    def __call__(self, input_ids: Tensor, scores: object, **_: object) -> Tensor:
        self._chance.end()
        return _all(input_ids, False)


@contextmanager
def _ended(chance: _Chance | None) -> Iterator[None]:
    try:
        yield
    finally:
        if chance:
            chance.end()


def _all(input_ids: Tensor, value: bool) -> Tensor:
    return torch.full((input_ids.shape[0],), value, dtype=torch.bool, device=input_ids.device)
