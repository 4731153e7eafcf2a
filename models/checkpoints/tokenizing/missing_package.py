"""Which package would have to be installed, told from what a library raises without it."""

import re
from collections.abc import Iterator

_SAID = re.compile(
    r"requires the ([\w.-]+)\s+library"
    r"|pip install (?:-U |--upgrade )?([\w.-]+)"
    r"|need to install ([\w.-]+)"
    r"|The ([\w.-]+) dictionary is not installed"
    r"|`?([\w.-]+)`? is required"
)
"""In an ImportError, and in the ValueErrors that transformers makes of some."""
_AS_A_PACKAGE = {
    "google": "protobuf",
    "mistral_common": "mistral-common",
    "sentencepiece_model_pb2": "protobuf",
    "unidic_lite": "unidic-lite",
}
"""Where what is imported is not what is installed."""
_ALWAYS_THERE = {"tokenizers", "torch", "transformers"}


def missing_package(error: BaseException) -> str | None:
    """Return the package that an error, or what led to it, asks for; None: it is about none."""
    causes = list(_causes(error))
    named = (each.name for each in causes if isinstance(each, ModuleNotFoundError) and each.name)
    said = (_said(str(each)) for each in causes if isinstance(each, ImportError | ValueError))
    for name in (*named, *said):
        if name and (package := name.split(".")[0].lower()) not in _ALWAYS_THERE:
            return _AS_A_PACKAGE.get(package, package)
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _said(message: str) -> str | None:
    found = _SAID.search(message)
    return next(filter(None, found.groups()), None) if found else None
