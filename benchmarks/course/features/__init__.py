"""What a course on Hugging Face Transformers teaches, and the command of Tokki that shows it."""

from benchmarks.course.features.data import DATA
from benchmarks.course.features.hub import HUB
from benchmarks.course.features.networks import NETWORKS
from benchmarks.course.features.pipelines import PIPELINES
from benchmarks.course.features.tokens import TOKENS
from benchmarks.course.features.training import TRAINING
from benchmarks.course.features.vectors import VECTORS
from benchmarks.course.features.writing import WRITING
from benchmarks.course.rows import Chapter

CHAPTERS: tuple[Chapter, ...] = (
    Chapter("Text into numbers", "글을 숫자로", TOKENS),
    Chapter("Body and head", "본체와 헤드", NETWORKS),
    Chapter("Pipelines", "파이프라인", PIPELINES),
    Chapter("Vectors and meaning", "벡터와 뜻", VECTORS),
    Chapter("Writing", "글쓰기", WRITING),
    Chapter("Data sets", "데이터셋", DATA),
    Chapter("Training", "학습", TRAINING),
    Chapter("The Hub", "허브", HUB),
)
