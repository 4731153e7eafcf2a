"""The "Share" button: what it publishes, once, and what it does not."""

from base64 import urlsafe_b64encode
from zlib import compress

from tests.bot.on_slack.conftest import public, saying
from tests.waiting import until


async def test_an_answer_that_failed_to_be_shared_can_be_shared_again(lab, server):
    message = await (await lab.boss.command(lab.channel, "/models", "")).answered()
    refused = server.fail(method="chat.postMessage", status=200, error="internal_error", times=1)
    await lab.boss.press(message, "share")
    await until(lambda: refused.struck and saying(lab.channel, "broke"), "words on the failure")
    await lab.boss.press(message, "share")
    await until(lambda: public(lab.channel), "the shared answer")
    assert message.text_shown


async def test_a_share_is_published_where_tokki_is_not(lab, secret, tokki):
    message = await (await lab.boss.command(secret, "/models", "")).answered()
    for _ in range(2):
        await (await lab.boss.press(message, "share", check=False)).acknowledged()
    await until(lambda: public(secret), "the shared answer")
    await tokki.stop()  # finishes what is under way
    assert len(public(secret)) == 1


async def test_a_share_whose_every_way_is_closed_is_told_of(lab, secret, server):
    message = await (await lab.boss.command(secret, "/models", "")).answered()
    closed = server.fail(method="response_url", status=404, error="used_url", times=1)
    await lab.boss.press(message, "share")
    await until(lambda: closed.struck and saying(secret, "broke"), "words on the failure")


async def test_answers_of_the_same_moment_in_two_channels_are_both_public(lab, server):
    other = server.add_channel("other")
    places = (lab.channel, other)
    answers = [await (await lab.boss.command(c, "/models", "")).answered() for c in places]
    answers[1].ts = answers[0].ts  # a time stamp is unique in its channel alone
    for place, answer in zip(places, answers, strict=True):
        await lab.boss.press(answer, "share")
        await until(lambda p=place: public(p), f"the answer shared in {place.name}")


async def test_a_forged_share_is_not_published(lab, server):
    server.allow_violations = True
    message = await (await lab.boss.command(lab.channel, "/models", "")).answered()
    forged = urlsafe_b64encode(compress(b'[[],"<!channel> pay here"]')).decode()
    for each in message.buttons:
        each["value"] = forged
    pressed = await lab.boss.press(message, "share")
    assert (await pressed.answered()).is_ephemeral
    assert not public(lab.channel)
