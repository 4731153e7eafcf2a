"""Models from a Hub, asked in chat: the unmodified huggingface_hub against a server on loopback."""

from models.checkpoints.catalog import AllowedModel
from tests.handlers.conftest import running
from tests.models.tiny import KINDS
from tests.servers.hub import LoopbackHub


async def test_an_allowed_model_is_fetched_once_with_progress_and_asked(tmp_path, checkpoints):
    KINDS["bert"](tmp_path / "made")
    async with LoopbackHub() as server:
        repo = server.add("org/tiny", tmp_path / "made")
        allowed = [AllowedModel("org/tiny", repo_id="org/tiny", revision=repo.revision)]
        async with running(tmp_path, checkpoints, allowed, server.url) as bot:
            rows = {row[0].split("@")[0]: row for row in (await bot.ok("/models")).table.rows}
            assert rows["org/tiny"][-1] == "to be downloaded"

            reply = await bot.ok("/classify good movie model:org/tiny")
            assert reply.footer["model"] == f"org/tiny@{repo.revision[:7]}"
            assert any("Downloading" in (each.text or "") for each in bot.progress)

            info = dict((await bot.ok("/modelinfo org/tiny")).table.rows)
            assert info["revision"] == repo.revision
            assert info["came from"] == "the Hugging Face Hub"
            requests = len(server.seen)
        async with running(tmp_path, checkpoints, allowed, server.url) as bot:
            await bot.ok("/classify good movie model:org/tiny")
        assert len(server.seen) == requests


async def test_pickled_weights_are_refused_before_any_is_fetched(tmp_path, checkpoints):
    files = {"config.json": b'{"model_type": "bert"}', "pytorch_model.bin": b"pickle"}
    async with LoopbackHub() as server:
        repo = server.add("org/pickled", files)
        allowed = [AllowedModel("pickled", repo_id="org/pickled", revision=repo.revision)]
        async with running(tmp_path, checkpoints, allowed, server.url) as bot:
            assert await bot.code("/classify good model:pickled") == "unsafe_weights"
            await bot.ok("/classify good")
        assert server.count("*.bin", "GET") == 0


async def test_a_model_that_is_not_allowed_is_never_asked_for(tmp_path, checkpoints):
    async with LoopbackHub() as server:
        server.add("org/tiny", {"config.json": b"{}"})
        async with running(tmp_path, checkpoints, (), server.url) as bot:
            assert await bot.code("/classify good model:org/tiny") == "model_not_allowed"
        assert not server.seen


async def test_a_hub_that_is_away_is_a_sentence(tmp_path, checkpoints):
    allowed = [AllowedModel("far", repo_id="org/far", revision="0" * 40)]
    async with running(tmp_path, checkpoints, allowed) as bot:
        reply = await bot.say("/classify good model:far")
        assert reply.error.code == "hub_failed" and "network" in reply.text
        korean = await bot.korean().say("/분류 좋아요 모델:far")
        assert "네트워크" in korean.text
