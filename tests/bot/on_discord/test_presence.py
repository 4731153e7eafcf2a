"""A server that takes Tokki out has a month; coming back stops the clock."""

from tests.waiting import until


async def test_going_starts_a_clock_and_coming_back_stops_it(lab, tokki):
    community = f"discord:{lab.guild.id}"
    departures = tokki.bot.services.storage.departures
    await (await lab.boss.slash(lab.channel, "classify", {"text": "hello"})).answered()

    async def is_gone() -> bool:
        return await departures.left_at(community) is not None

    async def is_back() -> bool:
        return await departures.left_at(community) is None

    lab.guild.remove_bot()
    await until(is_gone, "it is noted that they have gone")
    lab.guild.add_bot()
    await until(is_back, "it is noted that they are back")


async def test_who_went_while_nobody_looked_is_noted_at_the_start(lab, tokki):
    community, other = f"discord:{lab.guild.id}", lab.server.add_guild("Stays")
    other.join(lab.boss)
    for channel in (lab.channel, other.add_channel("general")):
        await (await lab.boss.slash(channel, "classify", {"text": "hello"})).answered()
    await tokki.stop()
    lab.guild.remove_bot()
    await tokki.start()
    departures = tokki.bot.services.storage.departures

    async def is_gone() -> bool:
        return await departures.left_at(community) is not None

    await until(is_gone, "it is noted that they have gone")
    assert await departures.left_at(f"discord:{other.id}") is None
