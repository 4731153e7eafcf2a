"""Ids and timestamps as Slack writes them."""

import itertools
import secrets
import string
import time

ALPHABET = string.digits + string.ascii_uppercase


class Ids:
    """Gives out ids; those of one kind begin with its letter."""

    def __init__(self) -> None:
        self._numbers = itertools.count(36**9)
        self._last_micros = 0

    def take(self, letter: str) -> str:
        """Give an id such as C0000000007, of eleven letters and digits."""
        return letter + _base36(next(self._numbers) - 36**9).rjust(10, "0")

    def take_fresh(self, letter: str) -> str:
        """Give an id that no server before had either: a bot may remember it for a day."""
        return letter + _base36(self._micros()).rjust(10, "0")

    def ts(self) -> str:
        """Give the timestamp of a message: seconds and microseconds, never the same twice."""
        micros = self._micros()
        return f"{micros // 10**6}.{micros % 10**6:06}"

    def _micros(self) -> int:
        self._last_micros = max(self._last_micros + 1, time.time_ns() // 1000)
        return self._last_micros


def secret(prefix: str = "") -> str:
    """Give something that nobody guesses."""
    return prefix + secrets.token_hex(12)


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = ALPHABET[digit] + digits
    return digits
