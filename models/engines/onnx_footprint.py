"""What an exported network takes in memory, told from its file."""

from pathlib import Path

from models.engines.in_memory import Network

_RESIDENT_OF_FILE = 1.55
"""Measured for BERT-base: ONNX Runtime keeps a second copy of much of it, laid out for products."""


def resident_bytes(network: Path | Network) -> int:
    """Return what a network takes once it is loaded; 0 where there is no such file.

    It may be more than the checkpoint's weights: a masked-language model has its largest table
    twice, for words to come in and to go out.
    """
    if isinstance(network, Network):
        return int(network.size_bytes * _RESIDENT_OF_FILE)
    try:
        return int(network.stat().st_size * _RESIDENT_OF_FILE)
    except OSError:
        return 0
