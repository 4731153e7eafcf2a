"""`kill -9` at random moments, amid answers, votes, imports, trainings and promotions."""

import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import monotonic, sleep

from benchmarks.faults.fronts import Ask, Front, Push, Work, fronts
from benchmarks.figures.report import Figure, Report
from bot.data_folder import DATABASE_FILE
from handlers.texts import say
from handlers.types import Language
from storage.sqlite.inspection import faults_in, trained_folders
from tests.parity.doors.door import VisibleAnswer
from tests.parity.test_scenario import TAUGHT, teach

ASKED, PRESSED, ROWS = 4, 3, 2_000
"""In each round; rows of each file."""
_KINDS = 4
"""Of rounds: one puts a file in, one trains, the others promote."""
_JOBS = range(2)
_LATEST_S = 6.0
_SETTLES_S = 600.0
_BUSY = say(Language.ENGLISH, "error.job_running")
_JUDGED, _MOVED = "Right", "here from now on"
_LIVE = "SELECT number FROM live_versions WHERE name = 'sentiment'"


@dataclass
class Kept:
    """What people were told that it is done, and what became of it."""

    answers: list[str] = field(default_factory=list)
    """The texts that were answered."""
    votes: list[str] = field(default_factory=list)
    """The texts about which somebody was thanked."""
    files: list[int] = field(default_factory=list)
    """The files that were told to be on their way."""
    moves: int = 0
    """Promotions that were told to be done."""
    trainings: int = 0
    """That were begun."""
    lost: list[str] = field(default_factory=list)
    half: list[str] = field(default_factory=list)


