"""What a file would bring, before anything is kept: counts, its first texts, what is to choose."""

import asyncio
from collections.abc import Collection, Iterator, Mapping, Sequence

from handlers.importing.reading import ReadFile
from handlers.learning.importing.columns import Undecided
from handlers.learning.importing.left_out import LeftOutFile
from handlers.learning.importing.preview import Preview
from handlers.learning.importing.sorting import Item, LeftOut
from handlers.learning.near_duplicates import sure_keys
from handlers.services import Services
from handlers.texts import say
from handlers.types import Button, Control, File, Language, Reply, Select, Table
from models.canonical import folded, one_line
from storage.records import Import

_MOST_UNKNOWN = 10
_MOST_OPTIONS = 100
_LONGEST_OPTION = 70
_DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}


def ask_columns(one: Import, asked: Undecided, language: Language) -> Reply:
    """Let somebody choose the column that cannot be told."""
    controls: list[Control] = []
    if len(asked.text) > 1:
        controls.append(_select(one, "text", asked.text, language))
    else:
        controls.append(_select(one, "label", asked.label, language))
        controls.append(Button(f"import:{one.id}:unlabelled", say(language, "importing.no_label")))
    return Reply(
        title=say(language, "importing.ask_columns", file=one_line(one.name)),
        text=say(language, "importing.nothing_yet"),
        controls=tuple(controls),
    )


async def preview(services: Services, one: Import, file: ReadFile, language: Language) -> Reply:
    """Show what a file would bring to its dataset."""
    found, left_out = Preview(), _left_out_file(language)
    community = one.dataset.community
    async for piece in file.pieces():
        items = [row for row in piece if isinstance(row, Item)]
        identities = [item.identity for item in items]
        here = await services.storage.imports.present(community, one.dataset.id, identities)
        found.add(piece, here, await _like(services, one, items))
        left_out.add(row for row in piece if isinstance(row, LeftOut))
    unknown = file.first.unknown
    lines = [*_counts(found, language), *_found(one, file, language)]
    lines += _unknown(unknown, language)
    if left_out.missing:
        lines.append(say(language, "importing.left_out_cut", n=f"{left_out.missing:,}"))
    if found.labels:
        lines.append(_count_as(one, language))
    return Reply(
        title=say(language, "importing.title", file=one_line(one.name), name=one.dataset.name),
        text="\n".join(lines),
        table=_first(one, found, language),
        files=left_out_files(left_out, language),
        controls=tuple(_controls(one, found, unknown, language)),
    )


def _count_as(one: Import, language: Language) -> str:
    """Say what the labels count as: votes of one member alone make no text gold as a rule."""
    if one.choices.get("gold"):
        return say(language, "importing.gold")
    needed = one.dataset.votes_needed
    return say(language, "importing.votes" if needed > 1 else "importing.one_vote", needed=needed)


async def _like(services: Services, one: Import, items: Sequence[Item]) -> Collection[bytes]:
    """Return the identities of texts that the dataset surely has nearly the same of."""
    keys = await asyncio.to_thread(lambda: [sure_keys(folded(item.text)) for item in items])
    wanted = {key for each in keys for key in each}
    whose = (one.dataset.community, one.dataset.id)
    known = await services.storage.imports.known_keys(*whose, wanted)
    return {
        item.identity for item, each in zip(items, keys, strict=True) if not known.isdisjoint(each)
    }


def column_option(name: str) -> str:
    """Return the name of a column as it can be chosen on every platform."""
    return one_line(name)[:_LONGEST_OPTION]


def left_out_files(left_out: LeftOutFile, language: Language) -> tuple[File, ...]:
    """Return the file of the rows that were left out, if there are any."""
    name = say(language, "importing.left_out_name")
    return (File(f"{name}.csv", left_out.content),) if left_out.rows else ()


