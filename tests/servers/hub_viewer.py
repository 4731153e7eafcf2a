"""The Hub's dataset viewer: splits, and rows with their features, of one commit.

Source: https://huggingface.co/docs/dataset-viewer/rows
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aiohttp import web

from tests.servers.hub_repo import Repo

TEXT: Mapping[str, object] = {"dtype": "string", "_type": "Value"}
_LONGEST_PAGE = 100


def class_label(*names: str) -> Mapping[str, object]:
    """Return what a column of labels is."""
    return {"names": list(names), "_type": "ClassLabel"}


@dataclass(frozen=True)
class _Shown:
    revision: str
    features: Mapping[str, Mapping[str, object]]
    rows: Sequence[Mapping[str, object]]


class Viewer:
    """Shows what it was given of some data sets."""

    def __init__(self, datasets: Mapping[str, Repo]) -> None:
        self._datasets = datasets
        self._shown: dict[tuple[str, str, str], _Shown] = {}

    def show(
        self,
        repo: Repo,
        features: Mapping[str, Mapping[str, object]],
        rows: Sequence[Mapping[str, object]],
        place: tuple[str, str] = ("default", "train"),
    ) -> None:
        """Have it show the rows of a configuration and split, as they are at a commit."""
        self._shown[repo.repo_id, *place] = _Shown(repo.revision, features, rows)

    def routes(self) -> list[web.RouteDef]:
        """Return what it answers."""
        return [web.get("/splits", self._splits), web.get("/rows", self._rows)]

    async def _splits(self, request: web.Request) -> web.StreamResponse:
        name = request.query["dataset"]
        places = [place for repo, *place in self._shown if repo == name]
        if not places or self._datasets[name].is_private:
            return web.json_response({"error": "The dataset does not exist."}, status=404)
        listed = [{"dataset": name, "config": one[0], "split": one[1]} for one in places]
        return web.json_response({"splits": listed, "pending": [], "failed": []})

    async def _rows(self, request: web.Request) -> web.StreamResponse:
        asked = request.query
        shown = self._shown.get((asked["dataset"], asked["config"], asked["split"]))
        if shown is None:
            return web.json_response({"error": "Not found."}, status=404)
        first, count = int(asked.get("offset", 0)), int(asked.get("length", _LONGEST_PAGE))
        if count > _LONGEST_PAGE:
            return web.json_response({"error": "length is too large"}, status=422)
        some = shown.rows[first : first + count]
        features = [
            {"feature_idx": place, "name": name, "type": kind}
            for place, (name, kind) in enumerate(shown.features.items())
        ]
        rows = [
            {"row_idx": first + place, "row": row, "truncated_cells": []}
            for place, row in enumerate(some)
        ]
        total = len(shown.rows)
        found = {"features": features, "rows": rows, "num_rows_total": total, "partial": False}
        return web.json_response(found, headers={"X-Revision": shown.revision})
