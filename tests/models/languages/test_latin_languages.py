"""Small words tell a language; of names and of a few words nothing is said."""

import pytest

from models.languages.latin_languages import foreign_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("C'est un très bon film", "fr"),
        ("Je ne comprends pas où est la gare", "fr"),
        ("Das ist nicht gut", "de"),
        ("Wo ist der Bahnhof?", "de"),
        ("¿Dónde está la biblioteca?", "es"),
        ("Non mi piace per niente, è molto noioso", "it"),
        ("Eu não gostei muito do filme", "pt"),
        ("Het is niet mijn boek", "nl"),
        ("Tôi không thích phim này", "vi"),
        ("Saya tidak suka film ini", "id"),
        ("Bu film çok güzel ama uzun bir film", "tr"),
    ],
)
def test_a_language_that_a_model_has_not_learned(text, language):
    assert foreign_language(text, ["ko", "en"]) == language
    assert foreign_language(text, ["en", language]) is None


@pytest.mark.parametrize(
    "text",
    [
        "How do I install this?",
        "I love this movie, it is so good",
        "Die hard is a classic",
        "no me neither",
        "Las Vegas and Los Angeles are in the west",
        "La La Land was the best of the year",
        "Je ne sais quoi is what this film has",
        "good film",
        "S P O I L E R",
        "OP is going places!",
        "Oh ho ho",
        "asdf qwer",
        "lol",
        "The Hague, Den Haag, in the Netherlands",
        "",
        "12345",
        "이거 어떻게 설치해요?",
    ],
)
def test_english_names_and_what_is_too_short(text):
    assert foreign_language(text, ["ko", "en"]) is None


def test_longer_codes_are_the_same_languages():
    assert foreign_language("C'est un très bon film", ["fra"]) is None
    assert foreign_language("I am not so sure of it", ["french"]) == "en"
