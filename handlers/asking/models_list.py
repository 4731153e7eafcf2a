"""`/models`: every model that can be asked here, with what it is for and how it stands."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handlers.analysing import similar
from handlers.asking import entities, fill_mask
from handlers.asking.checkpoints import provided_among
from handlers.asking.classifying import classify
from handlers.services import Services
from handlers.table import Bilingual, Command
from handlers.texts import say, sentences
from handlers.training.job import KIND
from handlers.types import Language, Reply, Request, Table, Visibility
from models.errors import ModelError
from models.reports import Figure, Overview
from models.results import Checkpoint, Origin
from storage.records import HubModel, JobState, LiveVersion, Version

_COLUMNS = ("name", "purpose", "labels", "languages", "measured", "state")
_DEFAULTS = (
    (classify.CLASSIFY, classify.DEFAULT_MODEL),
    (fill_mask.FILL_MASK, fill_mask.DEFAULT_MODEL),
    (entities.ENTITIES, entities.DEFAULT_MODEL),
    (similar.SIMILAR, similar.DEFAULT_MODEL),
)
_SHOWN_LABELS = 7
_NOTHING = "–"


async def models_list(request: Request, services: Services) -> Reply:
    """Answer `/models`."""
    language, community = request.actor.language, request.place.community
    known = _Known(
        services,
        await services.storage.hub_models.all(community),
        await services.storage.versions.all(community),
        await services.storage.live_versions.all(community),
    )
    listing = _Listing(known, language)
    rows = await asyncio.gather(
        *(listing.row(name) for name in known.provided_names),
        *(listing.trained_row(version) for version in known.versions),
    )
    training = [
        (str(job.params["name"]), *[_NOTHING] * 4, say(language, "models.training"))
        for job in await services.storage.jobs.unended(community, KIND)
        if job.state is JobState.RUNNING
    ]
    return Reply(
        title=say(language, "models.title"),
        text=say(language, "models.hint"),
        table=Table(
            tuple(say(language, f"models.{column}") for column in _COLUMNS), (*rows, *training)
        ),
    )


MODELS = Command(
    name=Bilingual("models", "모델목록"),
    description=Bilingual("Which models can be asked", "쓸 수 있는 모델을 보여 줘요"),
    handler=models_list,
    visibility=Visibility.PRIVATE,
    is_quick=True,
    example=Bilingual("/models", "/모델목록"),
)


@dataclass(frozen=True, slots=True)
class _Known:
    """What there is here, asked for once for all rows."""

    services: Services
    added: Sequence[HubModel]
    versions: Sequence[Version]
    live: Mapping[str, LiveVersion]

    @property
    def provided_names(self) -> Sequence[str]:
        return [*self.services.models.names(), *(one.name for one in self.added)]

    def provided(self, name: str) -> Checkpoint:
        """Return what the operator allows by a name, or was added; raises `ModelError`."""
        return provided_among(self.services, self.added, name)

    def meant(self, name: str) -> str | None:
        """Return the full name of what a bare name means here, as `checkpoints.find` tells it."""
        live = self.live.get(name)
        of_us = f"{name}@{live.number}" if live else None
        ours = of_us if any(one.full_name == of_us for one in self.versions) else None
        if ours and live and live.decided_by:
            return ours
        try:
            return self.provided(name).full_name
        except ModelError:
            return ours

    def marks(self, language: Language) -> Mapping[str, Sequence[str]]:
        """Return what is to be said of some: who asks them by default, and what is live."""
        marks: dict[str | None, list[str]] = {}
        for command, name in _DEFAULTS:
            said = say(language, "models.default", command=f"/{command.name.to(language)}")
            marks.setdefault(self.meant(name), []).append(said)
        for name in self.live:
            marks.setdefault(self.meant(name), []).append(say(language, "models.live"))
        return {name: said for name, said in marks.items() if name is not None}


class _Listing:
    """Makes the rows of one list."""

    def __init__(self, known: _Known, language: Language) -> None:
        self._known = known
        self._services = known.services
        self._language = language
        self._marks = known.marks(language)

    async def row(self, name: str) -> tuple[str, ...]:
        """Return the row of what the operator allows by a name, or the community has added."""
        try:
            # The bare name may mean a version of the community's, which has its own row.
            checkpoint = self._known.provided(name)
            overview = await self._services.models.overview(checkpoint)
        except ModelError:
            return self._broken(name)
        return self._cells(checkpoint, overview, overview.figure if overview else None)

    async def trained_row(self, version: Version) -> tuple[str, ...]:
        """Return the row of what the community trained, with how it did on held-out labels."""
        models = self._services.models
        checkpoint = models.trained(version.name, version.number, version.folder)
        try:
            overview = await models.overview(checkpoint)
        except ModelError:
            return self._broken(version.full_name)
        return self._cells(checkpoint, overview, self._held_out(version), version.base)

    def _broken(self, name: str) -> tuple[str, ...]:
        return (name, *[_NOTHING] * 4, self._say("broken"))

    def _cells(
        self,
        checkpoint: Checkpoint,
        overview: Overview | None,
        figure: Figure | None,
        base: str | None = None,
    ) -> tuple[str, ...]:
        known = overview or Overview(None)
        state = self._state(checkpoint, is_here=overview is not None)
        return (
            checkpoint.full_name,
            self._purpose(checkpoint, known, base),
            self._labels(known),
            ", ".join(map(self._language_name, known.languages)) or _NOTHING,
            self._measured(figure),
            ", ".join([state, *self._marks.get(checkpoint.full_name, ())]),
        )

    def _purpose(self, checkpoint: Checkpoint, overview: Overview, base: str | None) -> str:
        """Say in a line what it is for: in our words, its author's, or by its task."""
        known = sentences(self._language)
        about = known.get(f"about.{checkpoint.name}")
        if about and checkpoint.origin is Origin.BUNDLED:
            return about
        task = _NOTHING if overview.task is None else self._task(overview.task)
        if base:
            return self._say("trained_from", task=task, base=base)
        return f"{overview.heading} ({task})" if overview.heading else task

    def _task(self, task: str) -> str:
        return sentences(self._language).get(f"task.{task or 'none'}", task)

    def _labels(self, overview: Overview) -> str:
        labels = overview.labels
        if len(labels) <= _SHOWN_LABELS:
            return ", ".join(labels) or _NOTHING
        first = ", ".join(labels[:_SHOWN_LABELS])
        return self._say("more_labels", labels=first, count=len(labels))

    def _language_name(self, code: str) -> str:
        return sentences(self._language).get(f"language.{code}", code)

    def _measured(self, figure: Figure | None) -> str:
        if figure is None:
            return _NOTHING
        said = self._say(figure.measure, share=f"{figure.share:.1%}")
        return f"{said} ({figure.test})"

    def _held_out(self, version: Version) -> Figure | None:
        match version.metrics:
            case {"new": {"accuracy": float(share)}}:
                return Figure("accuracy", share, self._say("held_out"))
        return None

    def _state(self, checkpoint: Checkpoint, *, is_here: bool) -> str:
        state = self._services.models.state(checkpoint)
        if state.is_loaded:
            return self._say("loaded")
        if state.is_loading:
            return self._say("being_loaded")
        return self._say("on_disk" if is_here else "to_download")

    def _say(self, key: str, **facts: object) -> str:
        return say(self._language, f"models.{key}", **facts)
