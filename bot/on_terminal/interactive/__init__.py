"""The chat at a keyboard: an input line that stays, and what happens around it."""
