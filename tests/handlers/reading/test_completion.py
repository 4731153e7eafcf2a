from handlers.commands import TABLE
from handlers.reading.completion import complete
from handlers.reading.lookup import CommandTable
from handlers.table import Bilingual, Command, Kind, Option
from handlers.types import Actor, Language, Role
from models.results import Task

ADMIN = Actor("a", "a", Role.ADMIN, Language.ENGLISH)
MEMBER = Actor("m", "m", Role.MEMBER, Language.ENGLISH)
KOREAN = Actor("k", "k", Role.ADMIN, Language.KOREAN)
MODELS = {
    None: ("sentiment", "topics", "fillmask"),
    Task.CLASSIFY: ("sentiment", "topics"),
    Task.FILL_MASK: ("fillmask",),
}


def names_of(option: Option) -> tuple[str, ...]:
    return ("의견", "my notes") if option.kind is Kind.DATASET else MODELS[option.task]


def texts(line: str, actor: Actor = ADMIN) -> list[str]:
    return [each.text for each in complete(line, actor, TABLE, names_of)]


def test_commands_are_completed_by_role_and_language():
    assert texts("/cl") == ["/classify "]
    assert "/finetune " in texts("/")
    assert "/finetune " not in texts("/", MEMBER)
    assert texts("/분", KOREAN) == ["/분류 "]
    assert texts("/cl", KOREAN) == ["/classify "]


def test_options_and_their_values_are_completed():
    assert texts("/classify hello mo") == ["model:"]
    assert texts("/classify hello model:t") == ["topics"]
    assert "model:" not in texts("/classify model:topics ")
    assert texts("/classify hello model:") == ["sentiment", "topics"]
    assert texts("/fillmask ___ model:") == ["fillmask"]
    assert texts("/tokenize hello model:") == ["sentiment", "topics", "fillmask"]


def test_what_replaces_the_typed_word_starts_at_it():
    (only,) = complete("/classify hello model:to", ADMIN, TABLE, names_of)
    assert (only.text, only.start) == ("topics", -2)


def test_what_help_is_asked_about_is_completed():
    assert texts("/help cl") == texts("/help /cl") == ["classify "]
    assert texts("/도움말 분", KOREAN) == ["분류 "]
    assert "finetune " in texts("/help ") and "finetune " not in texts("/help ", MEMBER)
    assert texts("/help dataset imp") == ["import "]
    assert texts("/help dataset add ") == texts("/help dataset nosuch x") == []
    assert texts("/help classify x") == texts("/help nosuch x") == []
    (only,) = complete("/help /cl", ADMIN, TABLE, names_of)
    assert only.start == -len("/cl")


def test_free_text_is_left_alone():
    assert texts("hello") == []
    assert texts("/nosuch x") == []


def test_a_choice_that_is_free_text_is_completed_without_its_name():
    colours = (Bilingual("red", "빨강"), Bilingual("green", "초록"))
    name = Bilingual("colour", "색")
    option = Option(name, name, Kind.CHOICE, takes_free_text=True, choices=colours)
    paint = Command(Bilingual("paint", "칠하기"), name, never, (option,))
    table = CommandTable([paint])
    found = complete("/paint r", ADMIN, table, names_of)
    assert [each.text for each in found] == ["red"]


async def never(request, services):
    raise AssertionError("nothing runs while somebody types")


def test_the_names_of_datasets_are_completed():
    assert texts("/dataset add it crashes dataset:") == ["의견", '"my notes"']
    assert texts("/dataset add it crashes dataset:m") == ['"my notes"']
    assert texts('/dataset add it crashes dataset:"my n') == ['"my notes"']
    assert texts("/finetune dataset:의") == ["의견"]
    assert texts("/dataset show m") == ["my notes"]
    (only,) = complete('/dataset add x dataset:"my', ADMIN, TABLE, names_of)
    assert only.start == -3