def _left_out_file(language: Language) -> LeftOutFile:
    columns = ("column_line", "column_reason", "column_text", "column_label")
    line, reason, text, label = (say(language, f"importing.{name}") for name in columns)
    return LeftOutFile(
        (line, reason, text, label), lambda why: say(language, f"importing.reason.{why}")
    )


def _counts(found: Preview, language: Language) -> Iterator[str]:
    yield say(language, "importing.rows", rows=f"{found.rows:,}", new=f"{found.new:,}")
    if found.here:
        key = "importing.here" if found.labels else "importing.here_already"
        yield say(language, key, n=f"{found.here:,}")
    if found.like:
        yield say(language, "importing.like", n=f"{found.like:,}")
    if found.near:
        yield say(language, "importing.near", n=f"{found.near:,}")
    if found.unlabelled:
        yield say(language, "importing.unlabelled", n=f"{found.unlabelled:,}")
    for reason, count in found.left_out.most_common():
        why = say(language, f"importing.reason.{reason}")
        yield say(language, "importing.left_out", n=f"{count:,}", why=why)


def _found(one: Import, file: ReadFile, language: Language) -> Iterator[str]:
    """How the file was read, so that a wrong guess is seen."""
    names = file.table.columns
    text = one_line(names[file.columns.text])
    if file.columns.label is None:
        yield say(language, "importing.column_is", text=text)
    else:
        label = one_line(names[file.columns.label])
        yield say(language, "importing.columns_are", text=text, label=label)
    found = file.table.found
    if "delimiter" in found:
        key = "importing.quoted" if found["quote"] else "importing.unquoted"
        delimiter = say(language, f"importing.delimiter_{_DELIMITERS[found['delimiter']]}")
        encoding = found["encoding"].upper()
        yield say(language, key, encoding=encoding, delimiter=delimiter, quote=found["quote"])
    elif "encoding" in found:
        yield say(language, "importing.encoding", encoding=found["encoding"].upper())
    elif "sheet" in found:
        yield say(language, "importing.sheet", sheet=one_line(found["sheet"]))
    if licence := one.choices.get("license"):
        yield say(language, "importing.license", license=one_line(licence))


def _unknown(unknown: Mapping[str, int], language: Language) -> Iterator[str]:
    if unknown:
        shown = [f"{one_line(name)} {count:,}" for name, count in unknown.items()][:_MOST_UNKNOWN]
        more = ["…"] if len(unknown) > _MOST_UNKNOWN else []
        yield say(language, "importing.unknown", labels=", ".join(shown + more))


def _first(one: Import, found: Preview, language: Language) -> Table | None:
    names = {label.key: label.name for label in one.dataset.all_labels}
    rows = tuple(
        (one_line(item.text), ", ".join(names[key] for key in item.labels or ()) or "–")
        for item in found.first
    )
    columns = (say(language, "importing.column_text"), say(language, "importing.column_label"))
    return Table(columns, rows) if rows else None


def _controls(
    one: Import, found: Preview, unknown: Mapping[str, int], language: Language
) -> Iterator[Control]:
    if found.new or found.labels:
        yield Button(f"import:{one.id}:put", say(language, "importing.put"), "good")
    if found.labels:
        other = "votes" if one.choices.get("gold") else "gold"
        yield Button(f"import:{one.id}:{other}", say(language, f"importing.as_{other}"))
    if unknown:
        yield Button(f"import:{one.id}:create", say(language, "importing.create"))
        labels = tuple(label.name for label in one.dataset.active)[:_MOST_OPTIONS]
        name = one_line(next(iter(unknown)))
        question = say(language, "importing.same_as", label=name)
        yield Select(f"import:{one.id}:map", question, labels)


def _select(one: Import, which: str, names: tuple[str, ...], language: Language) -> Select:
    question = say(language, f"importing.which_{which}")
    options = tuple(dict.fromkeys(map(column_option, names)))[:_MOST_OPTIONS]
    return Select(f"import:{one.id}:{which}", question, options)
