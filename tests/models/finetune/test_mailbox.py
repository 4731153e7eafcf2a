"""The mailbox: a slow listener hears the newest only, and the last in any case."""

import asyncio

from models.finetune.mailbox import Mailbox
from tests.waiting import turns


async def test_a_slow_listener_skips_what_is_old():
    mailbox: Mailbox[int] = Mailbox()

    async def tell():
        for number in range(100):
            mailbox.put(number)
            await asyncio.sleep(0)
        mailbox.close()

    telling = asyncio.create_task(tell())
    heard = []
    async for number in mailbox:
        heard.append(number)
        await turns(30)
    await telling
    assert heard == sorted(set(heard))
    assert len(heard) < 50
    assert heard[-1] == 99


async def test_closing_without_a_message_ends_the_listening():
    mailbox: Mailbox[int] = Mailbox()
    mailbox.close()
    assert [message async for message in mailbox] == []
