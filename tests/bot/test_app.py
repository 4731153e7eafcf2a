"""What the settings make of the engine, and that nothing waits for a model to be loaded."""

from functools import partial

import psutil
import pytest
from pydantic import ValidationError

from bot.app import running
from bot.settings import Settings
from models.tasks.classification import TextToClassify
from models.units import MB
from tests.waiting import turns, until


async def test_what_is_pinned_is_loaded_beside_what_else_happens(tmp_path, caplog):
    names = ("sentiment", "fillmask", "ours@2")
    settings = Settings(data_dir=tmp_path, pinned_models=names, engine="torch")
    async with running(settings) as app:
        service = app.services.models
        app.warm_up()
        await turns(1)
        states = [partial(service.state, service.find(name)) for name in names[:2]]
        assert not any(state().is_loaded for state in states)
        await until(lambda: all(state().is_loaded for state in states), "both are loaded")
        answer = await service.ask(service.find("sentiment"), TextToClassify("좋아요"), "here")
        assert service.state(service.find("sentiment")).engine.name == "torch"
        for asker, is_remembered in (("here", True), ("there", False)):
            again = await service.ask(service.find("sentiment"), TextToClassify("좋아요"), asker)
            assert (again is answer) == is_remembered
        cache = service._cache
        assert cache._pins == set(names)
        assert cache._budget.budget_bytes <= psutil.virtual_memory().total / 2
        assert cache._budget.budget_bytes <= 2048 * MB
    assert (tmp_path / "models" / "load_times.json").is_file()


async def test_the_operator_may_decide_otherwise(tmp_path):
    settings = Settings(
        data_dir=tmp_path, pinned_models=(), answers_cache_mb=0, model_memory_mb=100_000
    )
    async with running(settings) as app:
        service = app.services.models
        app.warm_up()
        await turns()
        assert not service.state(service.find("sentiment")).is_loading
        assert service._cache._budget.budget_bytes == 100_000 * MB


def test_pinned_models_come_from_the_environment(monkeypatch):
    assert Settings().pinned_models == ("sentiment",)
    monkeypatch.setenv("TOKKI_PINNED_MODELS", " Sentiment  ours@2 ")
    assert Settings().pinned_models == ("sentiment", "ours@2")
    monkeypatch.setenv("TOKKI_PINNED_MODELS", "none")
    assert Settings().pinned_models == ()


def test_an_unknown_engine_is_refused(monkeypatch):
    monkeypatch.setenv("TOKKI_ENGINE", "onnx-int4")
    with pytest.raises(ValidationError):
        Settings()
