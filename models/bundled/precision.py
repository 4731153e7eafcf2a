"""Which numbers to multiply in while training."""

import torch


def has_fast_bfloat16() -> bool:
    """Whether this processor has matrix units for bfloat16; without them it would be far slower."""
    return bool(torch.cpu._is_amx_tile_supported())


def fastest_arithmetic() -> torch.autocast:
    """A context for matrix products in the fastest numbers that training stands.

    It may span a whole training, so it must not cache: a cached bfloat16 copy of a weight outlives
    the optimizer's steps, and the model would go on answering with the weights it started from.
    """
    return torch.autocast(
        "cpu", dtype=torch.bfloat16, enabled=has_fast_bfloat16(), cache_enabled=False
    )