def measure(report: Report, kills: int) -> None:
    """Kill each door a third of so many times, side by side, and add what was lost."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor() as pool:
        places = Path(folder)

        def of(number: int, name: str, door: AbstractContextManager[Front]) -> Kept:
            with door as front:
                path = places / name / DATABASE_FILE
                return killed(front, path, (kills + number) // 3, number)

        doors = fronts(places).items()
        every = [pool.submit(of, number, *each) for number, each in enumerate(doors)]
        for number, ((name, _), one) in enumerate(zip(doors, every, strict=True)):
            _tell(report, f"kill -9 {(kills + number) // 3} times, {name}", one.result())


def _tell(report: Report, title: str, kept: Kept) -> None:
    told = f"{len(kept.answers)} answers, {len(kept.votes)} votes, {len(kept.files)} files "
    told += f"and {kept.moves} promotions acknowledged, {kept.trainings} trainings begun"
    for what, found in (("acknowledged and lost", kept.lost), ("half done", kept.half)):
        ours = str(len(found))
        report.figures.append(Figure(f"{title}: {what}", ours, "–", "0", not found, told))
        report.absent.extend(found[:10])


def killed(front: Front, path: Path, times: int, number: int) -> Kept:
    """Kill so many times at moments that the number decides; look at what is left."""
    dice, kept = Random(number), Kept()
    proposals = _prepare(front, times)
    unjudged: list[tuple[str, VisibleAnswer]] = []
    for turn in range(times):
        texts = [f"round {turn} text {n} says hello" for n in range(ASKED)]
        pressed = [unjudged.pop(0) for _ in range(min(PRESSED, len(unjudged)))]
        works: list[Work] = [Ask("classify", {"text": text}) for text in texts]
        works += [Push(seen, _JUDGED) for _, seen in pressed]
        works.append(_long_work(turn, proposals))
        if turn % _KINDS in _JOBS:
            _settle(path)  # else it is refused, since one is under way
        answers = front.killed_amid(works, dice.uniform(0.02, _LATEST_S))
        asked = zip(texts, answers[:ASKED], strict=True)
        answered = [(text, seen) for text, seen in asked if seen and _can_be_judged(seen)]
        kept.answers += [text for text, _ in answered]
        unjudged += answered
        _note_presses(kept, [text for text, _ in pressed], answers[ASKED:-1])
        _note_long_work(kept, turn, answers[-1])
        print(f"  {turn + 1} of {times}", file=sys.stderr, flush=True)
    _settle(path)
    kept.lost, kept.half = [*_lost(path, kept)], [*_half(path, kept)]
    with closing(sqlite3.connect(path)) as file:
        begun = "SELECT count(*) FROM jobs WHERE kind = 'finetune'"
        (kept.trainings,) = file.execute(begun).fetchone()
    return kept


def _can_be_judged(seen: VisibleAnswer) -> bool:
    return any(control.label == _JUDGED for control in seen.controls)


def _prepare(front: Front, times: int) -> Sequence[VisibleAnswer]:
    """Make a version to move to and back from, and files that wait to be put in."""
    for text, label in TAUGHT:
        teach(front, text, label)
    front.begin("finetune", name="sentiment", recipe="head")
    front.finish("sentiment@1 is trained")
    return [_proposed(front, turn) for turn in range(0, times, _KINDS)]


def _proposed(front: Front, turn: int) -> VisibleAnswer:
    rows = "".join(f"file {turn} has the line {n}\n" for n in range(ROWS))
    return front.give("dataset import", f"file{turn}.txt", rows.encode())


def _long_work(turn: int, proposals: Sequence[VisibleAnswer]) -> Work:
    kind, place = turn % _KINDS, turn // _KINDS
    if kind == 0:
        return Push(proposals[place], "Put it in")
    if kind == 1:
        return Ask("finetune", {"name": "sentiment", "recipe": "head"})
    version = f"sentiment@{turn % 2}"
    return Ask("version promote", {"version": version, "reason": "it is tried"})


def _note_presses(
    kept: Kept, texts: Sequence[str], answers: Sequence[VisibleAnswer | None]
) -> None:
    kept.votes += [text for text, seen in zip(texts, answers, strict=True) if seen]


def _note_long_work(kept: Kept, turn: int, seen: VisibleAnswer | None) -> None:
    if seen is None:
        return
    if turn % _KINDS == 0 and _BUSY not in seen.text:
        kept.files.append(turn)
    kept.moves += _MOVED in seen.text


def _settle(path: Path) -> None:
    """Wait until nothing is under way any more."""
    ends_at = monotonic() + _SETTLES_S
    with closing(sqlite3.connect(path)) as file:
        while monotonic() < ends_at:
            (left,) = file.execute("SELECT count(*) FROM jobs WHERE ended_at IS NULL").fetchone()
            if not left:
                return
            sleep(1)


def _lost(path: Path, kept: Kept) -> Iterator[str]:
    with closing(sqlite3.connect(path)) as file:
        asked = {text for (text,) in file.execute("SELECT text FROM queries")}
        votes = "SELECT q.text FROM feedback f JOIN queries q ON q.id = f.query_id"
        voted = {text for (text,) in file.execute(votes)}
        (moves,) = file.execute("SELECT count(*) FROM live_moves").fetchone()
        whole = [turn for turn in kept.files if _rows_of(file, turn) == ROWS]
    yield from (f"answer: {text}" for text in kept.answers if text not in asked)
    yield from (f"vote: {text}" for text in kept.votes if text not in voted)
    yield from (f"file {turn}" for turn in kept.files if turn not in whole)
    if moves < kept.moves:
        yield f"{kept.moves - moves} promotions"


def _half(path: Path, kept: Kept) -> Iterator[str]:
    yield from faults_in(path)
    folders = trained_folders(path)
    yield from (f"no folder {one}" for one in folders if not (path.parent / one).is_dir())
    with closing(sqlite3.connect(path)) as file:
        asked = Counter(text for (text,) in file.execute("SELECT text FROM queries"))
        yield from (f"answered twice: {text}" for text in kept.answers if asked[text] > 1)
        (left,) = file.execute("SELECT count(*) FROM jobs WHERE ended_at IS NULL").fetchone()
        if left:
            yield f"{left} jobs never end"
        names = {name for (name,) in file.execute("SELECT name FROM imports")}
        turns = [int(name.removeprefix("file").removesuffix(".txt")) for name in names]
        found = {turn: _rows_of(file, turn) for turn in turns}
        yield from (f"file {n}: {rows} rows" for n, rows in found.items() if rows not in (0, ROWS))
        last = "SELECT number FROM live_moves ORDER BY id DESC LIMIT 1"
        if file.execute(last).fetchone() != file.execute(_LIVE).fetchone():
            yield "what is live is not what was decided last"


def _rows_of(file: sqlite3.Connection, turn: int) -> int:
    like = f"file {turn} has the line %"
    (rows,) = file.execute("SELECT count(*) FROM examples WHERE text LIKE ?", (like,)).fetchone()
    return int(rows)
