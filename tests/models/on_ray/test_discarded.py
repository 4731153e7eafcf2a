"""What a training leaves in the store of which nothing comes."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from models.finetune.plan import Example, Said, Scores, TrainingOutcome, TrainingPlan
from models.on_ray.deployment import Deployment
from models.on_ray.elsewhere import on_ray
from models.on_ray.store import Store, digest_of
from models.on_ray.trainer import RayTrainer
from models.on_ray.training_files import TrainingFiles, key_of
from models.on_ray.versions import Versions

ROWS = (Example("good", 0), Example("bad", 1))
OUTCOME = TrainingOutcome(
    Path("mood"), Scores(1.0, 1.0, {}), None, Said((0,), (0.9,), 1.0), None, 0.1, 9.0
)


@pytest.fixture
async def trainer(tmp_path: Path) -> AsyncIterator[RayTrainer]:
    deployment = Deployment(store_url=(tmp_path / "store").as_uri())
    ray = on_ray("http://127.0.0.1:1", None, deployment, tmp_path / "data")
    assert ray.trainer
    yield ray.trainer
    await ray.lanes.close()


@pytest.fixture
def plan(tmp_path: Path) -> TrainingPlan:
    base = folder_of(tmp_path / "base", "what it begins from")
    output = tmp_path / "data" / "versions" / "mood-2"
    return TrainingPlan(base, "base@1", None, "mood", ("good", "bad"), ROWS, ROWS, 1, 3, output)


@pytest.fixture
def ended(store: Store, plan: TrainingPlan) -> TrainingFiles:
    """A training of which the cluster has said that it is done."""
    files = TrainingFiles(store, key_of(plan))
    files.send(plan)
    files.end(OUTCOME, folder_of(plan.output, "what it has learned"))
    return files


def folder_of(path: Path, content: str) -> Path:
    path.mkdir(parents=True)
    (path / "model.safetensors").write_text(content)
    return path


def folders_in(store: Store) -> set[str]:
    return {name.split("/")[1] for name in store.names("folders")}


@pytest.mark.usefixtures("ended")
@pytest.mark.parametrize("is_here", [False, True])
async def test_its_checkpoint_goes(store, trainer, plan, tmp_path, is_here):
    if is_here:
        Versions(store, tmp_path / "data").keep(plan.output)
    await trainer.clear(plan, is_kept=False)
    assert folders_in(store) == {digest_of(plan.base)}
    assert store.names("versions") == store.names("trainings") == []


@pytest.mark.usefixtures("ended")
async def test_it_stays_if_a_version_has_the_same_files(store, trainer, plan, tmp_path):
    equal = folder_of(plan.output.with_name("mood-1"), "what it has learned")
    Versions(store, tmp_path / "data").keep(equal)
    await trainer.clear(plan, is_kept=False)
    came = tmp_path / "elsewhere" / "versions" / "mood-1"
    Versions(store, tmp_path / "elsewhere").bring(came)
    assert digest_of(came) == digest_of(equal)
    assert store.names("trainings") == []


async def test_it_stays_if_it_is_kept(store, trainer, plan, ended, tmp_path):
    digest = ended.checkpoint()
    Versions(store, tmp_path / "data").keep(plan.output)
    await trainer.clear(plan, is_kept=True)
    store.get(digest, tmp_path / "came")
    assert store.names("trainings") == []


@pytest.mark.usefixtures("ended")
async def test_its_texts_go_though_its_end_cannot_be_read(store, trainer, plan, tmp_path):
    end = tmp_path / "store" / "trainings" / key_of(plan) / "outcome.json"
    end.write_bytes(b"torn")
    await trainer.clear(plan, is_kept=False)
    assert store.names("trainings") == []
