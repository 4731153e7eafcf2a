from tests.handlers.conftest import bot, checkpoints

__all__ = ["bot", "checkpoints"]
