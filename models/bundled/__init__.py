"""The checkpoints that ship with the bot: weights and cards. Their recipe is `bundled_recipe`."""
