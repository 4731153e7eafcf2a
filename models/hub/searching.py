"""Look for models and data sets on the Hub. Everything here blocks."""

import re
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import cast

from huggingface_hub import HfApi
from huggingface_hub.hf_api import (
    DatasetInfo,
    DatasetSort_T,
    ExpandDatasetProperty_T,
    ExpandModelProperty_T,
    ModelInfo,
    ModelSort_T,
)

from models.hub.client import FetchError, configure
from models.hub.download import FAILURES
from models.hub.fitness import Terms, refusal_of, stored_bytes
from models.hub.listing import NOBODY, ODD, Wanted
from models.hub.reasons import failed
from models.hub.repository import MODEL, MOST_PAGES, Hit, Hits, Search
from models.reasons import Reason

PAGE = 10
_OF_MODELS: tuple[ExpandModelProperty_T, ...] = (
    *("likes", "downloads", "tags", "pipeline_tag", "gated", "siblings", "safetensors"),
    *("config", "usedStorage"),
)
_OF_DATA: tuple[ExpandDatasetProperty_T, ...] = ("likes", "downloads", "tags", "usedStorage")
_REPO = re.compile(r"[\w.-]{1,96}(/[\w.-]{1,96})?", re.ASCII)


def search(wanted: Wanted, what: Search, terms: Terms) -> Hits:
    """Return one page of what the Hub finds.

    Raises:
        HubFailed: it could not say.
    """
    configure()
    api = HfApi(endpoint=wanted.endpoint, token=wanted.auth, headers=NOBODY)
    most = what.page * PAGE + 1  # one more than are shown tells whether there is another page
    try:
        found = list(islice(_found(api, what, most), most))
        page = found[(what.page - 1) * PAGE : what.page * PAGE]
        hits = tuple(_hit(one, terms) for one in page if _has_a_name(one))
    except ODD as error:
        raise failed(wanted, FetchError(Reason.ODD_ANSWER, repr(error))) from error
    except FAILURES as error:
        raise failed(wanted, error) from error
    return Hits(hits, len(found) < most or what.page >= MOST_PAGES)


def tagged(tags: Sequence[str] | None, kind: str) -> tuple[str, ...]:
    """Return what the Hub's tags say of one thing, such as `license`."""
    start = f"{kind}:"
    return tuple(
        one.removeprefix(start)
        for one in tags or ()
        if isinstance(one, str) and one.startswith(start)
    )


def whole(value: object) -> int | None:
    """Return a number that is one."""
    return value if type(value) is int and value >= 0 else None


def _found(api: HfApi, what: Search, most: int) -> Iterable[ModelInfo | DatasetInfo]:
    if what.kind == MODEL:
        return api.list_models(
            search=what.text or None,
            pipeline_tag=what.task,
            filter=what.language,
            sort=cast("ModelSort_T", what.sort),
            limit=most,
            expand=list(_OF_MODELS),
        )
    return api.list_datasets(
        search=what.text or None,
        task_categories=what.task,
        language=what.language,
        sort=cast("DatasetSort_T", what.sort),
        limit=most,
        expand=list(_OF_DATA),
    )


def _has_a_name(info: ModelInfo | DatasetInfo) -> bool:
    """Whether it could be asked for."""
    return isinstance(info.id, str) and _REPO.fullmatch(info.id) is not None


def _hit(info: ModelInfo | DatasetInfo, terms: Terms) -> Hit:
    likes, downloads = whole(info.likes), whole(info.downloads)
    license_named = next(iter(tagged(info.tags, "license")), None)
    if isinstance(info, DatasetInfo):
        size = whole(info.used_storage)
        task = next(iter(tagged(info.tags, "task_categories")), None)
        return Hit(info.id, likes, downloads, size, license_named, task)
    task = info.pipeline_tag if isinstance(info.pipeline_tag, str) else None
    size, refusal = stored_bytes(info), refusal_of(info, terms)
    return Hit(info.id, likes, downloads, size, license_named, task, refusal)
