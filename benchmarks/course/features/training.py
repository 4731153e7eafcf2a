"""Rows on training and measuring."""

import re

from benchmarks.course.comparing import letter
from benchmarks.course.rows import Answer, Row
from handlers.table import Bilingual

_ACCURACY = re.compile(r"accuracy (\d\.\d{4})")


def _accuracy(answer: Answer) -> str:
    """Return it without the bounds that stand behind it."""
    assert answer.reply.table
    (cell,) = (row[1] for row in answer.reply.table.rows if row[0] in ("accuracy", "정확도"))
    return cell.partition(" ")[0]


def _printed(said: str) -> str:
    return f"{float(_ACCURACY.findall(said)[-1]):.1%}"


def _training(recipe: str, feature: Bilingual) -> Row:
    return Row(
        feature,
        Bilingual(
            f"/finetune name:by-{recipe} recipe:{recipe} epochs:10 dataset:feedback model:fillmask",
            f"/학습 이름:by-{recipe} 방법:{recipe} 에폭:10 데이터셋:feedback 모델:fillmask",
        ),
        letter(_accuracy, _printed),
        is_long=True,
    )


TRAINING: tuple[Row, ...] = (
    _training(
        "trainer",
        Bilingual("Trainer; accuracy on held-out texts", "Trainer, 평가용 글에서의 정확도"),
    ),
    _training("loop", Bilingual("The plain training loop", "직접 쓴 학습 반복문")),
    Row(
        Bilingual(
            "Metrics, confusion matrix, learning curve, on the card",
            "지표와 혼동 행렬, 학습 곡선이 있는 카드",
        ),
        Bilingual("/version card by-loop@1", "/버전 카드 by-loop@1"),
    ),
    Row(
        Bilingual(
            "evaluate: a leaderboard on sealed texts", "evaluate: 배우지 않은 글로 매긴 순위표"
        ),
        Bilingual("/version list by-loop", "/버전 목록 by-loop"),
    ),
    Row(
        Bilingual("Checkpoints, resume", "체크포인트와 이어서 학습하기"),
        Bilingual("/jobs", "/작업"),
    ),
    Row(
        Bilingual("save_pretrained, and load it again", "save_pretrained와 다시 불러오기"),
        Bilingual("/version export by-loop@1", "/버전 내보내기 by-loop@1"),
    ),
    Row(
        Bilingual("push_to_hub and the model card", "push_to_hub와 모델 카드"),
        Bilingual("/version publish by-loop@1 repo:by-loop", "/버전 공개 by-loop@1 저장소:by-loop"),
        buttons=("release",),
        model="to a Hub on loopback",
    ),
    Row(
        Bilingual("A Gradio demo: a Space", "그라디오 데모: 스페이스"),
        Bilingual(
            "/version publish by-loop@1 repo:by-loop-demo space:yes examples:good",
            "/버전 공개 by-loop@1 저장소:by-loop-demo 스페이스:예 예시:good",
        ),
        buttons=("release",),
        model="to a Hub on loopback",
    ),
)
