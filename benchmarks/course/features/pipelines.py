"""Rows on what a pipeline answers."""

from collections.abc import Mapping

from benchmarks.course.comparing import letter, near
from benchmarks.course.rows import TINY, Answer, Row
from handlers.table import Bilingual
from tests.handlers.coding.pasted import scores

_CONTEXT = "오늘 나는 학교에 간다. good movie"


def given(answer: Answer) -> dict[str, float]:
    return dict(zip(answer.kept["labels"], answer.kept["scores"], strict=True))


def _filled(answer: Answer) -> dict[str, float]:
    masks = enumerate(answer.kept["masks"], start=1)
    return {f"{n} {one['token']}": one["score"] for n, mask in masks for one in mask}


def _spans(answer: Answer) -> dict[str, float]:
    return {
        f"{one['start']}–{one['end']} {one['text']} {one['label']}": one["score"]
        for one in answer.kept["entities"]
    }


def _moved(answer: Answer) -> dict[str, float]:
    return {answer.kept["label"]: answer.kept["score"], **dict(answer.kept["moved"])}


def _found(answer: Answer) -> Mapping[str, float]:
    return {answer.kept["answer"]: answer.kept["score"]}


def _first(said: str) -> Mapping[str, float]:
    """The passage; below it stands how sure the head is that there is none."""
    return scores(said.splitlines()[0])


def _best_of_lines(said: str) -> list[str]:
    """The first label below each text."""
    lines = said.splitlines()
    starts = [place for place, line in enumerate(lines) if not line.startswith("  ")]
    return [lines[place + 1].strip().partition(":")[0] for place in starts]


def _shares(answer: Answer) -> list[str]:
    """What each model says, as a share."""
    assert answer.reply.table
    (row,) = answer.reply.table.rows
    return [cell.split()[-1] for cell in row[1:]]


def _shares_of(said: str) -> list[str]:
    numbers = [line.rpartition(" ")[2] for line in said.splitlines() if ": " in line]
    return [f"{float(number):.1%}" for number in numbers]


PIPELINES: tuple[Row, ...] = (
    Row(
        Bilingual("sentiment-analysis, and softmax", "sentiment-analysis와 소프트맥스"),
        Bilingual("/classify I love this", "/분류 I love this"),
        near(given),
    ),
    Row(
        Bilingual("text-classification, seven labels", "text-classification, 라벨 일곱 개"),
        Bilingual(
            "/classify 골키퍼가 막았어요 model:topics", "/분류 골키퍼가 막았어요 모델:topics"
        ),
        near(given),
    ),
    Row(
        Bilingual("Several labels at once (sigmoid)", "여러 라벨 (시그모이드)"),
        Bilingual(
            "/classify thank you, you idiot model:emotions",
            "/분류 thank you, you idiot 모델:emotions",
        ),
        near(given),
    ),
    Row(
        Bilingual("A head that gives a value (regression)", "값을 내는 헤드 (회귀)"),
        Bilingual("/classify good movie model:tiny-stars", "/분류 good movie 모델:tiny-stars"),
        near(lambda answer: answer.kept["values"]),
        model=TINY,
    ),
    Row(
        Bilingual(
            "Sentence pairs: does one follow from the other? (NLI)",
            "문장 짝: 하나가 다른 하나에서 나올까? (NLI)",
        ),
        Bilingual(
            '/classify good movie pair:"bad food" model:tiny-nli',
            '/분류 good movie 짝:"bad food" 모델:tiny-nli',
        ),
        near(lambda answer: dict(answer.kept["of_pair"])),
        model=TINY,
    ),
    Row(
        Bilingual("A list of texts in a batch", "글 여러 개를 한 번에"),
        Bilingual(
            '/classify text:"I love this\\nI hate this"', '/분류 글:"I love this\\nI hate this"'
        ),
        letter(lambda answer: answer.column(2), _best_of_lines),
    ),
    Row(
        Bilingual(
            "A file of texts, and the answers beside them", "글 파일을 주면 답을 붙여 돌려줌"
        ),
        Bilingual("/classify file:texts.csv", "/분류 파일:texts.csv"),
    ),
    Row(
        Bilingual("ner, with neighbours put together (simple)", "ner, 이웃을 묶어서 (simple)"),
        Bilingual(
            "/entities 민수는 서울에서 구글에 다녀요 aggregation:simple",
            "/개체 민수는 서울에서 구글에 다녀요 묶기:simple",
        ),
        near(_spans),
    ),
    Row(
        Bilingual("ner, each token (aggregation none)", "ner, 토큰마다 (묶지 않음)"),
        Bilingual(
            "/entities 민수는 서울에서 구글에 다녀요 aggregation:none",
            "/개체 민수는 서울에서 구글에 다녀요 묶기:none",
        ),
        near(_spans),
    ),
    Row(
        Bilingual("fill-mask", "fill-mask"),
        Bilingual(
            "/fillmask 배우들의 [MASK] 정말 좋았다 top:3",
            "/빈칸 배우들의 [MASK] 정말 좋았다 개수:3",
        ),
        near(_filled),
    ),
    Row(
        Bilingual("zero-shot-classification by an NLI head", "NLI 헤드로 zero-shot-classification"),
        Bilingual(
            "/zeroshot good movie labels:food,movie model:tiny-nli",
            "/제로샷 good movie 라벨:food,movie 모델:tiny-nli",
        ),
        near(lambda answer: dict(answer.kept["zero_shot"])),
        model=TINY,
    ),
    Row(
        Bilingual("question-answering", "question-answering"),
        Bilingual(
            f'/ask question:"나는 good movie?" context:"{_CONTEXT}" model:tiny-answerer',
            f'/질문 물음:"나는 good movie?" 본문:"{_CONTEXT}" 모델:tiny-answerer',
        ),
        near(_found, _first),
        model=TINY,
    ),
    Row(
        Bilingual("Several models on one text", "한 글을 여러 모델로"),
        Bilingual(
            '/compare I love this models:"sentiment, emotions"',
            '/비교 I love this 모델들:"sentiment, emotions"',
        ),
        letter(_shares, _shares_of),
    ),
    Row(
        Bilingual("Which words moved the answer", "어느 낱말이 답을 움직였나"),
        Bilingual("/explain I love this", "/이유 I love this"),
        near(_moved),
    ),
)
