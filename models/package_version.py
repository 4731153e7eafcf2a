"""Which version of a package this is, for what has to be made again in the same way."""

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def package_version(package: str) -> str:
    """Return its version, or that it is run from its source."""
    try:
        return version(package)
    except PackageNotFoundError:
        return "run from source"
