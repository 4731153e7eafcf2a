"""The code of what finds answers and of what writes, run as it was shown, gives the same text."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from handlers.types import Reply
from models.checkpoints.catalog import AllowedModel
from tests.handlers.coding.pasted import code_under, kept, run_here, scores
from tests.handlers.conftest import Bot, running
from tests.models.tasks.test_question_answering import make as make_answerer
from tests.models.writers import WRITERS, writer

pytestmark = pytest.mark.filterwarnings("ignore:Recommended. pip install sacremoses")

CONTEXT = "오늘 나는 학교에 간다. 이 영화는 정말 재미있었어요, the good movie was not bad! " * 3
MODELS = (*WRITERS, "bert", "roberta")
ASKED = {
    "answer": f'/ask question:"good movie?" context:"{CONTEXT.strip()}" model:bert',
    "answer_by_bytes": '/ask question:누가 context:"오늘 나는 good movie the end" model:roberta',
    "greedy": "/generate good movie length:6 model:gpt2",
    "drawn": "/generate good movie length:12 temperature:1.5 seed:7 model:gpt2",
    "drawn_otherwise": "/generate good movie length:12 temperature:1.5 seed:8 model:gpt2",
    "beams": "/generate good movie length:6 beams:3 model:gpt2",
    "long": f"/generate {'good movie ' * 40}length:5 model:gpt2",
    "chat": '/generate it\'s "good" `movie` length:8 model:chat',
    "long_chat": f"/generate {'good movie ' * 30}length:5 model:chat",
    "chat_drawn": "/generate 오늘 length:8 temperature:0.7 model:chat",
    "rewritten": "/generate good movie length:6 temperature:1.2 seed:3 model:t5",
    "summary": "/summarize the good movie model:t5",
    "summary_of_bart": f"/summarize {'the good movie was not bad ' * 20} model:bart",
    "prefix": "/translate good movie to:German model:t5",
    "pair": "/translate good movie to:Korean model:marian",
    "before": "/translate good movie to:French model:marian-romance",
    **{
        f"codes_{model}": f"/translate good movie to:Korean from:en model:{model}"
        for model in ("m2m100", "nllb", "mbart25", "mbart50")
    },
    "from_korean": "/translate 밥은 정말 맛있었다 to:English model:m2m100",
    "from_korean_50": "/translate 밥은 정말 맛있었다 to:English model:mbart50",
    "from_korean_25": "/translate 밥은 정말 맛있었다 to:English model:mbart25",
}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folders of an operator's models, as somebody would have copied them."""
    root = tmp_path_factory.mktemp("copied")
    for kind in WRITERS:
        writer(root, kind)
    for kind in ("bert", "roberta"):
        make_answerer(root / kind, kind)
    return root


@pytest_asyncio.fixture
async def author(tmp_path: Path, checkpoints: Path, folders: Path) -> AsyncIterator[Bot]:
    models = [AllowedModel(name, folder=folders / name) for name in MODELS]
    async with running(tmp_path, checkpoints, models) as bot:
        yield bot


async def test_each_code_gives_its_text(author, folders):
    replies: dict[str, Reply] = {name: await author.ok(line) for name, line in ASKED.items()}
    codes = {name: await code_under(author, reply) for name, reply in replies.items()}
    answers = {name: await kept(author, reply) for name, reply in replies.items()}
    said = run_here(codes, folders)
    for name, answer in answers.items():
        if "written" in answer:
            written = said[name].strip().strip("\ufffd").strip()
            assert written == answer["written"].strip().strip("\ufffd").strip(), name
        else:
            found = scores(said[name])
            wanted = {answer["answer"]: answer["score"], "–": answer["none_score"]}
            assert found == {key: pytest.approx(value, abs=1e-4) for key, value in wanted.items()}
    assert answers["drawn"]["written"] != answers["drawn_otherwise"]["written"]
    assert sum(bool(each.get("written", "x").strip()) for each in answers.values()) > len(ASKED) / 2


async def test_it_is_commented_in_the_readers_language(author):
    reply = await author.korean().ok("/생성 good movie 길이:3 모델:chat")
    assert reply.controls[-1].label == "코드 보기"
    code = await code_under(author.korean(), reply)
    assert "# 대화 모델은 메시지를 템플릿에" in code and "max_new_tokens=3" in code
    assert "manual_seed" not in code and len(code.splitlines()) <= 40
    assert (await author.press(reply.controls[-1].id)).error.code == "code_of_others"
    code = await code_under(author, await author.ok("/generate good movie model:chat"))
    assert "# A chat model wants a message in its template" in code


async def test_a_long_context_is_shortened_and_said_to_be(author):
    reply = await author.ok(f'/ask question:movie? context:"{"the movie " * 900}" model:bert')
    assert "# context: shortened to 1,500 characters" in await code_under(author, reply)
