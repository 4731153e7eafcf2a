"""A Hub on loopback with a tiny model, and who looks at it in chat."""

import pytest

from tests.handlers.conftest import running
from tests.models.tiny import KINDS
from tests.servers.hub_repo import read

CARD = b"""---
license: mit
language: [ko, en]
datasets: [klue]
base_model: klue/roberta-base
model-index:
- name: mood
  results:
  - task: {type: text-classification}
    dataset: {name: NSMC, type: nsmc}
    metrics: [{type: accuracy, value: 0.91}]
---
# A mood for every line
"""


@pytest.fixture
async def bot(tmp_path, checkpoints, server):
    async with running(tmp_path, checkpoints, (), server.url) as bot:
        yield bot


@pytest.fixture(scope="session")
def tiny(tmp_path_factory):
    """The files of a classifier with a card."""
    folder = tmp_path_factory.mktemp("of_the_hub") / "tiny"
    KINDS["bert"](folder)
    return {**read(folder), "README.md": CARD}
