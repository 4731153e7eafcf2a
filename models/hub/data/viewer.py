"""Rows of a data set, from the Hub's dataset viewer. Everything here blocks.

Source: https://huggingface.co/docs/dataset-viewer/rows
"""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from threading import Event
from typing import Any

from huggingface_hub import constants
from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status  # type: ignore[attr-defined]

from models.hub.client import configure
from models.hub.download import FAILURES, Meter
from models.hub.listing import ODD, HubFile, Wanted
from models.hub.repository import Feature, RowsPage

_MOST_BYTES = 8_000_000
_MOST_SPLITS = 1_000
_MOST_NAMES = 1_000
_REVISION = "X-Revision"

log = logging.getLogger(__name__)


def splits(wanted: Wanted, stop: Event) -> Sequence[tuple[str, str]]:
    """Return the configurations and splits that the viewer shows; none where there is no viewer.

    Raises:
        GivenUp: nobody waits any more.
    """
    try:
        found, _ = _ask(wanted, "/splits", {"dataset": wanted.repo_id}, stop)
        listed = found["splits"][:_MOST_SPLITS]
        return [(str(one["config"]), str(one["split"])) for one in listed]
    except (*FAILURES, *ODD) as error:
        log.info("%s has no splits in a viewer: %s", wanted.repo_id, error)
        return []


def rows(
    wanted: Wanted, place: tuple[str, str], first: int, count: int, stop: Event
) -> RowsPage | None:
    """Return some rows of a configuration and split; None where no viewer has them.

    It shows its newest commit; the page says which one that was.

    Raises:
        GivenUp: nobody waits any more.
    """
    asked: dict[str, str | int] = {"dataset": wanted.repo_id, "config": place[0], "split": place[1]}
    try:
        asked |= {"offset": first, "length": count}
        found, revision = _ask(wanted, "/rows", asked, stop)
        shown = tuple(one["row"] for one in found["rows"][:count] if isinstance(one["row"], dict))
        total = found.get("num_rows_total")
        features = tuple(_features(found["features"]))
        return RowsPage(revision, features, shown, total if type(total) is int else None)
    except (*FAILURES, *ODD) as error:
        log.info("%s has no rows in a viewer: %s", wanted.repo_id, error)
        return None


def _ask(
    wanted: Wanted, path: str, asked: Mapping[str, str | int], stop: Event
) -> tuple[dict[str, Any], str | None]:
    configure()
    headers = build_hf_headers(token=wanted.auth, user_agent="tokki")
    url = _viewer(wanted.endpoint or constants.ENDPOINT) + path
    with get_session().stream("GET", url, params=dict(asked), headers=headers) as response:
        hf_raise_for_status(response)
        meter = Meter(_MOST_BYTES, lambda _done, _of: None, stop)
        meter.begin(HubFile(path, _MOST_BYTES, None, None))
        content = b""
        for piece in response.iter_bytes():
            meter.add(len(piece))
            content += piece
        return json.loads(content), response.headers.get(_REVISION)


def _viewer(endpoint: str) -> str:
    """Return where a Hub has its viewer, as `datasets` finds it: a host before its own."""
    return endpoint.replace("https://", "https://datasets-server.")


def _features(listed: Sequence[Mapping[str, Any]]) -> Iterator[Feature]:
    for one in listed:
        kind = one["type"]
        if isinstance(kind, list):  # how lists were written once
            yield Feature(str(one["name"]), "List")
            continue
        names = kind.get("names") or (kind.get("feature") or {}).get("names") or ()
        said = kind.get("dtype") if kind.get("_type") == "Value" else kind.get("_type")
        yield Feature(str(one["name"]), str(said), tuple(map(str, names[:_MOST_NAMES])))
