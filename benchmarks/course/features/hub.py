"""Rows on the Hugging Face Hub."""

from benchmarks.course.comparing import near
from benchmarks.course.features.pipelines import given
from benchmarks.course.rows import TINY, Row
from handlers.table import Bilingual

HUB: tuple[Row, ...] = (
    Row(
        Bilingual("Search models", "모델 찾기"),
        Bilingual("/hub search tiny", "/허브 검색 tiny"),
        model="of a Hub on loopback",
    ),
    Row(
        Bilingual("The model card, and the files", "모델 카드와 파일"),
        Bilingual("/hub show org/tiny-classifier", "/허브 보기 org/tiny-classifier"),
        model=TINY,
    ),
    Row(
        Bilingual("from_pretrained at a revision", "리비전을 정한 from_pretrained"),
        Bilingual(
            "/classify good movie model:tiny-classifier", "/분류 good movie 모델:tiny-classifier"
        ),
        near(given),
        model=TINY,
    ),
    Row(
        Bilingual("A model of the Hub for this community", "허브의 모델을 이곳에 넣기"),
        Bilingual("/hub add org/tiny-other name:other", "/허브 넣기 org/tiny-other 이름:other"),
        is_long=True,
        model=TINY,
    ),
)
