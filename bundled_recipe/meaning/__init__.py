"""The sentence encoder `meaning`: Korean and English sentences as vectors of one space."""
