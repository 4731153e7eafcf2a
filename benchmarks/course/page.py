"""Draws docs/course.md."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.course.afternoon import STEPS
from benchmarks.course.features import CHAPTERS
from benchmarks.course.results import Results
from benchmarks.course.rows import Chapter, Compared, Row

_HERE = Path(__file__).parent
_HEAD = (_HERE / "head.md").read_text("utf-8")
_WALK = (_HERE / "walk.ko.md").read_text("utf-8")
_COLUMNS = """| feature | command | 명령 | Tokki says | plain code says | equal |
| --- | --- | --- | --- | --- | --- |"""


_NOT_YET = Compared("not measured yet")
_SCREENS = (
    "아래 화면은 토끼가 보여 준 것에서 버튼 줄만 뺀 것이에요. 대화에서는 답 아래에 "
    "`[5] 코드 보기`처럼 나오고, 그 숫자 키를 누르면 돼요. 긴 답은 앞부분만 실었어요."
)
_NO_SCREENS = "아직은 명령과 설명만 있어요. 화면은 `python -m benchmarks.course --write`가 채워요."


def draw(results: Results) -> str:
    """Return the whole page; of what has not been measured it says so."""
    rows = [row for chapter in CHAPTERS for row in chapter.rows]
    found = [results.rows[row.feature.en] for row in rows if row.feature.en in results.rows]
    compared = [each.is_equal for each in found if each.is_equal is not None]
    head = _HEAD.format(
        day=results.day,
        version=results.version,
        machine=results.machine,
        count=len(rows),
        compared=len(compared),
        equal=sum(compared),
        missing=len(rows) - len(found),
    )
    walk = _WALK.format(screens=_SCREENS if results.steps else _NO_SCREENS)
    chapters = (_chapter(chapter, results.rows) for chapter in CHAPTERS)
    return "\n".join([head, *chapters, walk, *_steps(results.steps)])


def cell(text: str) -> str:
    """Write a text so that it stays in its cell."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")


def command_cell(line: str) -> str:
    """Write a command as it is typed."""
    return f"`{line.replace('|', chr(92) + '|')}`"


def _chapter(chapter: Chapter, found: Mapping[str, Compared]) -> str:
    lines = [_row(row, found.get(row.feature.en, _NOT_YET)) for row in chapter.rows]
    return "\n".join([f"## {chapter.english} · {chapter.korean}", _COLUMNS, *lines, ""])


def _row(row: Row, compared: Compared) -> str:
    cells = [_feature(row), *_commands(row), _said(compared.tokki), _said(compared.plain)]
    if compared.is_equal is None:
        equal = "–" if compared is _NOT_YET else "shown"
    else:
        equal = compared.how if compared.is_equal else "**no**"
    return f"| {' | '.join([*cells, equal])} |"


def _feature(row: Row) -> str:
    names = dict.fromkeys((row.feature.en, row.feature.ko))
    mark = " †" if row.plain else ""
    model = f"<br>*{cell(row.model)}*" if row.model else ""
    return "<br>".join(map(cell, names)) + mark + model


def _commands(row: Row) -> tuple[str, str]:
    return command_cell(row.command.en), command_cell(row.command.ko)


def _said(text: str) -> str:
    """Words of a model stay as they are, whatever they would be in Markdown."""
    for sign in "*_<[`":
        text = text.replace(sign, f"\\{sign}")
    return cell(text).replace("\\\\", "\\") or "–"


def _steps(seen: Mapping[str, str]) -> Iterator[str]:
    for number, step in enumerate(STEPS, start=1):
        lines = f"tokki> {step.command}\n{seen.get(step.command, '')}"
        yield f"### {number}. {step.what}\n```text\n{lines}\n```"
        yield f"{step.told}\n"
