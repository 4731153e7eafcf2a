"""Answers that somebody judges, so that there is something to learn from."""

GOOD = ["good", "good movie", "good food", "the good end", "good good movie", "good the end"]
BAD = ["bad", "bad movie", "bad food", "the bad end", "bad bad movie", "bad the end"]
SO_SO = ["the", "movie", "food", "the end", "the movie", "movie food"]
ALL = [
    *((t, "positive") for t in GOOD),
    *((t, "negative") for t in BAD),
    *((t, "neutral") for t in SO_SO),
]


async def gather_labels(bot, labels=ALL, model="sentiment"):
    for text, label in labels:
        reply = await bot.ok(f"/classify {text} model:{model}")
        await bot.press(f"fb:{reply.footer['query'].lstrip('#')}:label", label)
