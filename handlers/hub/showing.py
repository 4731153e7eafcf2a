"""`/hub show`: what a model of the Hub is, before anything of it is kept here."""

from collections.abc import Iterator

from handlers.guard.hub_account import may_use_account
from handlers.hub.naming import in_this_place, model_of
from handlers.hub.verdict import in_words, megabytes
from handlers.people.times import moment
from handlers.services import Services
from handlers.texts import say, sentences
from handlers.types import Actor, Language, Place, Reply, Request, Table
from models.canonical import one_line
from models.errors import HubFailed
from models.hub.repository import SHORT_VERSION, ModelPage, RepoFile

_MOST_FILES = 20
_MOST_WORDS = 12


async def show(request: Request, services: Services) -> Reply:
    """Answer `/hub show repo`."""
    repo_id, revision = model_of(str(request.options["repo"]))
    language = request.actor.language
    page = await looked(services, repo_id, revision, request.place)
    lines = [one_line(page.heading)] if page.heading else []
    lines += renamed(repo_id, page, language)
    lines.append(in_words(page.refusal, page.task, language))
    columns = (say(language, "hub.what"), say(language, "hub.value"))
    return Reply(
        title=f"{one_line(page.repo_id)}@{page.revision[:SHORT_VERSION]}",
        text="\n".join(lines),
        table=Table(columns, tuple(_rows(page, request.actor))),
        code="\n".join(_files(page.files, language)),
    )


async def looked(services: Services, repo_id: str, revision: str | None, place: Place) -> ModelPage:
    """Return what a model has.

    Raises:
        UserError: it is not open to everybody, and this place reads no other.
        ModelError: the Hub could not say.
    """
    with_token = may_use_account(services, place)
    try:
        return await services.hub.look(repo_id, revision, with_token=with_token)
    except HubFailed as error:
        raise in_this_place(error, services, place) from error


def renamed(asked: str, page: ModelPage, language: Language) -> list[str]:
    """Say what a repository is called now, where it had another name."""
    if asked.lower() == page.repo_id.lower():
        return []
    return [say(language, "hub.renamed", old=one_line(asked), new=one_line(page.repo_id))]


def _rows(page: ModelPage, reader: Actor) -> Iterator[tuple[str, str]]:
    language = reader.language
    known = {
        "task": _task(page.task, language),
        "labels": _few(page.labels),
        "license": one_line(page.license or "–"),
        "languages": _languages(page.languages, language),
        "data": _few(page.data),
        "base": one_line(page.base or "–"),
        "figure": _figure(page, language),
        "parameters": "–" if page.parameters is None else f"{page.parameters:,}",
        "download": megabytes(page.download_bytes),
        "liked": f"{page.likes or 0:,} / {page.downloads or 0:,}",
        "changed_at": moment(page.changed_at, reader) if page.changed_at else "–",
        "revision": page.revision,
        "gated": say(language, "yes" if page.is_gated else "no"),
    }
    for key, value in known.items():
        yield say(language, f"hub.{key}"), value


def _task(task: str | None, language: Language) -> str:
    if task is None:
        return "–"
    return sentences(language).get(f"task.{task or 'none'}", one_line(task))


def _languages(codes: tuple[str, ...], language: Language) -> str:
    names = (sentences(language).get(f"language.{code}", one_line(code)) for code in codes)
    return ", ".join(names) or "–"


def _few(words: tuple[str, ...]) -> str:
    shown = ", ".join(map(one_line, words[:_MOST_WORDS])) or "–"
    return f"{shown} … ({len(words):,})" if len(words) > _MOST_WORDS else shown


def _figure(page: ModelPage, language: Language) -> str:
    if page.figure is None:
        return "–"
    said = say(language, f"models.{page.figure.measure}", share=f"{page.figure.share:.1%}")
    return f"{said} ({one_line(page.figure.test)})" if page.figure.test else said


def _files(files: tuple[RepoFile, ...], language: Language) -> Iterator[str]:
    shown = sorted(files, key=lambda one: -one.size)[:_MOST_FILES]
    for file in shown:
        yield f"{megabytes(file.size):>14}  {one_line(file.name)}"
    if len(files) > len(shown):
        yield say(language, "hub.more_files", n=f"{len(files) - len(shown):,}")
