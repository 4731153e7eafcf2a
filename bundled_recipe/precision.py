"""Where to compute while training, and in which numbers."""

import shutil
from collections.abc import Callable
from typing import TypeVar

import torch

Function = TypeVar("Function", bound=Callable[..., object])


def best_device() -> torch.device:
    """A graphics card if there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def has_fast_bfloat16(device: torch.device) -> bool:
    """Whether there are matrix units for bfloat16; without them it would be far slower."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported())
    return bool(torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())


def fastest_arithmetic(device: torch.device) -> torch.autocast:
    """A context for matrix products in the fastest numbers that training stands.

    It may span a whole training, so it must not cache: a cached bfloat16 copy of a weight outlives
    the optimizer's steps, and the model would go on answering with the weights it started from.
    """
    fast = has_fast_bfloat16(device)
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=fast, cache_enabled=False)


def compiled(function: Function) -> Function:
    """``function`` fused into fewer loops where a compiler is at hand: half as fast again."""
    if shutil.which("g++") is None:
        return function
    return torch.compile(function, dynamic=False)  # type: ignore[return-value]
