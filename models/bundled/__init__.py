"""The checkpoints that ship with the bot, and the program that trains them."""
