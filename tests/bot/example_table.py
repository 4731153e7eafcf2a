"""A table of its own, with what no command of today has: actions."""

from handlers.people.help import help_command
from handlers.reading.lookup import CommandTable
from handlers.services import Services
from handlers.table import Action, Bilingual, Command, number_option, text_option
from handlers.types import Reply, Request, Role, Visibility


async def add(request: Request, services: Services) -> Reply:
    return Reply(text=f"{request.command.full_name.en}: {request.options['text']}")


async def count(request: Request, services: Services) -> Reply:
    return Reply(text=f"{request.command.full_name.en}: {request.number('top', 7)}")


NOTES = Command(
    name=Bilingual("notes", "쪽지"),
    description=Bilingual("Notes of a community", "함께 쓰는 쪽지"),
    actions=(
        Action(
            name=Bilingual("add", "더하기"),
            description=Bilingual("Add a note", "쪽지를 더해요"),
            handler=add,
            options=(text_option("What to note", "적을 글"),),
            example=Bilingual("/notes add milk", "/쪽지 더하기 우유"),
        ),
        Action(
            name=Bilingual("count", "세기"),
            description=Bilingual("Count the notes", "쪽지를 세요"),
            handler=count,
            options=(number_option("At least", "적어도", most=9, takes_free_text=True),),
            role=Role.MODERATOR,
            visibility=Visibility.PRIVATE,
            is_long=True,
            example=Bilingual("/notes count 3", "/쪽지 세기 3"),
        ),
    ),
)

EXAMPLES: CommandTable = CommandTable((NOTES, help_command(lambda: EXAMPLES)))
