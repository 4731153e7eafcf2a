"""What is released: what is in it, and whether it works where nothing else of the repository is."""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path, PurePosixPath

import pytest

from storage.migrations import known_revisions
from tests.waiting import PATIENCE_S

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
VERSION = PROJECT["version"]
PACKAGES = {"bot", "handlers", "models", "storage"}
GIVEN = ("pyproject.toml", "MANIFEST.in", "README.md", "CHANGELOG.md", "LICENSE", "NOTICE")
BUILD = "import sys; from setuptools import build_meta as b; b.build_{}(sys.argv[1])"


def run(*command: str | Path, cwd: Path, **changes: str) -> str:
    environment = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    environment |= {"HOME": str(cwd), "HF_HUB_OFFLINE": "1", **changes}
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a wheel and a source distribution, made from a copy."""
    source, out = (tmp_path_factory.mktemp(name) for name in ("source", "out"))
    for name in GIVEN:
        shutil.copy(ROOT / name, source)
    for name in (*PACKAGES, "bundled_recipe", "benchmarks", "docs", "tests"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
    for kind in ("sdist", "wheel"):
        run(sys.executable, "-c", BUILD.format(kind), out, cwd=source)
    return out


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`tokki` of a fresh environment, beside the packages that it needs, and nothing else."""
    place = tmp_path_factory.mktemp("installed")
    venv.create(place, with_pip=False)
    python = place / "bin" / "python"
    (wheel,) = built.glob("*.whl")
    install = ("pip", "--python", python, "install", "--no-deps", "--no-index", "--quiet", wheel)
    run(sys.executable, "-m", *install, cwd=place)
    (site,) = place.glob("lib/python*/site-packages")
    needed = [path for path in sys.path if path.endswith("site-packages")]
    (site / "needed.pth").write_text("\n".join(needed))
    return place / "bin" / "tokki"


@pytest.mark.release
def test_the_wheel_has_what_is_needed_and_nothing_else(built: Path):
    (wheel,) = built.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names} == {*PACKAGES, f"tokki-{VERSION}.dist-info"}
    assert not [
        name for name in names if re.search(r"^(test_|conftest)|\.pyc$", PurePosixPath(name).name)
    ]
    there = sorted(each for each in names if re.search(r"versions/[0-9]{4}_\w+\.py$", each))
    assert len(there) == len(known_revisions())
    source = (path for name in PACKAGES for path in (ROOT / name).rglob("*"))
    kept = {
        path.relative_to(ROOT).as_posix()
        for path in source
        if path.is_file() and path.suffix not in (".pyc", ".md") and "__pycache__" not in path.parts
    }
    assert sorted(kept - set(names)) == ["models/bundled/benchmark.json"]
    assert {f"tokki-{VERSION}.dist-info/licenses/{name}" for name in ("LICENSE", "NOTICE")} < {
        *names
    }
    assert wheel.stat().st_size < 100_000_000, "PyPI takes no more"


@pytest.mark.release
def test_the_source_has_no_tests_no_recipe_and_no_benchmarks(built: Path):
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.split("/")[1] for name in archive.getnames() if "/" in name}
    assert names == {*PACKAGES, *GIVEN, "PKG-INFO", "setup.cfg", "tokki.egg-info"}


@pytest.mark.release
def test_what_was_installed_answers(installed: Path, tmp_path: Path):
    assert run(installed, "--version", cwd=tmp_path) == f"tokki {VERSION}\n"
    assert "chat" in run(installed, "--help", cwd=tmp_path)
    chat = (installed, "chat", "--data", tmp_path / "data", "--language", "en", "-c")
    assert run(*chat, "/classify good movie", cwd=tmp_path).startswith("positive\n")
    models = run(*chat, "/models", cwd=tmp_path)
    assert all(name in models for name in ("sentiment", "topics", "entities", "meaning"))


def test_the_notice_names_all_that_is_bundled():
    notice = (ROOT / "NOTICE").read_text("utf-8")
    for card in (ROOT / "models" / "bundled").glob("*/README.md"):
        assert card.parent.name in notice
        assert "\nlicense: cc-by-sa-4.0\n" in card.read_text("utf-8")


def test_what_is_released_is_told_of():
    assert f"\n## [{VERSION}] - " in (ROOT / "CHANGELOG.md").read_text("utf-8")
