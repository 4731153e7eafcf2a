"""The script of a training and the code of a dataset run as they were shown."""

import io
import re
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
import transformers

from storage.records import JobState, NewJob
from tests.handlers.coding.pasted import run_pasted
from tests.handlers.coding.test_code import BUNDLED
from tests.handlers.conftest import Bot, running
from tests.handlers.exporting.test_folder import run

pytest.importorskip("datasets", reason="datasets is not installed here")

_RANDOM = Random(5)


def _unlike(begin: str) -> list[str]:
    """Texts that do not say nearly the same, so that some are on each side."""
    words = iter("".join(_RANDOM.choices("abcdefghijkl", k=7)) for _ in range(48))
    return [
        f"{begin} so {begin} {' '.join(some)}" for some in zip(words, words, words, strict=True)
    ]


GOOD, BAD = _unlike("good"), _unlike("bad")
ACCURACY = re.compile(r"accuracy (\d\.\d{4})")


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    async with running(tmp_path, BUNDLED) as bot:
        yield bot


async def collected(bot: Bot, folder: Path, name: str, kind: str) -> int:
    """Make a dataset with two labels, unpack its export, and return its number."""
    await run(bot, "create", name=name, labels="good, bad", kind=kind)
    for texts, label in ((GOOD, "good"), (BAD, "bad")):
        for text in texts:
            await run(bot, "add", text=text, label=label, dataset=name)
    exported = await run(bot, "export", format="folder", dataset=name)
    zipfile.ZipFile(io.BytesIO(exported.files[0].content)).extractall(folder)
    (button,) = exported.controls
    assert button.id.startswith("code:dataset:")
    return int(button.id.rpartition(":")[2])


async def trained(bot: Bot, dataset: int, recipe: str, **tuning: float) -> int:
    """Leave a training behind as one that is done, and return its number."""
    params = {"name": recipe, "base": "fillmask@0", "recipe": recipe, "epochs": 3, "seed": 7}
    params |= {"tuning": tuning, "train": 24, "dataset": dataset}
    jobs = bot.services.storage.jobs
    job = await jobs.start(NewJob(bot.place.community, "admin", "finetune", params), "me")
    metrics = {"version": 1, "base": "fillmask@0", "recipe": recipe}
    await jobs.end(job.id, "me", JobState.DONE, metrics)
    return job.id


async def shown(bot: Bot, control: str) -> str:
    reply = await bot.press(control)
    assert reply.error is None, reply.error
    return reply.code or reply.files[0].content.decode()


@pytest.mark.usefixtures("salted")
async def test_every_script_learns_what_it_was_shown_under(bot, tmp_path, tmp_path_factory):
    folder = tmp_path_factory.mktemp("paste")
    one = await collected(bot, folder, "feed back", "single")
    several = await collected(bot, folder, "moods", "multi")
    codes = {"load": await shown(bot, f"code:dataset:{one}")}
    codes["load_several"] = await shown(bot.korean(), f"code:dataset:{several}")
    for name, dataset, recipe in (
        ("loop", one, "loop"),
        ("trainer", one, "trainer"),
        ("head", one, "head"),
        ("loop_of_several", several, "full"),
        ("trainer_of_several", several, "trainer"),
    ):
        number = await trained(bot, dataset, recipe, weight_decay=0.02)
        codes[name] = await shown(bot, f"code:job:{number}")
    korean = await shown(bot.korean(), f"code:job:{number}")
    assert "set_seed(7)" in codes["loop"] and "lr=0.00045, weight_decay=0.02" in codes["loop"]
    assert "다섯 줄" not in codes["loop"] and "평가용 글" in korean
    assert (await bot.press("code:job:99")).error.code == "unknown_job"
    assert (await bot.press("code:dataset:99")).error.code == "no_such_dataset"
    environment = {"HF_HOME": str(tmp_path / "cache"), "HF_HUB_OFFLINE": "1"}
    said = run_pasted(codes, folder, **environment)
    assert "good " in said["load"] and "{0: 'good', 1: 'bad'}" in said["load"]
    assert "[0]" in said["load_several"]
    for name in ("loop", "trainer", "head", "loop_of_several", "trainer_of_several"):
        assert float(ACCURACY.findall(said[name])[-1]) >= 0.7, said[name]
    for made in ("my-loop", "my-trainer", "my-full"):
        model = transformers.AutoModelForSequenceClassification.from_pretrained(folder / made)
        assert model.config.id2label == {0: "good", 1: "bad"}
