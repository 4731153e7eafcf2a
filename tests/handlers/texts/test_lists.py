import pytest

from handlers.texts.lists import joined
from handlers.types import Language


@pytest.mark.parametrize(
    ("names", "english", "korean"),
    [
        ([], "", ""),
        (["가"], "가", "가"),
        (["가", "나"], "가 and 나", "가와 나"),
        (["한글", "ABC"], "한글 and ABC", "한글과 ABC"),
        (["가", "나", "다"], "가, 나 and 다", "가, 나, 다"),
    ],
)
def test_names_are_joined_as_people_do(names, english, korean):
    assert joined(names, Language.ENGLISH) == english
    assert joined(names, Language.KOREAN) == korean
