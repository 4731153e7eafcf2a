"""What Tokki is made of, as CycloneDX 1.6: each package that it needs, its version and licence.

`python deploy/bill_of_materials.py` prints it, for the environment that it runs in.
Source: https://cyclonedx.org/docs/1.6/json/
"""

import json
import re
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement

_ROOT = "tokki"
_EXTRAS = frozenset({"postgresql"})
"""What a container has besides, as its lock says."""


def needed(name: str, extras: frozenset[str] = frozenset()) -> Mapping[str, Distribution]:
    """Return the distributions that one needs here, itself among them, by their names."""
    found: dict[str, Distribution] = {}
    waiting = [(name, extras)]
    while waiting:
        wanted, extras = waiting.pop()
        try:
            one = distribution(wanted)
        except PackageNotFoundError:  # for another platform
            continue
        key = _plain(one.metadata["Name"])
        is_new = key not in found
        found[key] = one
        if is_new or extras:
            waiting += _requirements(one, extras, is_new=is_new)
    return found


def bill(packages: Mapping[str, Distribution]) -> Mapping[str, object]:
    """Return the bill of materials of packages of which Tokki is one."""
    components = [_component(one) for name, one in sorted(packages.items()) if name != _ROOT]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": _component(packages[_ROOT]) | {"type": "application"}},
        "components": components,
    }


def _requirements(
    one: Distribution, extras: frozenset[str], *, is_new: bool
) -> Iterable[tuple[str, frozenset[str]]]:
    for line in one.requires or ():
        wanted = Requirement(line)
        plain = wanted.marker is None or wanted.marker.evaluate({"extra": ""})
        extra = any(wanted.marker.evaluate({"extra": each}) for each in extras if wanted.marker)
        if (plain and is_new) or (extra and not plain):
            yield wanted.name, frozenset(wanted.extras)


def _component(one: Distribution) -> dict[str, object]:
    name = _plain(one.metadata["Name"])
    licence = one.metadata["License-Expression"] or _from_classifiers(one) or _short_licence(one)
    found: dict[str, object] = {
        "type": "library",
        "name": name,
        "version": one.version,
        "purl": f"pkg:pypi/{name}@{one.version.replace('+', '%2B')}",
    }
    return found | ({"licenses": [{"license": {"name": licence}}]} if licence else {})


def _from_classifiers(one: Distribution) -> str:
    given = one.metadata.get_all("Classifier") or ()
    return ", ".join(each.rpartition(" :: ")[2] for each in given if each.startswith("License"))


def _short_licence(one: Distribution) -> str:
    """Some put the whole text there; its first line says which it is."""
    lines = str(one.metadata["License"] or "").strip().splitlines()
    return lines[0][:80] if lines else ""


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    json.dump(bill(needed(_ROOT, _EXTRAS)), sys.stdout, indent=1, ensure_ascii=False)
    sys.stdout.write("\n")
