"""A checkpoint as one file: the same content makes the same bytes."""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from models.releases.folder import CARD_FILE

_BEFORE_TIME = (1980, 1, 1, 0, 0, 0)
"""The first that a zip can name."""
_FOR_READING = 0o100644 << 16
_INCOMPRESSIBLE = (".safetensors",)


def packed(files: Sequence[Path], card: str, folder: str) -> bytes:
    """Return a zip with the files and the card in a folder of that name."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        _put(archive, f"{folder}/{CARD_FILE}", card.encode("utf-8", "replace"))
        for path in sorted(files, key=lambda path: path.name):
            _put(archive, f"{folder}/{path.name}", path.read_bytes())
    return written.getvalue()


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _BEFORE_TIME)
    entry.external_attr = _FOR_READING
    is_packed = not name.endswith(_INCOMPRESSIBLE)
    entry.compress_type = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
    archive.writestr(entry, content)
