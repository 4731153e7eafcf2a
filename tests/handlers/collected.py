"""What a community has collected in its only dataset."""

from collections.abc import Sequence

from storage.records import Example, LabelVote
from tests.handlers.conftest import Bot


async def texts(bot: Bot) -> Sequence[Example]:
    (dataset,) = await bot.services.storage.datasets.all(bot.place.community)
    return await bot.services.storage.examples.all(bot.place.community, dataset.id)


async def label_votes(bot: Bot) -> Sequence[LabelVote]:
    (dataset,) = await bot.services.storage.datasets.all(bot.place.community)
    return await bot.services.storage.examples.label_votes(bot.place.community, dataset.id)
