"""What columns of texts and labels are called, in English and Korean; the likelier names first."""

from collections.abc import Mapping, Sequence

from models.canonical import folded

_TEXT = (
    *(
        "text",
        "텍스트",
        "글",
        "본문",
        "문장",
        "sentence",
        "document",
        "내용",
        "content",
        "contents",
    ),
    *(
        "message",
        "메시지",
        "review",
        "리뷰",
        "후기",
        "댓글",
        "comment",
        "utterance",
        "발화",
        "body",
    ),
    *("question", "질문", "문의", "문의내용", "원문", "문서", "제목", "title", "headline", "sms"),
    *("tweet", "post", "게시글", "게시물", "대화", "사용자발화"),
)
_LABEL = (
    *("label", "labels", "라벨", "레이블", "정답", "분류", "class", "category", "카테고리", "범주"),
    *("target", "gold", "answer_label", "intent", "의도", "sentiment", "감정", "감성", "emotion"),
    *("topic", "주제", "태그", "tag", "tags", "유형", "종류", "구분", "긍부정"),
)
_SAME = str.maketrans("", "", " _-./()[]*:#")
_LONGEST_NAME = 60


def text_rank(name: str) -> int | None:
    """Return how unlikely a column of this name holds the texts; None: its name says nothing."""
    return _TEXT_RANKS.get(_plain(name))


def label_rank(name: str) -> int | None:
    """Return how unlikely a column of this name holds the labels; None: its name says nothing."""
    return _LABEL_RANKS.get(_plain(name))


def names_a_column(cell: str) -> bool:
    """Return whether a cell of a first row is the name of a column of texts or labels."""
    plain = _plain(cell)
    return plain in _TEXT_RANKS or plain in _LABEL_RANKS


def _plain(name: str) -> str:
    return folded(name).translate(_SAME) if len(name) <= _LONGEST_NAME else ""


def _ranks(names: Sequence[str]) -> Mapping[str, int]:
    return {_plain(name): rank for rank, name in enumerate(names)}


_TEXT_RANKS, _LABEL_RANKS = _ranks(_TEXT), _ranks(_LABEL)
