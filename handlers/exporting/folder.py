"""A dataset as a folder that `datasets.load_dataset` reads, and the Hub shows. Pure."""

import io
import zipfile
from collections.abc import Mapping

from handlers.exporting.data_card import data_card
from handlers.exporting.rows import Rows, splits_of
from handlers.types import Language, UserError


def folder_of(rows: Rows, language: Language) -> Mapping[str, bytes]:
    """Return the files by their paths: the card, and one of Parquet for each split.

    Raises:
        UserError: there is no text in it.
    """
    from handlers.exporting.parquet_file import as_parquet  # noqa: PLC0415 - slow to import

    splits = splits_of(rows)
    if not splits:
        raise UserError("export_empty", name=rows.dataset.name)
    files = {f"data/{split}.parquet": as_parquet(rows, some) for split, some in splits.items()}
    return {"README.md": data_card(rows, splits, language).encode("utf-8", "replace"), **files}


def packed(files: Mapping[str, bytes], folder: str = "") -> bytes:
    """Return files as a zip, within a folder if it is named."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(f"{folder}/{path}" if folder else path, content)
    return written.getvalue()
