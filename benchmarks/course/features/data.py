"""Rows on data sets."""

import io
import json
import zipfile

import pyarrow.parquet as pq

from benchmarks.course.comparing import letter
from benchmarks.course.rows import Answer, Row
from handlers.table import Bilingual


def _exported_names(answer: Answer) -> str:
    """The labels that the exported files name, as `datasets` prints them."""
    with zipfile.ZipFile(io.BytesIO(answer.reply.files[0].content)) as archive:
        path = next(name for name in archive.namelist() if name.endswith(".parquet"))
        schema = pq.read_schema(io.BytesIO(archive.read(path)))
    features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    return str(dict(enumerate(features["label"]["names"])))


def _printed_names(said: str) -> str:
    return next(line for line in said.splitlines() if line.startswith("{0:"))


DATA: tuple[Row, ...] = (
    Row(
        Bilingual("Labels of your own: ClassLabel", "직접 정한 라벨: ClassLabel"),
        Bilingual(
            '/dataset create name:films labels:"good, bad"',
            '/데이터셋 만들기 이름:영화 라벨:"good, bad"',
        ),
    ),
    Row(
        Bilingual("Export, and load_dataset", "내보내기와 load_dataset"),
        Bilingual(
            "/dataset export format:folder dataset:feedback",
            "/데이터셋 내보내기 형식:folder 데이터셋:feedback",
        ),
        letter(_exported_names, _printed_names),
    ),
    Row(
        Bilingual("The train and test split", "train과 test 나누기"),
        Bilingual("/dataset show feedback", "/데이터셋 보기 feedback"),
    ),
    Row(
        Bilingual("The dataset viewer", "데이터셋 뷰어"),
        Bilingual("/hub data org/rows", "/허브 데이터 org/rows"),
        model="a data set on a Hub on loopback",
    ),
    Row(
        Bilingual("Texts of a file or of the Hub", "파일이나 허브의 글 가져오기"),
        Bilingual(
            "/dataset import hub:org/rows dataset:films",
            "/데이터셋 가져오기 허브:org/rows 데이터셋:영화",
        ),
        model="a data set on a Hub on loopback",
    ),
    Row(
        Bilingual("push_to_hub of a data set", "데이터셋 push_to_hub"),
        Bilingual(
            "/dataset publish repo:feedback dataset:feedback",
            "/데이터셋 공개 저장소:feedback 데이터셋:feedback",
        ),
        buttons=("publish",),
        model="to a Hub on loopback",
    ),
)
