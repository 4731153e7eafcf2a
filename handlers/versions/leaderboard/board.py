"""A leaderboard: the models of a dataset by what they are worth on its test side.

`board:<dataset>:` carries which one it is; the value of its select is what to sort by.
"""

import re
from collections.abc import Iterator, Sequence

from handlers.collecting.finding import dataset_of
from handlers.services import Services
from handlers.table import ControlFamily
from handlers.texts import say
from handlers.training.charts.confusion import needs_numbers, numbered
from handlers.types import Actor, Control, Language, Press, Reply, Role, Select, Table, UserError
from handlers.versions.leaderboard.chart import NAMES, board_chart, charted
from handlers.versions.leaderboard.columns import COLUMNS, sorted_by
from handlers.versions.leaderboard.entrants import Entrant, entrants
from handlers.versions.leaderboard.measuring import measure_button, missing_of
from handlers.versions.leaderboard.sealed_side import SealedSide, sealed_side
from storage.records import Dataset

_ID = re.compile(r"board:(?P<dataset>\d{1,15}):", re.ASCII)
_MOST = 20


_ALWAYS = ("accuracy", "f1", "ece")


async def board(
    services: Services,
    dataset: Dataset,
    actor: Actor,
    by: str = "accuracy",
    *,
    is_whole: bool = False,
) -> Reply | None:
    """Return the leaderboard of a dataset; None where there is nothing to measure on.

    Args:
        services: those of the bot.
        dataset: whose test side they are compared on.
        actor: who looks.
        by: the key of what they are sorted by.
        is_whole: there is room for every model and figure, as on a page.
    """
    side = await sealed_side(services, dataset)
    if side is None:
        return None
    language = actor.language
    ranked = sorted(await entrants(services, side), key=COLUMNS[by].rank, reverse=True)
    shown = ranked if is_whole else ranked[:_MOST]
    keys = tuple(COLUMNS) if is_whole else _on_a_phone(by)
    picture = await board_chart(shown, language)
    read = await services.storage.versions.readings(dataset.community, dataset.id)
    return Reply(
        title=say(language, "board.title", name=dataset.name),
        text="\n".join(_said(side, shown, len(ranked), read, picture is not None, language)),
        table=_table(shown, keys, language),
        files=(picture,) if picture else (),
        controls=tuple(_controls(side, ranked, actor)),
    )


async def press_board(press: Press, services: Services) -> Reply:
    """Show a leaderboard, sorted by what somebody chose.

    Raises:
        UserError: the id or the value is not ours, or there is nothing to measure on.
    """
    found = _ID.fullmatch(press.control)
    if not found:
        raise UserError("unknown_control", control=press.control)
    dataset = await dataset_of(services, press.place.community, int(found["dataset"]))
    by = "accuracy" if press.value is None else sorted_by(press.value)
    if by is None:
        raise UserError("unknown_control", control=press.control)
    is_whole = press.place.has_pages
    reply = await board(services, dataset, press.actor, by, is_whole=is_whole)
    if reply is None:
        raise UserError("nothing_to_measure", name=dataset.name)
    return reply


BOARD = ControlFamily("board", press_board, takes_value=True, is_in_place=True)


def _said(
    side: SealedSide,
    shown: Sequence[Entrant],
    count: int,
    read: int,
    has_picture: bool,
    language: Language,
) -> Iterator[str]:
    yield say(language, "board.on", n=len(side.examples), name=side.dataset.name)
    if unmeasured := side.unmeasured:
        yield say(language, "finetune.unmeasured", labels=", ".join(unmeasured))
    yield say(language, "board.read", n=read)
    if any(one.figures and not one.is_current for one in shown):
        yield say(language, "board.earlier")
    if count > len(shown):
        yield say(language, "board.first", n=len(shown), of=count)
    names = [one.name for one in charted(shown)]
    if has_picture and needs_numbers(names, *NAMES):
        yield say(language, "confusion.numbers", labels=numbered(names))


def _on_a_phone(by: str) -> Sequence[str]:
    """Four figures fit: the last is what they are sorted by, or else their time."""
    return (*_ALWAYS, by if by not in _ALWAYS else "ms")


def _table(shown: Sequence[Entrant], keys: Sequence[str], language: Language) -> Table:
    columns = [say(language, "board.model"), *(COLUMNS[key].heading.to(language) for key in keys)]
    rows = [(_name(one), *(COLUMNS[key].cell(one) for key in keys)) for one in shown]
    return Table(tuple(columns), tuple(rows))


def _name(one: Entrant) -> str:
    live = "▶ " if one.is_live else ""
    return f"{live}{one.name}{'*' if one.figures and not one.is_current else ''}"


def _controls(side: SealedSide, found: Sequence[Entrant], actor: Actor) -> Iterator[Control]:
    language = actor.language
    names = tuple(one.name.to(language) for one in COLUMNS.values())
    yield Select(f"board:{side.dataset.id}:", say(language, "board.sort"), names)
    missing = missing_of(found)
    if missing and actor.role >= Role.ADMIN:
        yield measure_button(side, missing, language)
