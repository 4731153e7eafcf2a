"""What handlers need of the world; `bot/app.py` gives it."""
