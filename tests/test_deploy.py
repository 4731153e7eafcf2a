"""The files that start Tokki elsewhere name what there is, as far as that can be seen here."""

import json
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from bot.process.metrics import Metrics, Sources
from bot.settings import Settings
from handlers.guard.observer import Happening
from handlers.types import Place
from models.reports import Usage

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
LINE = re.compile(r"(?P<name>[a-z0-9._-]+)==(?P<version>[^ ]+) --hash=sha256:[0-9a-f]{64}")


def locked():
    lines = [one for one in (DEPLOY / "requirements.lock").read_text().splitlines() if one]
    found = [LINE.fullmatch(one) for one in lines if not one.startswith("#")]
    assert all(found), "each line has one version and one hash"
    return {plain(one["name"]): one["version"] for one in found}


def plain(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def test_every_dependency_is_locked_within_its_bounds():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    known, extras = locked(), project["project"]["optional-dependencies"]
    needed = (*project["project"]["dependencies"], *extras["postgresql"])
    for line in (*needed, *project["build-system"]["requires"]):
        wanted = Requirement(line)
        assert wanted.specifier.contains(known[plain(wanted.name)].partition("+")[0]), line


def test_the_container_copies_what_there_is_and_runs_as_nobody():
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    copied = [one.split()[1:-1] for one in lines if one.startswith("COPY") and "--from" not in one]
    ignore = (DEPLOY / "Dockerfile.dockerignore").read_text()
    for source in (one for each in copied for one in each):
        assert (ROOT / source).exists(), source
        assert f"!{source}" in ignore.splitlines(), source
    user = next(one for one in lines if one.startswith("USER"))
    assert user.split()[1].split(":")[0] not in ("0", "root")
    entry = lines.index('ENTRYPOINT ["tokki"]')
    assert lines[entry + 1] == 'CMD ["run"]' and lines.index(user) < entry
    assert "/healthz" in "\n".join(lines)
    assert f"EXPOSE {Settings.model_fields['http_port'].default}" in lines


def test_the_packages_that_are_installed_are_those_that_are_copied():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = project["tool"]["setuptools"]["packages"]["find"]["include"]
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    for name in (one.removesuffix("*") for one in wanted):
        assert f"COPY {name} {name}" in dockerfile


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd")
def test_systemd_understands_the_unit(tmp_path):
    unit = (DEPLOY / "tokki.service").read_text()
    (tmp_path / "tokki.service").write_text(unit.replace("/opt/tokki/.venv/bin/tokki", "/bin/true"))
    verify = ["systemd-analyze", "verify", "--man=no", tmp_path / "tokki.service"]
    done = subprocess.run(verify, capture_output=True, text=True, check=False)
    assert [one for one in done.stderr.splitlines() if "tokki.service" in one] == []


def test_the_dashboard_asks_for_numbers_that_there_are():
    metrics = Metrics(Sources(lambda: Usage(1, 2, 3, 4, 5), lambda: 0))
    place = Place("discord", "discord:1", "general")
    metrics.observe(Happening("/classify", "ann", place, "ok", 0.1))
    told = metrics.text(["slack"]).decode()
    dashboard = json.loads((DEPLOY / "grafana.json").read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    names = {name for expr in asked for name in re.findall(r"(?:tokki|process)_\w+", expr)}
    assert len(names) >= 9
    there = set(re.findall(r"^\w+", told, re.MULTILINE))
    assert names - there == set()


def test_the_bill_of_materials_has_every_dependency_with_a_licence():
    script = DEPLOY / "bill_of_materials.py"
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    bill = json.loads(done.stdout)
    listed = {one["name"]: one for one in bill["components"]}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    extras = project["project"]["optional-dependencies"]
    for line in (*project["project"]["dependencies"], *extras["postgresql"]):
        assert plain(Requirement(line).name) in listed, line
    assert all(one["version"] in one["purl"].replace("%2B", "+") for one in listed.values())
    without = [name for name, one in listed.items() if "licenses" not in one]
    assert len(without) <= len(listed) // 10, without


def test_no_lock_is_made_of_a_torch_for_graphics_cards():
    lines_of = runpy.run_path(str(DEPLOY / "lock.py"))["lines_of"]
    one = {"download_info": {"archive_info": {"hashes": {"sha256": "0" * 64}}}}
    torch = {"install": [one | {"metadata": {"name": "torch", "version": "2.13.0"}}]}
    with pytest.raises(ValueError, match="out of reach"):
        list(lines_of(torch))
    torch["install"][0]["metadata"]["version"] += "+cpu"
    assert list(lines_of(torch)) == [f"torch==2.13.0+cpu --hash=sha256:{'0' * 64}"]


@pytest.mark.skipif(shutil.which("make") is None, reason="needs make")
def test_without_pipx_it_is_said_what_to_install(tmp_path):
    ask = [shutil.which("make"), "advisories"]
    done = subprocess.run(
        ask, cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )
    assert done.returncode and "-m pip install --user pipx" in done.stdout
