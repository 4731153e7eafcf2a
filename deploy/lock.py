"""Writes `deploy/requirements.lock`: every package that Tokki needs, with the hash of its file.

For Python 3.11 on Linux and x86-64, as in the container and in continuous integration:
`python deploy/lock.py` from the repository's root, on such a machine.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

_LOCK = Path(__file__).with_name("requirements.lock")
_HEAD = """\
# Written by `make lock`, for Python 3.11 on Linux and x86-64. To take newer ones: run it again.
"""
_TOKKI = ".[postgresql]"
"""A container may be one of several on a server."""
_BUILDS = "setuptools"
"""Tokki itself is installed with it."""
_TORCH = "https://download.pytorch.org/whl/cpu"
"""For processors alone, as in `Dockerfile`."""
_ITS_KIND = "+cpu"


def lines_of(report: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each package that pip would install.

    Raises:
        KeyError: one has no hash.
        ValueError: torch is the one for graphics cards, as where pip did not reach its index.
    """
    for one in sorted(report["install"], key=lambda each: each["metadata"]["name"].lower()):
        name, version = one["metadata"]["name"].lower(), one["metadata"]["version"]
        if name == "tokki":
            continue
        if name == "torch" and not version.endswith(_ITS_KIND):
            raise ValueError(f"torch {version} is not from {_TORCH}: was it out of reach?")
        sha256 = one["download_info"]["archive_info"]["hashes"]["sha256"]
        yield f"{name}=={version} --hash=sha256:{sha256}"


def main() -> int:
    """Let pip choose, without installing anything; return its exit code."""
    pip = (sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet")
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        order = [*pip, "--extra-index-url", _TORCH, "--report", report, _TOKKI, _BUILDS]
        done = subprocess.run(order, check=False)  # noqa: S603 - our own words
        if done.returncode == 0:
            lines = lines_of(json.loads(report.read_text("utf-8")))
            _LOCK.write_text(_HEAD + "".join(f"{line}\n" for line in lines), "utf-8")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
