"""How a gateway socket packs what it sends: as text, or in one long compressed stream."""

from __future__ import annotations

import importlib
import zlib
from typing import Any, Protocol


class Packing(Protocol):
    """Packs one message after the other; a stream remembers those before."""

    def pack(self, text: str) -> str | bytes:
        """Pack a message."""
        ...


class Plain:
    """No compression."""

    def pack(self, text: str) -> str | bytes:
        """Leave it as it is."""
        return text


class ZlibStream:
    """Discord's `compress=zlib-stream`."""

    def __init__(self) -> None:
        # Level 1: on loopback, time is dearer than bytes.
        self._stream = zlib.compressobj(1)

    def pack(self, text: str) -> str | bytes:
        """Compress, up to a sync flush: the client waits for its four bytes."""
        return self._stream.compress(text.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)


class ZstdStream:
    """Discord's `compress=zstd-stream`, with whichever library is there."""

    def __init__(self, library: Any) -> None:
        self._flush: Any
        if hasattr(library, "COMPRESSOBJ_FLUSH_BLOCK"):  # zstandard
            self._stream = library.ZstdCompressor().compressobj()
            self._flush = library.COMPRESSOBJ_FLUSH_BLOCK
        else:  # the standard library's, and its backport
            self._stream = library.ZstdCompressor()
            self._flush = library.ZstdCompressor.FLUSH_BLOCK

    def pack(self, text: str) -> str | bytes:
        """Compress, up to the end of a block."""
        return bytes(self._stream.compress(text.encode()) + self._stream.flush(self._flush))


def packing_for(asked: str | None) -> Packing | None:
    """Make what a client asks for; None where this Python cannot."""
    if asked is None:
        return Plain()
    if asked == "zlib-stream":
        return ZlibStream()
    for name in ("compression.zstd", "backports.zstd", "zstandard"):
        try:
            return ZstdStream(importlib.import_module(name)) if asked == "zstd-stream" else None
        except ImportError:
            continue
    return None
