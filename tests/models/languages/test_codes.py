"""Which language a text is taken for, of those that letters tell apart."""

import pytest

from models.languages.codes import likely_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("图书馆在哪里？", "zh"),
        ("圖書館在哪裡？", "zh"),
        ("図書館はどこですか。", "ja"),
        ("東京特許許可局の会議", "ja"),
        ("カタカナ", "ja"),
        ("도서관이 어디예요?", "ko"),
        ("오늘 배운 글자는 の 하나예요.", "ko"),
        ("서울은 大韓民國의 수도이다.", "ko"),
        ("The particle の marks a possession.", "en"),
        ("Где библиотека?", "ru"),
        ("12345", "en"),
    ],
)
def test_letters_tell_a_language(text, language):
    assert likely_language(text) == language
