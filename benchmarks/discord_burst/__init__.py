"""A burst of /classify on Discord, beside the bot that tutorials teach."""
