"""Rate limits, and requests that fail."""

import aiohttp
import discord
import pytest

from tests.servers.discord_server import Fault, RateLimit
from tests.servers.discord_tests.bot import Interaction, Place, hello

POST = "POST /channels/{channel_id}/messages"


def posts(place: Place) -> list[int | None]:
    path = f"/channels/{place.channel.id}/messages"
    return [one.status for one in place.discord.requests if one.path == path]


async def test_a_429_is_retried(place: Place) -> None:
    place.discord.fail("POST", "/channels/*/messages", 429, retry_after=0.01)
    await place.http("POST", f"/channels/{place.channel.id}/messages", body("one"))
    assert posts(place) == [429, 200]


async def test_a_500_is_retried_and_its_effect_may_have_been(place: Place) -> None:
    place.discord.fail("POST", "/channels/*/messages", 500, takes_effect=True)
    await place.http("POST", f"/channels/{place.channel.id}/messages", body("twice"))
    assert [one.text for one in place.channel.messages] == ["twice", "twice"]


async def test_a_fault_may_have_its_own_words(place: Place) -> None:
    words = {"message": "Missing Permissions", "code": 50013}
    place.discord.faults.append(Fault("POST", "/channels/*", 403, json=words))
    with pytest.raises(discord.Forbidden) as caught:
        await place.http("POST", f"/channels/{place.channel.id}/messages", body("no"))
    assert caught.value.code == 50013


async def test_a_slow_answer_is_the_true_one(place: Place) -> None:
    place.discord.fail("POST", "*/callback", 200, delay_s=0.1)
    asked = await place.ask(hello)
    assert (await asked.answered()).text == "hello"
    assert asked.answer_s is not None
    assert asked.answer_s >= 0.1


async def test_the_client_waits_when_a_bucket_is_empty(place: Place) -> None:
    place.discord.rates.limits[POST] = RateLimit(2, 0.2)
    channel = place.bot.get_partial_messageable(place.channel.id)
    for number in range(5):
        await channel.send(str(number))
    assert posts(place) == [200] * 5
    assert place.discord.rates.exceeded == 0
    times = [one.at for one in place.discord.requests[-5:]]
    assert times[2] - times[1] > 0.1
    assert times[4] - times[3] > 0.1


async def test_who_does_not_wait_gets_a_429_and_comes_again(place: Place) -> None:
    place.discord.rates.limits[POST] = RateLimit(1, 0.2)
    url = f"{place.discord.api_url}/channels/{place.channel.id}/messages"
    headers = {"Authorization": f"Bot {place.discord.token}"}
    async with aiohttp.ClientSession(headers=headers) as hasty:
        for status in (200, 429):
            async with hasty.post(url, json=body("mine")) as response:
                assert response.status == status
                assert response.headers["X-RateLimit-Remaining"] == "0"
    assert place.discord.rates.exceeded == 1
    # The library does not know yet that the bucket is empty.
    await place.http("POST", f"/channels/{place.channel.id}/messages", body("yours"))
    assert posts(place) == [200, 429, 429, 200]


async def test_edits_of_an_answer_are_spaced_by_their_token(place: Place) -> None:
    route = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}"
    place.discord.rates.limits[route] = RateLimit(3, 0.2)

    async def on(interaction: Interaction) -> None:
        await interaction.response.defer(thinking=True)
        for number in range(5):
            await interaction.edit_original_response(content=str(number))

    asked = await place.ask(on)
    message = await asked.until(lambda one: one.text == "4")
    assert [one.text for one in message.history] == ["", "0", "1", "2", "3"]
    assert message.changed_at - asked.sent_at > 0.2
    assert asked.edits == 5
    assert place.discord.rates.exceeded == 0


async def test_the_global_limit_is_not_for_interactions(place: Place) -> None:
    place.discord.rates.overall = RateLimit(1, 0.2)
    place.discord.rates.forget()
    for _ in range(3):
        await (await place.ask(hello)).answered()
    assert place.discord.rates.exceeded == 0
    for _ in range(2):
        await place.http("GET", f"/channels/{place.channel.id}")
    assert place.discord.rates.exceeded == 1


def body(text: str) -> dict[str, object]:
    return {"content": text, "allowed_mentions": {"parse": []}}
