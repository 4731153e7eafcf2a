"""Files that come with a command: looked at first, and fetched only if they are what it takes."""

from collections.abc import Mapping

from handlers.reading.decoding import Undecodable, decode
from handlers.table import Action, Kind, Option
from handlers.types import Attachment, File, OptionValue, UserError

MOST_BYTES = 20_000_000
"""Of a file for which the table says no limit."""
_TEXTS = ("csv", "json", "jsonl", "md", "toml", "tsv", "txt", "yaml", "yml")
"""Types of files that are decoded before a handler sees them."""


def check_file(option: Option, value: OptionValue) -> Attachment:
    """Return a file that has not been fetched, by what is said of it.

    Raises:
        UserError: it is no file, empty, too large, or of another type.
    """
    if not isinstance(value, Attachment):
        raise UserError("no_file", key=option.name)
    name = bare_name(value.name)
    if option.file_types and File(name, b"").type not in option.file_types:
        raise UserError("file_type", name=name, types=list(option.file_types))
    _check_size(name, value.size, most_bytes(option))
    return value


async def fetch_files(
    command: Action, options: Mapping[str, OptionValue]
) -> dict[str, OptionValue]:
    """Return the options with what is in the files; what a platform said of them may be false.

    Raises:
        UserError: one is gone, empty, too large, or a text that cannot be decoded.
    """
    fetched = dict(options)
    for option in command.options:
        given = options.get(option.name.en)
        if option.kind is Kind.FILE and isinstance(given, Attachment):
            most = most_bytes(option)
            content, name = await given.fetch(most), bare_name(given.name)
            _check_size(name, len(content), most)
            file = File(name, content)
            if file.type in _TEXTS and not option.is_raw:
                file = File(name, text_in(file, given.encoding).encode())
            fetched[option.name.en] = file
    return fetched


def text_in(file: File, encoding: str | None = None) -> str:
    """Return the text of a file.

    Args:
        file: as it was given.
        encoding: of what is not in UTF-8, where whoever gives it says so.

    Raises:
        UserError: it is not in the encoding; it may be no text.
    """
    try:
        return decode(file.content, encoding)
    except Undecodable as error:
        code = "file_looks_like" if error.looks_like else "file_encoding"
        raise UserError(code, name=file.name, **error.facts) from error


def bare_name(name: str) -> str:
    """Return a file's name without folders; whoever sends it may write anything there."""
    return name.replace("\\", "/").rpartition("/")[2]


def most_bytes(option: Option) -> int:
    """Return how large a file may be."""
    return MOST_BYTES if option.maximum is None else option.maximum


def _check_size(name: str, size: int, most: int) -> None:
    if size > most:
        raise UserError("file_too_large", name=name, size=size, maximum=most)
    if size <= 0:
        raise UserError("file_empty", name=name)
